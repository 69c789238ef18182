// What an owner does to agents and keys: what is sent, and that a new key is shown once and then nowhere.
import { QueryClient } from "@tanstack/react-query";
import { fireEvent, screen, waitFor } from "@testing-library/react";
import type { AgentKeyView, AgentView } from "../../../../contracts/agents/schema.ts";
import { withApi, type Answers } from "../../../testing/played-api.tsx";
import { show } from "../../../testing/show.tsx";
import { AgentDialog } from "./agent-dialogs.tsx";
import { KeyDialog, type AskedOfKeys } from "./agent-key-dialogs.tsx";
import { AgentKeys } from "./agent-keys.tsx";
import { CreateAgent } from "./create-agent.tsx";

const AT = "2026-11-21T10:00:00.000Z";
const SECRET = "oak_live_abcdefghij234567abcd_secret";
const CREATED = { keyId: "oak_live_abcdefghij234567abcd", apiKey: SECRET, scopes: ["chat:send"], expiresAt: null };
const AGENT: AgentView = {
  ...{ agentUserId: "7", handle: "night-build", status: "active", disabledBy: null, disabledReason: null, createdAt: AT },
  ...{ lastUsedAt: null, description: "At night.", usesOwnerProviders: true, keys: { active: 1, total: 1 } },
};
const KEY: AgentKeyView = {
  ...{ keyId: "oak_live_k", description: "runner", scopes: ["chat:send", "container:read"], lastFour: "wxyz", createdAt: AT },
  ...{ lastUsedAt: null, expiresAt: null, revokedAt: null, replacedBy: null },
};

/** The bodies that are sent, by what they are sent to. */
function recorded(answers: Readonly<Record<string, unknown>>): { answers: Answers; sent: [string, unknown][] } {
  const sent: [string, unknown][] = [];
  const recording = Object.entries(answers).map(([call, answer]) => [
    call,
    (body: unknown) => {
      sent.push([call, body]);
      return answer;
    },
  ]);
  return { answers: Object.fromEntries(recording), sent };
}

function askKeys(asked: AskedOfKeys, answers: Answers): void {
  show(withApi(answers, <KeyDialog agentId="7" asked={asked} onDone={() => {}} />));
}

test("a new agent asks for the least; its key is shown once, and is afterwards in no cache", async () => {
  const { answers, sent } = recorded({ "POST /api/agents": { agent: AGENT, key: CREATED } });
  const cache = new QueryClient();
  const done: string[] = [];
  const { unmount } = show(withApi(answers, <CreateAgent onCancel={() => {}} onDone={(id) => done.push(id)} />, cache));
  fireEvent.click(screen.getByRole("button", { name: "Create agent" }));
  await screen.findByText("Use 1 to 40 lower-case letters, digits and inner hyphens.", { selector: "[class*=error]" });
  expect(sent).toEqual([]);
  fireEvent.change(screen.getByRole("textbox", { name: "Name" }), { target: { value: " night-build " } });
  fireEvent.click(screen.getByRole("button", { name: "Create agent" }));
  await screen.findByText(SECRET);
  expect(sent).toEqual([
    [
      "POST /api/agents",
      { handle: "night-build", description: "", usesOwnerProviders: true, scopes: ["chat:send"], expiresInDays: 90 },
    ],
  ]);
  fireEvent.keyDown(screen.getByRole("dialog"), { key: "Escape" });
  expect(screen.getByText(SECRET)).toBeDefined();
  fireEvent.click(screen.getByRole("button", { name: "I have saved it" }));
  expect(done).toEqual(["7"]);
  unmount();
  await waitFor(() => expect(cache.getMutationCache().getAll()).toEqual([]));
  expect(document.body.textContent).not.toContain(SECRET);
});

