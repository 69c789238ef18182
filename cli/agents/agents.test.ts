// `mosaic agents`.
import { mosaic, startFakeApi, type Answers } from "../../tests/support/core/cli.ts";

const AT = "2026-11-20T10:00:00.000Z";
const ID = "00000000-0000-4000-8000-000000000007";
const KEY_ID = "oak_live_abcdefghij234567abcd";
const API_KEY = `${KEY_ID}_secret`;
const AGENT = {
  ...{ agentUserId: ID, handle: "night-build", status: "active", disabledBy: null, disabledReason: null },
  ...{ createdAt: AT, lastUsedAt: null, description: "Builds at night.", usesOwnerProviders: true },
  keys: { active: 1, total: 2 },
};
const KEY = {
  ...{ keyId: KEY_ID, description: "runner", scopes: ["chat:send"], lastFour: "wxyz", createdAt: AT },
  ...{ lastUsedAt: null, expiresAt: null, revokedAt: null, replacedBy: null },
};
const CREATED = { keyId: KEY_ID, apiKey: API_KEY, scopes: ["chat:send"], expiresAt: null };
const CONTAINER = {
  ...{ name: null, status: "stopped", phase: "never_started", reason: null, lastLogLines: [], host: null, image: null },
  ...{ generation: 0, configRevision: 1, appliedRevision: null, startedAt: null, lastActivityAt: null, sleepsAt: null },
  timeline: [],
};
const LIST = { "GET /api/agents": { body: { agents: [AGENT] } } };
const DETAIL = { ...LIST, [`GET /api/agents/${ID}`]: { body: { agent: AGENT, keys: [KEY], container: CONTAINER } } };

let api: Awaited<ReturnType<typeof startFakeApi>>;
afterEach(() => api.close());

async function agents(words: readonly string[], answers: Answers) {
  api = await startFakeApi(answers);
  return mosaic(["agents", ...words], { env: { MOSAIC_URL: api.url, MOSAIC_API_KEY: "mpk_a_b" } });
}

test("create prints the key alone, so that it can be piped, and asks for the least", async () => {
  const answers = { "POST /api/agents": { status: 201, body: { agent: AGENT, key: CREATED } } };
  expect(await agents(["create", "night-build"], answers)).toEqual({ exitCode: 0, stdout: `${API_KEY}\n`, stderr: "" });
  expect(api.seen[0]?.body).toEqual({
    ...{ handle: "night-build", description: "", scopes: ["chat:send"], usesOwnerProviders: true },
  });
});

test("create takes scopes, an end, a description, and no loan of providers", async () => {
  const answers = { "POST /api/agents": { status: 201, body: { agent: AGENT, key: CREATED } } };
  const words = ["--scope", "chat:send", "container:read", "--expires-in-days", "90", "-d", "At night.", "--own-providers"];
  await agents(["create", "night-build", ...words], answers);
  expect(api.seen[0]?.body).toMatchObject({
    ...{ description: "At night.", scopes: ["chat:send", "container:read"], expiresInDays: 90, usesOwnerProviders: false },
  });
});

test.each([
  ["a scope that does not exist", ["create", "x", "--scope", "everything"]],
  ["an end that is no number of days", ["create", "x", "--expires-in-days", "0"]],
  ["an overlap that is not offered", ["keys", "rotate", "x", KEY_ID, "--overlap-hours", "2"]],
])("%s ends with 2, before anything is sent", async (_what, words) => {
  expect(await agents(words, {})).toMatchObject({ exitCode: 2 });
  expect(api.seen).toEqual([]);
});

test("list and show name the agent and what its container does", async () => {
  expect((await agents(["list"], LIST)).stdout).toMatch(/night-build\s+active\s+1\s+never\s+Builds at night\./);
  await api.close();
  const { stdout } = await agents(["show", "night-build"], DETAIL);
  expect(stdout).toMatch(/Keys\s+1 active of 2/);
  expect(stdout).toMatch(/Container\s+never started/);
});

test("an agent is found by its id as well, and one that is not there is told as such", async () => {
  expect(await agents(["show", ID], DETAIL)).toMatchObject({ exitCode: 0 });
  await api.close();
  const { exitCode, stderr } = await agents(["show", "other"], LIST);
  expect([exitCode, stderr]).toEqual([1, expect.stringContaining("You have no agent “other”.")]);
});

test.each([
  ["disable", "disabled", "Disabled"],
  ["enable", "active", "Enabled"],
])("%s asks for the status %s", async (verb, status, word) => {
  const answers = { ...LIST, [`PATCH /api/agents/${ID}`]: { body: { ...AGENT, status } } };
  expect(await agents([verb, "night-build"], answers)).toMatchObject({ exitCode: 0, stdout: `${word} night-build.\n` });
  expect(api.seen.at(-1)?.body).toEqual({ status });
});

test("keys are created, replaced with an overlap, and revoked", async () => {
  const keys = `/api/agents/${ID}/keys`;
  const created = { status: 201, body: CREATED };
  const answers = { ...LIST, [`POST ${keys}`]: created, [`POST ${keys}/${KEY_ID}/rotate`]: created };
  expect((await agents(["keys", "create", "night-build", "-d", "runner 2"], answers)).stdout).toBe(`${API_KEY}\n`);
  expect(api.seen.at(-1)?.body).toEqual({ description: "runner 2", scopes: ["chat:send"] });
  await api.close();
  const words = ["keys", "rotate", "night-build", KEY_ID, "--overlap-hours", "24"];
  expect((await agents(words, answers)).stdout).toBe(`${API_KEY}\n`);
  expect(api.seen.at(-1)?.body).toEqual({ overlapHours: 24 });
  await api.close();
  const revoke = { ...LIST, [`POST ${keys}/${KEY_ID}/revoke`]: { status: 204 } };
  expect((await agents(["keys", "revoke", "night-build", KEY_ID], revoke)).stdout).toBe(`Revoked ${KEY_ID}.\n`);
});

test("keys list shows no secret, and one document with --json", async () => {
  const { stdout } = await agents(["keys", "list", "night-build"], DETAIL);
  expect(stdout).toMatch(/oak_live_abcdefghij234567abcd\s+…wxyz\s+runner\s+chat:send\s+never\s+never/);
  await api.close();
  expect(JSON.parse((await agents(["keys", "list", "night-build", "--json"], DETAIL)).stdout)).toEqual({ keys: [KEY] });
});

test("the help explains what an agent is and lists the scopes", async () => {
  const { stdout } = await agents(["--help"], {});
  expect(stdout).toContain("Authorization: Agent <key>");
  expect(stdout).toMatch(/keys:manage +Create and revoke your keys/);
});
