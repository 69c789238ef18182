// A system agent's providers, managed by administrators: like a user's own, under the agent's tenant, and out of others' reach.
import { randomUUID } from "node:crypto";
import { createModelDiscovery, createProviderTest } from "../../../adapters/llm/provider-test.ts";
import { humanTenant, systemTenant } from "../../../contracts/core/tenant.ts";
import { useAdmin, useApi, useUser } from "../../support/core/api.ts";
import { canariesIn } from "../../support/core/canaries.ts";
import { OPENAI, startProviderStub, TO_STUBS, type ProviderStub } from "../../support/providers/provider-apis.ts";

const KEYS = { first: "sk-canary-first-0123456789aaaa", rotated: "sk-canary-rotated-9876543210zzzz" };
const IDS = ["gpt-5", "gpt-5-mini"];
const AGENT = "/api/system-agents/night-watch";
const tenant = systemTenant("night-watch");

const api = useApi({
  testProvider: createProviderTest(TO_STUBS),
  discoverModels: createModelDiscovery(TO_STUBS),
});
const admin = useAdmin(api);
const ann = useUser(api, admin, "ann");
let stub: ProviderStub;

beforeAll(async () => {
  stub = await startProviderStub(OPENAI.answers(KEYS.rotated, IDS));
});
afterAll(async () => {
  await stub?.close();
});
beforeEach(async () => {
  await admin.expect(201, "POST", "/api/system-agents", { name: "night-watch", displayName: "Night watch", role: "monitor" });
  await api.database.asOwner("DELETE FROM mosaic.outbox");
});
afterEach(async () => {
  await admin.call("DELETE", AGENT, { confirm: "night-watch" });
});

const values = () => ({ type: "openai", baseUrl: `${stub.origin.replace("127.0.0.1", "models.test")}/v1` });
const input = (more: object = {}) => ({
  ...{ ...values(), name: "work", displayName: "Work", apiKey: KEYS.first, models: ["gpt-5"], ...more },
});
const add = async (more: object = {}) => await admin.expect(201, "POST", `${AGENT}/providers`, input(more));
const list = async () => (await admin.expect(200, "GET", `${AGENT}/providers`)).providers;
const rowsOf = async (of: string) =>
  await api.database.asOwner<{ name: string }>("SELECT name FROM mosaic.llm_providers WHERE tenant = $1", [of]);
const requests = async () =>
  await api.database.asOwner<{ tenant: string; payload: unknown }>("SELECT tenant, payload FROM mosaic.outbox ORDER BY id");
const revision = async (): Promise<number> => (await admin.expect(200, "GET", `${AGENT}/settings`)).revision;

test("a provider is added, read, changed and deleted, under the agent's tenant and nobody else's", async () => {
  const answer = await admin.call("POST", `${AGENT}/providers`, input());
  expect(answer.status).toBe(201);
  const created = answer.json;
  expect(answer.headers.get("location")).toBe(`${AGENT}/providers/${created.id}`);
  expect(created).toMatchObject({ name: "work", apiKeyLastFour: "aaaa", hasApiKey: true, isActive: true, lastTest: null });
  expect(await list()).toEqual([created]);
  expect(await admin.expect(200, "GET", `${AGENT}/providers/${created.id}`)).toEqual(created);
  expect(await rowsOf(tenant)).toHaveLength(1);
  const { id: adminId } = (await admin.expect(200, "GET", "/api/session")).user;
  expect(await rowsOf(humanTenant(adminId))).toEqual([]);

  const changed = await admin.expect(200, "PATCH", `${AGENT}/providers/${created.id}`, { apiKey: KEYS.rotated });
  expect(changed).toMatchObject({ id: created.id, apiKeyLastFour: "zzzz", displayName: "Work" });
  await admin.expect(204, "DELETE", `${AGENT}/providers/${created.id}`);
  expect(await list()).toEqual([]);
  await admin.expect(404, "DELETE", `${AGENT}/providers/${created.id}`);
});

test("each change commits with its request to restart: the newest revision, only for the agent's container", async () => {
  const { id } = await add();
  await admin.expect(200, "PATCH", `${AGENT}/providers/${id}`, { apiKey: KEYS.rotated });
  await admin.expect(204, "DELETE", `${AGENT}/providers/${id}`);
  const last = await revision();
  expect(await requests()).toEqual(
    [last - 2, last - 1, last].map((each) => ({ tenant, payload: { topic: "container.config-changed", revision: each } })),
  );
  await admin.expect(422, "PATCH", `${AGENT}/providers/${randomUUID()}`, { isActive: "perhaps" });
  await admin.expect(404, "PATCH", `${AGENT}/providers/${randomUUID()}`, { isActive: false });
  expect([await revision(), (await requests()).length]).toEqual([last, 3]);
});