test("the programs beside a new key name its variable and never the key itself", async () => {
  const { answers } = recorded({ "POST /api/agents/7/keys": CREATED });
  askKeys({ verb: "create" }, answers);
  fireEvent.click(screen.getByRole("button", { name: "Create key" }));
  await screen.findByText(SECRET);
  for (const language of ["curl", "JavaScript", "Python"]) {
    fireEvent.click(screen.getByRole("radio", { name: language }));
    const program = await screen.findByText(/MOSAIC_AGENT_KEY/, { selector: "pre, code" });
    expect(program.textContent).toContain(`${location.origin}/v1/chat/completions`);
    expect(program.textContent).not.toContain(SECRET);
  }
});

test("replacing a key sends the overlap and says how long the old one works", async () => {
  const { answers, sent } = recorded({ "POST /api/agents/7/keys/oak_live_k/rotate": CREATED });
  askKeys({ verb: "rotate", key: KEY }, answers);
  fireEvent.click(screen.getByRole("radio", { name: "24 more hours" }));
  fireEvent.click(screen.getByRole("button", { name: "Replace" }));
  await screen.findByText(SECRET);
  expect(sent.map(([, body]) => body)).toEqual([{ overlapHours: 24 }]);
  expect(screen.getByText(/The old key works for 24 more hours\./)).toBeDefined();
});

test("permissions are taken back to the least, and none at all is refused", async () => {
  const { answers, sent } = recorded({ "PATCH /api/agents/7/keys/oak_live_k": KEY });
  askKeys({ verb: "change", key: KEY }, answers);
  fireEvent.click(screen.getByRole("button", { name: "Reset to the minimum" }));
  fireEvent.click(screen.getByRole("checkbox", { name: "Send messages to its agent" }));
  fireEvent.click(screen.getByRole("button", { name: "Save" }));
  await screen.findByText("Choose at least one permission.");
  expect(sent).toEqual([]);
  fireEvent.click(screen.getByRole("checkbox", { name: "Send messages to its agent" }));
  fireEvent.click(screen.getByRole("button", { name: "Save" }));
  await waitFor(() => expect(sent.map(([, body]) => body)).toEqual([{ description: "runner", scopes: ["chat:send"] }]));
});

test("a key that is being replaced can be revoked and nothing else; one that has ended has no actions", async () => {
  const later = new Date(Date.now() + 3_000_000).toISOString();
  const keys = [
    { ...KEY, keyId: "1", description: "old", expiresAt: later, replacedBy: "2" },
    { ...KEY, keyId: "3", description: "gone", revokedAt: AT },
  ];
  show(withApi({}, <AgentKeys agentId="7" keys={keys} />));
  fireEvent.click(screen.getByRole("button", { name: "Actions for old" }));
  expect((await screen.findAllByRole("menuitem")).map((item) => item.textContent)).toEqual(["Revoke"]);
  expect(screen.queryByRole("button", { name: "Actions for gone" })).toBeNull();
  expect(screen.getByText("1 ended key")).toBeDefined();
});

test("editing sends only what was changed", async () => {
  const { answers, sent } = recorded({ "PATCH /api/agents/7": AGENT });
  show(withApi(answers, <AgentDialog agent={AGENT} verb="edit" onDone={() => {}} />));
  fireEvent.change(screen.getByRole("textbox", { name: "Description" }), { target: { value: "By day." } });
  fireEvent.click(screen.getByRole("button", { name: "Save" }));
  await waitFor(() => expect(sent).toEqual([["PATCH /api/agents/7", { description: "By day." }]]));
});

test.each([
  ["disable", "Disable", "disabled"],
  ["enable", "Enable", "active"],
] as const)("to %s asks first, then sends the status", async (verb, button, status) => {
  const { answers, sent } = recorded({ "PATCH /api/agents/7": AGENT });
  show(withApi(answers, <AgentDialog agent={AGENT} verb={verb} onDone={() => {}} />));
  expect(sent).toEqual([]);
  fireEvent.click(screen.getByRole("button", { name: button }));
  await waitFor(() => expect(sent).toEqual([["PATCH /api/agents/7", { status }]]));
});
