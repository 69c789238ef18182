// Deleting an agent deletes its memory: nothing is sent until the word is typed.
import { fireEvent, screen, waitFor } from "@testing-library/react";
import type { ContainerView } from "../../../../contracts/containers/agent-container.ts";
import { withApi } from "../../../testing/played-api.tsx";
import { show } from "../../../testing/show.tsx";
import { AgentActions } from "./agent-actions.tsx";

const AGENT: ContainerView = {
  ...{
    name: "mosaic-user-7",
    status: "running",
    phase: "ready",
    reason: null,
    lastLogLines: [],
    host: null,
    image: null,
    generation: 1,
  },
  ...{ configRevision: 0, appliedRevision: 0, startedAt: null, lastActivityAt: null, sleepsAt: null, timeline: [] },
};

test("the agent is deleted after the word was typed, and not before", async () => {
  const sent: unknown[] = [];
  show(withApi({ "DELETE /api/me/agent": (body) => sent.push(body) }, <AgentActions agent={AGENT} />));
  fireEvent.click(screen.getByRole("button"));
  fireEvent.click(await screen.findByRole("menuitem", { name: "Delete agent" }));
  const confirm = await screen.findByRole("button", { name: "Delete agent" });
  fireEvent.click(confirm);
  expect((await screen.findByText("Type the word exactly as shown.")).textContent).not.toBe("");
  expect(sent).toEqual([]);
  fireEvent.change(screen.getByRole("textbox"), { target: { value: "delete" } });
  fireEvent.click(confirm);
  await waitFor(() => expect(sent).toEqual([{ confirm: "delete" }]));
});
