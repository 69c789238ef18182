// Providers, agent configuration and the caller's agent over HTTP: strictly the caller's rows, keys write-only, audited.
import { givenReason } from "../../../contracts/containers/container-reasons.ts";
import { randomUUID } from "node:crypto";
import type { ProviderTestInput } from "../../../adapters/llm/provider-test.ts";
import { SCOPES } from "../../../contracts/core/principal.ts";
import { humanTenant } from "../../../contracts/core/tenant.ts";
import { appendEvent } from "../../../db/containers/container-events.ts";
import { claimStart, ensureContainerRow, setPhase } from "../../../db/containers/containers.ts";
import { addUser, type TestUser, useAdmin, useApi, useUser } from "../../support/core/api.ts";
import { ApiSession } from "../../support/core/api-session.ts";
import { aTestResult } from "../../support/providers/provider-test-results.ts";

const PROVIDER = { name: "lab", displayName: "Lab", type: "openai", apiKey: "sk-canary-0123456789", models: ["gpt-4o-mini"] };

const api = useApi({
  testProvider: async (input) => {
    tested.push(input);
    return aTestResult();
  },
});
const admin = useAdmin(api);
const ann = useUser(api, admin, "ann");
const bob = useUser(api, admin, "bob");
const tested: ProviderTestInput[] = [];

const add = async (user: TestUser, change: object = {}) =>
  await user.session.expect(201, "POST", "/api/me/providers", { ...PROVIDER, name: `p-${randomUUID()}`, ...change });

async function startedContainer(user: TestUser): Promise<void> {
  const worker = await api.database.openAs("worker");
  await worker.asTenant(humanTenant(user.id), async (tx) => {
    await ensureContainerRow(tx);
    await claimStart(tx, { startId: randomUUID() });
    await setPhase(tx, { phase: "ready", reason: null });
    await appendEvent(tx, { cause: "chat", actor: user.id, reason: givenReason("First chat.") });
  });
}

describe("a provider's key", () => {
  test("goes in and comes out as its last four characters only", async () => {
    const created = await add(ann);
    const answers = [
      created,
      await ann.session.expect(200, "GET", `/api/me/providers/${created.id}`),
      await ann.session.expect(200, "GET", "/api/me/providers"),
      await ann.session.expect(200, "PATCH", `/api/me/providers/${created.id}`, { displayName: "Renamed" }),
    ];
    expect(created).toMatchObject({ apiKeyLastFour: "6789", hasApiKey: true });
    expect(JSON.stringify(answers)).not.toContain("canary");
    expect(api.logs()).not.toContain("canary");
  });

  test("is kept as it was meant, whatever was pasted around it; what is none is refused in words", async () => {
    const { id } = await add(ann, { apiKey: ` \ufeff"Bearer ${PROVIDER.apiKey}"\r\n` });
    await ann.session.expect(200, "POST", `/api/me/providers/${id}/test`);
    expect(tested.at(-1)?.apiKey?.reveal()).toBe(PROVIDER.apiKey);
    const half = await ann.session.call("PATCH", `/api/me/providers/${id}`, { apiKey: "sk-canary-one\nsk-canary-two" });
    expect([half.status, half.json.error.validations[0]]).toMatchObject([
      422,
      { path: "apiKey", message: expect.stringContaining("Paste it again") },
    ]);
    expect(half.text).not.toContain("canary");
  });

  test("is required again if the address moves to another server", async () => {
    const { id } = await add(ann);
    const moved = await ann.session.call("PATCH", `/api/me/providers/${id}`, { baseUrl: "https://evil.example/v1" });
    expect([moved.status, moved.json.error.validations[0].path]).toEqual([422, "apiKey"]);
  });

  test("is opened for a test of the saved provider", async () => {
    const { id } = await add(ann);
    await ann.session.expect(200, "POST", `/api/me/providers/${id}/test`);
    expect(tested.at(-1)?.apiKey?.reveal()).toBe(PROVIDER.apiKey);
  });
});

test.each([
  "http://localhost:11434",
  "http://127.0.0.1/v1",
  "http://2130706433/v1",
  "http://0x7f.1/v1",
  "http://0/v1",
  "http://localhost./v1",
  "http://[::1]/v1",
  "http://[::ffff:a9fe:a9fe]/v1",
  "http://[::7f00:1]/v1",
  "http://169.254.169.254/latest",
  "http://metadata.google.internal/v1",
  "http://u:p@example.org/v1",
])("the provider address %s is refused with a hint", async (baseUrl) => {
  const answer = await ann.session.call("POST", "/api/me/providers", { ...PROVIDER, name: "refused", type: "custom", baseUrl });
  expect([answer.status, answer.json.error.validations[0].path]).toEqual([422, "baseUrl"]);
});

test.each<[string, object]>([
  ["an unknown field", { tenant: "human:x" }],
  ["an operator instead of a value", { displayName: { $ne: null } }],
  ["a name in capitals", { name: "Lab" }],
  ["an unknown type", { type: "other" }],
])("a provider with %s is refused", async (_name, change) => {
  expect((await ann.session.call("POST", "/api/me/providers", { ...PROVIDER, ...change })).status).toBe(422);
});