test("the agent answers with a second provider once its first is switched off, and keeps its personality", async () => {
  const first = await add();
  await admin.expect(200, "PATCH", `${AGENT}/settings`, { personality: "Watch the night." });
  await add({ name: "spare", models: ["gpt-5-mini"] });
  await admin.expect(200, "PATCH", `${AGENT}/providers/${first.id}`, { isActive: false });
  expect(await admin.expect(200, "GET", `${AGENT}/settings`)).toMatchObject({
    ...{ effectiveModel: "spare/gpt-5-mini", models: ["spare/gpt-5-mini"], personality: "Watch the night.", providerId: null },
  });
});

test("the rules are those for a user's own: unique names, checked addresses, the key again for another server", async () => {
  const { id } = await add();
  const again = await admin.call("POST", `${AGENT}/providers`, input());
  expect([again.status, again.json.error.message]).toEqual([409, "A provider named work already exists."]);
  for (const baseUrl of ["http://127.0.0.1:11434", "http://169.254.169.254/latest", "http://u:p@example.org/v1"]) {
    const refused = await admin.call("POST", `${AGENT}/providers`, input({ name: "other", baseUrl }));
    expect([refused.status, refused.json.error.validations[0].path]).toEqual([422, "baseUrl"]);
  }
  const moved = await admin.call("PATCH", `${AGENT}/providers/${id}`, { baseUrl: "https://elsewhere.example/v1" });
  expect([moved.status, moved.json.error.validations[0].path]).toEqual([422, "apiKey"]);
  expect((await list()).map(({ name }: { name: string }) => name)).toEqual(["work"]);
});

test("the stored key is tested, and a form's with it: refused before it was changed, working afterwards", async () => {
  const { id } = await add();
  const test = async () => await admin.expect(200, "POST", `${AGENT}/providers/${id}/test`);
  expect(await test()).toMatchObject({ ok: false, reason: "key_refused", status: 401 });
  expect((await list())[0].lastTest).toMatchObject({ reason: "key_refused", status: 401 });
  const form = { ...values(), providerId: id };
  expect(await admin.expect(200, "POST", `${AGENT}/provider-tests`, form)).toMatchObject({ reason: "key_refused" });
  const written = { ...form, apiKey: KEYS.rotated };
  expect(await admin.expect(200, "POST", `${AGENT}/provider-tests`, written)).toMatchObject({ ok: true, models: IDS });
  const before = await revision();
  await admin.expect(200, "PATCH", `${AGENT}/providers/${id}`, { apiKey: KEYS.rotated });
  expect(await test()).toMatchObject({ ok: true, reason: null });
  expect(await admin.expect(200, "POST", `${AGENT}/provider-models`, form)).toMatchObject({ models: [{ id: "gpt-5" }, {}] });
  // Only the new key: a test changes nothing.
  expect(await revision()).toBe(before + 1);
});

test("a key serves its own owner alone: not another agent, not an administrator's own pages, nor a member's", async () => {
  const { id } = await add({ apiKey: KEYS.rotated });
  await admin.expect(201, "POST", "/api/system-agents", { name: "neighbour", displayName: "Neighbour", role: "monitor" });
  const seenBefore = stub.seen.length;
  const form = { ...values(), providerId: id };
  for (const base of ["/api/me", "/api/system-agents/neighbour"]) {
    await admin.expect(404, "GET", `${base}/providers/${id}`);
    await admin.expect(404, "PATCH", `${base}/providers/${id}`, { isActive: false });
    await admin.expect(404, "DELETE", `${base}/providers/${id}`);
    await admin.expect(404, "POST", `${base}/providers/${id}/test`);
    await admin.expect(404, "POST", `${base}/provider-tests`, form);
    await admin.expect(404, "POST", `${base}/provider-models`, form);
    expect(await admin.expect(200, "GET", `${base}/providers`)).toEqual({ providers: [] });
  }
  await ann.session.expect(404, "GET", `/api/me/providers/${id}`);
  await ann.session.expect(403, "GET", `${AGENT}/providers/${id}`);
  expect(stub.seen).toHaveLength(seenBefore);
  await admin.expect(204, "DELETE", "/api/system-agents/neighbour", { confirm: "neighbour" });
});

