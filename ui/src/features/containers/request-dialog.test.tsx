// A requested restart or stop: the dialog says whether it was accepted or is no longer possible.
import { fireEvent, screen } from "@testing-library/react";
import { withApi } from "../../../testing/played-api.tsx";
import { show } from "../../../testing/show.tsx";
import { RequestDialog } from "./request-dialog.tsx";

const ANA = { id: "1", name: "Ana" };
const BRUNO = { id: "2", name: "Bruno" };

async function request(targets: readonly (typeof ANA)[], outcome: { accepted: string[]; unknown: string[] }) {
  const done: string[] = [];
  const asked = <RequestDialog action="restart" targets={targets} onDone={() => done.push("done")} />;
  show(withApi({ "POST /api/containers/actions": () => outcome }, asked));
  fireEvent.change(await screen.findByLabelText("Reason"), { target: { value: "It hangs." } });
  fireEvent.click(screen.getByRole("button", { name: "Restart" }));
  return done;
}

test("of one that has gone in the meantime, the question says so and stays", async () => {
  const done = await request([ANA], { accepted: [], unknown: ["1"] });
  expect((await screen.findByRole("alert")).textContent).toBe("This no longer exists.");
  expect(screen.getByLabelText<HTMLInputElement>("Reason").value).toBe("It hangs.");
  expect(done).toEqual([]);
});

test("of many, those that have gone are named beside the others, and nothing has failed", async () => {
  const done = await request([ANA, BRUNO], { accepted: ["1"], unknown: ["2"] });
  await screen.findByText("Requested 2 of 2.");
  expect(screen.getAllByRole("listitem").map(({ textContent }) => textContent)).toEqual([
    "AnaRestart requested",
    "BrunoNo longer exists",
  ]);
  expect(screen.queryByRole("alert")).toBeNull();
  expect(done).toEqual([]);
});