test("a body that carries __proto__ is refused", async () => {
  const { cookie } = ann.session;
  const { csrfToken } = await ann.session.expect(200, "GET", "/api/session");
  const answer = await fetch(`${api.url}/api/me/providers`, {
    method: "POST",
    headers: { cookie, "x-mosaic-csrf": csrfToken, "content-type": "application/json" },
    body: `{"__proto__":{"isActive":true},${JSON.stringify({ ...PROVIDER, name: "proto" }).slice(1)}`,
  });
  expect(answer.status).toBe(422);
});

test("two providers of one user cannot have one name; those of two users can", async () => {
  await add(ann, { name: "shared" });
  expect((await ann.session.call("POST", "/api/me/providers", { ...PROVIDER, name: "shared" })).status).toBe(409);
  await add(bob, { name: "shared" });
});

describe("another user's rows", () => {
  test("answer exactly like rows that do not exist", async () => {
    const { id } = await add(ann);
    const calls: [string, string, object?][] = [
      ["GET", ""],
      ["PATCH", "", { displayName: "Mine now" }],
      ["DELETE", ""],
      ["POST", "/test"],
    ];
    for (const [method, suffix, body] of calls) {
      const answers = await Promise.all(
        [id, randomUUID(), "not-an-id"].map((any) => bob.session.call(method, `/api/me/providers/${any}${suffix}`, body)),
      );
      expect([method, ...answers.map(({ status }) => status)]).toEqual([method, 404, 404, 404]);
      expect(answers[0]?.json.error.message).toBe(answers[1]?.json.error.message);
    }
    expect((await ann.session.expect(200, "GET", `/api/me/providers/${id}`)).displayName).toBe("Lab");
  });

  test("are not listed, not even for administrators", async () => {
    const { id } = await add(ann);
    for (const session of [bob.session, admin]) {
      expect(JSON.stringify(await session.expect(200, "GET", "/api/me/providers"))).not.toContain(id);
    }
  });

  test("cannot be set as the default provider", async () => {
    const { id } = await add(ann);
    expect((await bob.session.call("PATCH", "/api/me/agent-config", { providerId: id })).status).toBe(422);
  });

  test("keys cannot be revoked by anybody else", async () => {
    const { keyId } = await ann.session.expect(201, "POST", "/api/me/keys", { name: "hers" });
    expect((await bob.session.call("DELETE", `/api/me/keys/${keyId}`)).status).toBe(404);
    expect((await ann.session.call("DELETE", `/api/me/keys/${keyId}`)).status).toBe(204);
  });

  test("container states are not shown, and actions on them affect only the caller's agent", async () => {
    const owner = await addUser(api, admin, "owner");
    await startedContainer(owner);
    expect((await bob.session.expect(200, "GET", "/api/me/agent")).phase).toBe("never_started");
    expect((await bob.session.call("POST", "/api/me/agent/stop", { reason: "mischief" })).status).toBe(404);
  });
});

describe("the agent configuration", () => {
  test("names no model while there is none to name", async () => {
    const user = await addUser(api, admin, "modelless");
    await add(user, { models: [] });
    const config = await user.session.expect(200, "GET", "/api/me/agent-config");
    expect(config.effectiveModel).toBeNull();
    expect(JSON.stringify(config)).not.toContain("gpt");
  });

  test("takes no model that OpenClaw would read otherwise, from no side", async () => {
    const models = [{ id: "org/gemma@prod", images: true }];
    const answers = [
      await ann.session.call("POST", "/api/me/providers", { ...PROVIDER, name: "odd", models }),
      await ann.session.call("POST", "/api/me/provider-tests", { type: "openai", apiKey: "sk-1", models: ["gemma@prod"] }),
      await ann.session.call("PATCH", "/api/me/agent-config", { primaryModel: "lab/gemma@prod" }),
    ];
    for (const { status, text } of answers) expect([status, text]).toEqual([422, expect.stringContaining("different model")]);
    const [kept] = (await add(ann, { models: ["gemma@q8_0", "meta/llama:free"] })).models;
    expect(kept).toMatchObject({ id: "gemma@q8_0", images: false, tools: true });
  });

  test("raises the revision with every change and tells the workflow in the same transaction", async () => {
    const user = await addUser(api, admin, "revises");
    const before = (await user.session.expect(200, "GET", "/api/me/agent-config")).revision;
    const after = await user.session.expect(200, "PATCH", "/api/me/agent-config", {
      personality: "Be brief.",
      idleTimeoutMin: 60,
    });
    expect(after).toMatchObject({ revision: before + 1, personality: "Be brief.", effectiveIdleTimeoutMin: 60 });
    const messages = await api.database.asOwner<{ payload: unknown }>("SELECT payload FROM mosaic.outbox WHERE tenant = $1", [
      `human:${user.id}`,
    ]);
    expect(messages.map(({ payload }) => payload)).toEqual([{ topic: "container.config-changed", revision: after.revision }]);
  });

  test("keeps the idle time within the administrator's limit", async () => {
    await api.database.asOwner("INSERT INTO mosaic.system_config (key, value) VALUES ('idle.maxTimeoutMin', '120')");
    const answer = await ann.session.call("PATCH", "/api/me/agent-config", { idleTimeoutMin: 121 });
    expect([answer.status, answer.json.error.validations]).toEqual([
      422,
      [{ path: "idleTimeoutMin", message: "The administrator allows at most 120 minutes." }],
    ]);
  });
});

