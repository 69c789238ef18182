// The registry of agents that run elsewhere: every line of its contract, at both prefixes.
import { createSafeFetch } from "../../../adapters/outbound/safe-fetch.ts";
import { useAdmin, useApi, useUser } from "../../support/core/api.ts";
import { answers, useRecordingGateway } from "../../support/registered-agents/recording-gateway.ts";
import { registerHere } from "../../support/registered-agents/register.ts";

const gateway = useRecordingGateway();
const api = useApi({
  env: { OPENCLAW_TOKEN_ENV_SCOUT: "token-of-the-environment" },
  resolveName: async (name) => [name.startsWith("inside.") ? "10.1.2.3" : "93.184.216.34"],
  // The gateway of these tests is on loopback, which the product never calls.
  safeFetch: createSafeFetch({ judge: () => "allowed" }),
});
const admin = useAdmin(api);
const ann = useUser(api, admin, "ann");
const bob = useUser(api, admin, "bob");

const FIELDS = ["id", "name", "displayName", "role", "gatewayUrl", "agentId", "model", "isActive", "createdAt", "updatedAt"];
const SCOUT = { name: "scout", displayName: "Scout", role: "developer", gatewayUrl: "https://scout.example.org/base/" };

async function register(more: object = {}): Promise<any> {
  return await admin.expect(201, "POST", "/openclaw/agents", { ...SCOUT, ...more });
}

const names = (agents: { name: string }[]) => agents.map(({ name }) => name);
const settingsOf = async (name: string) =>
  (await admin.expect(200, "GET", "/api/registered-agents")).agents.find((agent: any) => agent.name === name);

afterEach(async () => {
  await api.database.asOwner("DELETE FROM mosaic.registered_agents");
  await api.database.asOwner("DELETE FROM mosaic.system_containers");
});

describe.each(["", "/api"])("under the prefix “%s”", (prefix) => {
  const path = `${prefix}/openclaw/agents`;

  test("an agent is registered with defaults, listed as a bare array by name, read, changed, renamed and removed", async () => {
    const made = await admin.expect(201, "POST", path, SCOUT);
    expect(Object.keys(made)).toEqual(FIELDS);
    expect(made).toMatchObject({ ...SCOUT, agentId: "main", model: null, isActive: true });
    await admin.expect(201, "POST", path, { ...SCOUT, name: "archer", model: "glm-5", agentId: "research", isActive: false });
    expect(names(await admin.expect(200, "GET", path))).toEqual(["archer", "scout"]);
    expect(await admin.expect(200, "GET", `${path}/scout`)).toEqual(made);
    const renamed = await admin.expect(200, "PATCH", `${path}/scout`, { name: "ranger", isActive: false });
    expect(renamed).toMatchObject({ id: made.id, name: "ranger", displayName: "Scout", isActive: false });
    expect((await admin.call("GET", `${path}/scout`)).status).toBe(404);
    const gone = await admin.call("DELETE", `${path}/ranger`);
    expect([gone.status, gone.text]).toEqual([204, ""]);
    expect(names(await admin.expect(200, "GET", path))).toEqual(["archer"]);
  });

  test.each([
    ["true", ["on"]],
    ["1", ["on"]],
    ["false", ["off"]],
    ["0", ["off"]],
  ])("isActive=%s lists those alone", async (value, expected) => {
    await register({ name: "on" });
    await register({ name: "off", isActive: false });
    expect(names(await ann.session.expect(200, "GET", `${path}?isActive=${value}`))).toEqual(expected);
  });

  test("isActive=perhaps is refused in the contract's words", async () => {
    const { status, json } = await ann.session.call("GET", `${path}?isActive=perhaps`);
    expect([status, json.error.message]).toEqual([422, "isActive must be a boolean"]);
  });

  test.each([
    ["GET", undefined],
    ["PATCH", { isActive: false }],
    ["DELETE", undefined],
  ])("%s of an unknown agent answers 404 with its name", async (method, body) => {
    const { status, json } = await admin.call(method, `${path}/nobody`, body);
    expect([status, json.error.message]).toEqual([404, "OpenClaw agent 'nobody' not found"]);
  });

  test("a taken name answers 409, at a rename too", async () => {
    await register();
    await register({ name: "archer" });
    expect((await admin.call("POST", path, SCOUT)).status).toBe(409);
    expect((await admin.call("PATCH", `${path}/archer`, { name: "scout" })).status).toBe(409);
  });

  test.each<[object, string]>([
    [{ name: 7 }, "name must be a string"],
    [{ name: undefined }, "name must be a string"],
    [{ name: "" }, "name must not be empty"],
    [{ name: "a".repeat(101) }, "name must not exceed 100 characters"],
    [{ name: "Scout_1" }, "name must contain only lowercase letters, numbers, and hyphens"],
    [{ displayName: null }, "displayName must be a string"],
    [{ displayName: " " }, "displayName must not be empty"],
    [{ displayName: "a".repeat(256) }, "displayName must not exceed 255 characters"],
    [{ displayName: "Scout\u202e" }, "Remove line breaks and invisible characters."],
    [{ role: "boss" }, "role must be one of: orchestrator, developer, researcher, operations"],
    [{ role: undefined }, "role must be one of: orchestrator, developer, researcher, operations"],
    [{ gatewayUrl: "ftp://scout.example.org" }, "gatewayUrl must be a valid HTTP(S) URL"],
    [{ gatewayUrl: "scout" }, "gatewayUrl must be a valid HTTP(S) URL"],
    [{ gatewayUrl: "https://ann:secret@scout.example.org" }, "gatewayUrl must be a valid HTTP(S) URL"],
    [{ gatewayUrl: `https://scout.example.org/${"a".repeat(2048)}` }, "gatewayUrl must not exceed 2048 characters"],
    [{ agentId: "" }, "agentId must not be empty"],
    [{ agentId: "a".repeat(101) }, "agentId must not exceed 100 characters"],
    [{ model: "a".repeat(256) }, "model must not exceed 255 characters"],
    [{ isActive: "yes" }, "isActive must be a boolean"],
  ])("%j is refused: %s", async (wrong, message) => {
    const { status, json } = await admin.call("POST", path, { ...SCOUT, ...wrong });
    expect([status, json.error.message, json.error.validations[0].message]).toEqual([422, message, message]);
  });

  test("members read without the address, and change nothing", async () => {
    await register();
    const [seen] = await ann.session.expect(200, "GET", path);
    expect(seen).toMatchObject({ name: "scout", gatewayUrl: null });
    expect((await ann.session.call("POST", path, SCOUT)).status).toBe(403);
    expect((await ann.session.call("PATCH", `${path}/scout`, { isActive: false })).status).toBe(403);
    expect((await ann.session.call("DELETE", `${path}/scout`)).status).toBe(403);
  });
});

