// What is being written about a system agent, while its providers, or the same settings, change elsewhere.
import { QueryClient } from "@tanstack/react-query";
import { act, fireEvent, screen } from "@testing-library/react";
import type { SystemAgentSettings } from "../../../../contracts/containers/fleet.ts";
import { withApi } from "../../../testing/played-api.tsx";
import { show } from "../../../testing/show.tsx";
import { SystemAgentSettingsDialog } from "./system-agent-settings.tsx";

const PATH = "/api/system-agents/night-watch/settings";
const MINE = "Watch the night, written for half an hour.";
const SAVED: SystemAgentSettings = {
  ...{ primaryModel: null, fallbackModels: [], personality: "", providerId: null, effectiveModel: "zai/glm-5" },
  ...{ revision: 1, warnings: [], models: ["zai/glm-5"], providers: [{ displayName: "Z.AI", type: "zai", isActive: true }] },
};

function openDialog(saved: () => SystemAgentSettings, onSave: (sent: unknown) => unknown = saved) {
  const queryClient = new QueryClient();
  const answers = { [`GET ${PATH}`]: saved, [`PATCH ${PATH}`]: onSave };
  const agent = { name: "night-watch", displayName: "Night watch" };
  show(withApi(answers, <SystemAgentSettingsDialog agent={agent} onDone={() => {}} />, queryClient));
  return { readAgain: () => act(() => queryClient.refetchQueries()) };
}

const personality = () => screen.findByLabelText<HTMLTextAreaElement>("Personality");
const write = async (text: string) => fireEvent.change(await personality(), { target: { value: text } });

test("a personality that is being written stays when the agent gets another provider", async () => {
  let saved = SAVED;
  const { readAgain } = openDialog(() => saved);
  await write(MINE);
  saved = { ...SAVED, revision: 2, providers: [...SAVED.providers, { displayName: "Spare", type: "openai", isActive: true }] };
  await readAgain();
  await screen.findByText("Providers: Z.AI, Spare");
  expect((await personality()).value).toBe(MINE);
  expect(screen.queryByText(/changed elsewhere/)).toBeNull();
});

test("the user is told if the saved settings change, and saving sends only the user's own changes", async () => {
  let saved = SAVED;
  const sent: unknown[] = [];
  const { readAgain } = openDialog(
    () => saved,
    (change) => {
      sent.push(change);
      return { ...saved, personality: MINE };
    },
  );
  await write(MINE);
  saved = { ...SAVED, revision: 2, primaryModel: "zai/glm-5" };
  await readAgain();
  await screen.findByText(/changed elsewhere/);
  expect((await personality()).value).toBe(MINE);
  await act(async () => fireEvent.click(screen.getByRole("button", { name: "Save" })));
  expect(sent).toEqual([{ personality: MINE }]);
});

test("settings that nobody is changing here follow what is saved", async () => {
  let saved = SAVED;
  const { readAgain } = openDialog(() => saved);
  await personality();
  saved = { ...SAVED, revision: 2, personality: "Be brief." };
  await readAgain();
  expect(await screen.findByDisplayValue("Be brief.")).toBe(await personality());
});
