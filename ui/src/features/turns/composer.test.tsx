// Below the log: hints that fit the device, Stop while it waits and when it is refused, and drafts.
import { fireEvent, screen, waitFor } from "@testing-library/react";
import { useSyncExternalStore } from "react";
import { scriptTurns, unreachable } from "../../../testing/scripted-turns.ts";
import { show } from "../../../testing/show.tsx";
import { ChatStore } from "./chat-store.ts";
import { Composer } from "./composer.tsx";

const HINT = "Enter to send, Shift+Enter for a new line.";
const mouse = globalThis.matchMedia;

beforeEach(() => sessionStorage.clear());
afterEach(() => void (globalThis.matchMedia = mouse));

function Place({ store }: { readonly store: ChatStore }) {
  const [transcript] = useSyncExternalStore(store.subscribe, store.transcripts);
  return <Composer conversationId="main" messages={transcript?.messages ?? []} store={store} />;
}

function open() {
  const script = scriptTurns();
  const store = new ChatStore(script.api, "ana");
  show(<Place store={store} />);
  return { script, store };
}

test("with a mouse the keys are told; on a touch screen, where they do something else, they are not", () => {
  open();
  expect(screen.getByText(HINT)).not.toBeNull();
  globalThis.matchMedia = (query) => Object.assign(mouse(query), { matches: query === "(pointer: coarse)" });
  open();
  expect(screen.getAllByText(HINT)).toHaveLength(1);
});

test("Stop says that it waits, why it was refused, and can then be pressed again", async () => {
  const { script } = open();
  script.answerStops(async () => {
    throw unreachable();
  });
  fireEvent.change(screen.getByLabelText("Message"), { target: { value: "Count" } });
  fireEvent.click(screen.getByRole("button", { name: "Send" }));
  fireEvent.click(await screen.findByRole("button", { name: "Stop" }));
  expect(screen.getByRole("button", { name: "Stopping" })).not.toBeNull();
  const refusal = await screen.findByRole("alert");
  expect(refusal.textContent).toContain("Could not stop. Your agent continues. The server is not responding.");
  script.answerStops(async () => {});
  fireEvent.click(screen.getByRole("button", { name: "Stop" }));
  await waitFor(() => expect(screen.queryByRole("button", { name: /^Stop/ })).toBeNull());
  expect(screen.queryByRole("alert")).toBeNull();
});