test.each(["http://127.0.0.1:9", "http://169.254.169.254/latest", "https://10.0.0.7", "https://inside.example.org"])(
  "%s is no address for a gateway",
  async (gatewayUrl) => {
    const { status, json } = await admin.call("POST", "/openclaw/agents", { ...SCOUT, gatewayUrl });
    expect([status, json.error.validations[0].path]).toEqual([422, "gatewayUrl"]);
    await register();
    expect((await admin.call("PATCH", "/openclaw/agents/scout", { gatewayUrl })).status).toBe(422);
  },
);

test("the source of a token is shown and the token never: environment before stored, and it follows the name", async () => {
  await register({ name: "scout", token: "stored-token-of-scout" });
  await register({ name: "archer" });
  expect(await settingsOf("scout")).toMatchObject({ tokenSource: "stored", tokenVariable: "OPENCLAW_TOKEN_SCOUT" });
  expect(await settingsOf("archer")).toMatchObject({ tokenSource: "none" });
  await admin.expect(200, "PATCH", "/openclaw/agents/archer", { name: "env-scout" });
  expect(await settingsOf("env-scout")).toMatchObject({
    tokenSource: "environment",
    tokenVariable: "OPENCLAW_TOKEN_ENV_SCOUT",
  });
  await admin.expect(200, "PATCH", "/openclaw/agents/scout", { token: null });
  expect(await settingsOf("scout")).toMatchObject({ tokenSource: "none" });
  const all = await admin.call("GET", "/api/registered-agents");
  const rows = await api.database.asOwner("SELECT * FROM mosaic.registered_agents, mosaic.audit_events");
  for (const text of [all.text, JSON.stringify(rows), api.logs()]) expect(text).not.toContain("stored-token-of-scout");
});

test("a stored token goes with another path of its origin, and must be given again for another origin", async () => {
  await register({ token: "stored-token-of-scout" });
  await admin.expect(200, "PATCH", "/openclaw/agents/scout", { gatewayUrl: "https://scout.example.org/other" });
  const elsewhere = { gatewayUrl: "https://elsewhere.example.org" };
  const { status, json } = await admin.call("PATCH", "/openclaw/agents/scout", elsewhere);
  expect([status, json.error.message]).toEqual([422, "token must be given again for another gatewayUrl"]);
  await admin.expect(200, "PATCH", "/openclaw/agents/scout", { ...elsewhere, token: "token-of-elsewhere" });
});

test("a row whose address was changed in the database does not open its token", async () => {
  await register({ token: "stored-token-of-scout" });
  await api.database.asOwner("UPDATE mosaic.registered_agents SET gateway_url = 'https://thief.example.org'");
  expect((await admin.call("POST", "/api/openclaw/agents/scout/test")).status).toBe(500);
});