test("a person's providers are out of reach under an agent's address, with whatever name", async () => {
  const own = await ann.session.expect(201, "POST", "/api/me/providers", input({ name: "anns" }));
  for (const name of ["night-watch", ann.id, humanTenant(ann.id), "..%2Fme", "ann"]) {
    const answers = await Promise.all([
      admin.call("GET", `/api/system-agents/${name}/providers`),
      admin.call("GET", `/api/system-agents/${name}/providers/${own.id}`),
      admin.call("POST", `/api/system-agents/${name}/providers/${own.id}/test`),
      admin.call("PATCH", `/api/system-agents/${name}/providers/${own.id}`, { displayName: "Mine now" }),
    ]);
    expect(answers.map(({ status }) => status)).toEqual([name === "night-watch" ? 200 : 404, 404, 404, 404]);
    expect(answers.map(({ text }) => text).join("")).not.toMatch(/anns|zzzz|aaaa/);
  }
  expect(await ann.session.expect(200, "GET", `/api/me/providers/${own.id}`)).toEqual(own);
});

test("an agent that is gone, or never was, answers like its other routes, and nothing is written or asked", async () => {
  const { id } = await add({ apiKey: KEYS.rotated });
  await admin.expect(204, "DELETE", AGENT, { confirm: "night-watch" });
  await api.database.asOwner("DELETE FROM mosaic.outbox");
  const { text, json } = await admin.call("GET", `${AGENT}/settings`);
  const [seenBefore, message] = [stub.seen.length, json.error.message];
  const calls: [string, string, object?][] = [
    ["GET", "/providers"],
    ["POST", "/providers", input()],
    ["GET", `/providers/${id}`],
    ["PATCH", `/providers/${id}`, { displayName: "Late" }],
    ["DELETE", `/providers/${id}`],
    ["POST", `/providers/${id}/test`],
    ["POST", "/provider-tests", { ...values(), apiKey: KEYS.rotated }],
    ["POST", "/provider-models", { ...values(), apiKey: KEYS.rotated }],
  ];
  for (const agent of [AGENT, "/api/system-agents/nobody"]) {
    for (const [method, path, body] of calls) {
      const answer = await admin.call(method, agent + path, body);
      expect([method, path, answer.status, answer.json.error.message]).toEqual([method, path, 404, message]);
    }
  }
  expect(text).toContain("There is no such system agent.");
  expect([await rowsOf(tenant), await requests(), stub.seen.length]).toEqual([[], [], seenBefore]);
});

test("the audit log says who did what to which agent and provider; no key is in it, in an answer or in a log", async () => {
  const begun = await admin.call("POST", `${AGENT}/providers`, input());
  const { id } = begun.json;
  const answers = [
    begun,
    await admin.call("PATCH", `${AGENT}/providers/${id}`, { apiKey: KEYS.rotated, displayName: "Rotated" }),
    await admin.call("GET", `${AGENT}/providers`),
    await admin.call("POST", `${AGENT}/providers/${id}/test`),
    await admin.call("POST", `${AGENT}/provider-tests`, { ...values(), apiKey: KEYS.first }),
    await admin.call("GET", `${AGENT}/settings`),
    await admin.call("DELETE", `${AGENT}/providers/${id}`),
  ];
  const { user } = await admin.expect(200, "GET", "/api/session");
  const { events } = await admin.expect(200, "GET", `/api/audit-events?targetId=${tenant}&limit=3`);
  const did = (change: string, more: object = {}) => ({
    ...{ actorId: user.id, action: `system-agent.provider-${change}`, targetKind: "system-agent", outcome: "success" },
    detail: { provider: id, name: "work", ...more },
  });
  expect(events).toMatchObject([did("delete"), did("update", { fields: ["displayName", "apiKey"] }), did("create")]);
  const kept = await api.database.asOwner<{ row: string }>(
    "SELECT e::text AS row FROM mosaic.audit_events e UNION ALL SELECT o::text FROM mosaic.outbox o",
  );
  const texts = [...answers.map(({ text }) => text), ...kept.map(({ row }) => row), api.logs()];
  expect(canariesIn(texts.join("\n"), KEYS)).toEqual([]);
});