describe("the caller's agent", () => {
  test("shows its state with timeline and the time it falls asleep", async () => {
    const user = await addUser(api, admin, "looks");
    await startedContainer(user);
    const view = await user.session.expect(200, "GET", "/api/me/agent");
    expect(view).toMatchObject({ status: "running", phase: "ready", generation: 1 });
    expect(view.timeline).toMatchObject([{ cause: "chat", actor: user.id, reason: givenReason("First chat.") }]);
    expect(Date.parse(view.sleepsAt) - Date.parse(view.lastActivityAt)).toBe(30 * 60_000);
  });

  test.each<[string, string, string, object | undefined, string]>([
    ["restart", "POST", "/api/me/agent/restart", { reason: "Unexpected response." }, "Unexpected response."],
    ["stop", "POST", "/api/me/agent/stop", undefined, ""],
    ["retire", "DELETE", "/api/me/agent", { confirm: "delete" }, ""],
  ])(
    "can be asked to %s, which is on record with who and why, and told from the outbox",
    async (action, method, path, body, reason) => {
      const user = await addUser(api, admin, `asks-${action}`);
      await startedContainer(user);
      expect(await user.session.expect(202, method, path, body)).toEqual({ status: "accepted" });
      const asked = await api.database.asOwner(
        `SELECT i.kind, i.requested_by AS by, i.reason, i.generation FROM mosaic.container_intents i
         JOIN mosaic.outbox o ON o.payload = jsonb_build_object('topic', $1::text, 'intentId', i.id) WHERE i.tenant = $2`,
        [`container.${action}`, `human:${user.id}`],
      );
      expect(asked).toEqual([{ kind: action, by: user.id, reason: givenReason(reason), generation: 1 }]);
    },
  );

  test("is not deleted without the word", async () => {
    await startedContainer(bob);
    expect((await bob.session.call("DELETE", "/api/me/agent", {})).status).toBe(422);
  });

  test("is not deleted by a key, whatever its scopes", async () => {
    const user = await addUser(api, admin, "holds-a-key");
    await startedContainer(user);
    const { apiKey } = await user.session.expect(201, "POST", "/api/me/keys", { name: "all", scopes: Object.keys(SCOPES) });
    const headers = { authorization: `Bearer ${apiKey}` };
    const anonymous = new ApiSession(api.url);
    expect((await anonymous.call("DELETE", "/api/me/agent", { confirm: "delete" }, headers)).status).toBe(403);
    expect(
      await api.database.asOwner("SELECT topic FROM mosaic.outbox WHERE tenant = $1 AND topic = 'container.retire'", [
        `human:${user.id}`,
      ]),
    ).toEqual([]);
  });
});

test("every change leaves an audit row that says who, what, when and from where, and holds no secret", async () => {
  const user = await addUser(api, admin, "audited");
  const { id } = await add(user);
  await user.session.expect(200, "PATCH", `/api/me/providers/${id}`, { apiKey: "sk-canary-second" });
  await user.session.expect(204, "DELETE", `/api/me/providers/${id}`);
  const rows = await api.database.asOwner<{ action: string; target_id: string; detail: object }>(
    "SELECT action, target_id, detail, outcome, actor_name, remote_address FROM mosaic.audit_events WHERE actor_id = $1 ORDER BY occurred_at",
    [user.id],
  );
  expect(rows.map(({ action }) => action)).toEqual(["session.create", "provider.create", "provider.update", "provider.delete"]);
  for (const row of rows) expect(row).toMatchObject({ outcome: "success", actor_name: "audited", remote_address: "127.0.0.1" });
  expect(rows[2]).toMatchObject({ target_id: id, detail: { fields: ["apiKey"] } });
  const all = await api.database.asOwner(
    "SELECT e::text FROM mosaic.audit_events e WHERE e::text LIKE '%canary%' OR e::text LIKE '%long secret%'",
  );
  expect(all).toHaveLength(0);
});

test("a change that fails leaves neither row nor audit", async () => {
  const user = await addUser(api, admin, "fails");
  await add(user, { name: "once" });
  await user.session.expect(409, "POST", "/api/me/providers", { ...PROVIDER, name: "once" });
  const rows = await api.database.asOwner(
    "SELECT 1 FROM mosaic.audit_events WHERE actor_id = $1 AND action = 'provider.create'",
    [user.id],
  );
  expect(rows).toHaveLength(1);
});