test("who may use an agent is a rule: people, workspaces, everyone; others do not see it", async () => {
  const workspace = await ann.session.expect(201, "POST", "/api/workspaces", { name: "Home" });
  await register({ name: "for-ann", audience: { who: "listed", people: [ann.id] } });
  await register({ name: "for-home", audience: { who: "listed", workspaces: [workspace.id] } });
  await register({ name: "for-nobody", audience: { who: "listed" } });
  await register({ name: "for-all" });
  expect(names(await ann.session.expect(200, "GET", "/openclaw/agents"))).toEqual(["for-all", "for-ann", "for-home"]);
  expect(names(await bob.session.expect(200, "GET", "/openclaw/agents"))).toEqual(["for-all"]);
  expect(names(await admin.expect(200, "GET", "/openclaw/agents"))).toHaveLength(4);
  const hidden = await bob.session.call("GET", "/openclaw/agents/for-ann");
  expect([hidden.status, hidden.json.error.message]).toEqual([404, "OpenClaw agent 'for-ann' not found"]);
});

test("system agents are listed too, cannot be changed here, and share their names", async () => {
  const sql = `INSERT INTO mosaic.system_containers (tenant, name, display_name, role) VALUES ('system:watch', 'watch', 'Watch', 'monitor')`;
  await api.database.asOwner(sql);
  await register();
  const [scout, watch] = await admin.expect(200, "GET", "/openclaw/agents");
  expect([scout.name, watch.name]).toEqual(["scout", "watch"]);
  expect(watch).toMatchObject({ displayName: "Watch", role: "operations", gatewayUrl: null, isActive: true });
  expect((await admin.call("POST", "/openclaw/agents", { ...SCOUT, name: "watch" })).status).toBe(409);
  expect((await admin.call("PATCH", "/openclaw/agents/scout", { name: "watch" })).status).toBe(409);
  expect((await admin.call("PATCH", "/openclaw/agents/watch", { isActive: false })).status).toBe(409);
  expect((await admin.call("DELETE", "/openclaw/agents/watch")).status).toBe(409);
  const system = { name: "scout", displayName: "Scout", role: "monitor" };
  expect((await admin.call("POST", "/api/system-agents", system)).status).toBe(409);
});

describe("the test of a gateway", () => {
  const models = { data: [{ id: "openclaw" }, { id: "openclaw/main" }] };
  const tryIt = async () => await admin.expect(200, "POST", "/api/openclaw/agents/scout/test");

  const registerScout = (more: object = {}) =>
    registerHere({ database: api.database, admin, gatewayUrl: `${gateway.url}/base/` }, "scout", more);

  test("finds all well, with one call", async () => {
    await registerScout();
    gateway.answer(answers(200, models));
    expect(await tryIt()).toEqual({
      isReachable: true,
      isTokenAccepted: true,
      isAgentKnown: true,
      models: ["openclaw", "openclaw/main"],
      message: null,
    });
    expect(gateway.requests).toHaveLength(1);
    const [{ path, headers }] = gateway.requests as [any];
    expect([path, headers.authorization]).toEqual(["/base/v1/models", "Bearer stored-token-of-scout"]);
  });

  test("finds a token that is rejected, or missing", async () => {
    await registerScout();
    gateway.answer(answers(401));
    expect(await tryIt()).toMatchObject({ isReachable: true, isTokenAccepted: false, isAgentKnown: null });
    await admin.expect(200, "PATCH", "/openclaw/agents/scout", { token: null });
    expect(await tryIt()).toMatchObject({ isTokenAccepted: null, message: expect.stringContaining("OPENCLAW_TOKEN_SCOUT") });
    expect(gateway.requests.at(-1)?.headers.authorization).toBeUndefined();
  });

  test("finds an agent that is not there, and something that is no gateway", async () => {
    await registerScout({ agentId: "ghost" });
    gateway.answer(answers(200, models));
    expect(await tryIt()).toMatchObject({ isTokenAccepted: true, isAgentKnown: false });
    gateway.answer(answers(200, { hello: "world" }));
    expect(await tryIt()).toMatchObject({ isReachable: true, isTokenAccepted: null, models: [] });
    gateway.answer(answers(302, {}, { location: "https://elsewhere.example.org" }));
    expect(await tryIt()).toMatchObject({ isTokenAccepted: null });
  });

  test("an administrator's alone", async () => {
    await register();
    expect((await ann.session.call("POST", "/api/openclaw/agents/scout/test")).status).toBe(403);
    expect((await admin.call("POST", "/api/openclaw/agents/nobody/test")).status).toBe(404);
  });
});
