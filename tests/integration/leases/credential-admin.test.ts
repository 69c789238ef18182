// Administrators' sessions: who holds what, taking back, out and in, limits, and the broker's keys, all of it audited.
import { randomUUID } from "node:crypto";
import { addUser, setUpInstallation } from "../../support/core/api.ts";
import type { ApiSession } from "../../support/core/api-session.ts";
import { claimOf, startTestBroker, useBroker } from "../../support/leases/credential-broker.ts";
import { newKind } from "../../support/leases/credential-leases.ts";

const broker = useBroker();
let admin: ApiSession;
let member: ApiSession;
let kind: string;

beforeAll(async () => {
  admin = await setUpInstallation(broker.api);
  member = (await addUser(broker.api, admin, "ann")).session;
});
beforeEach(() => {
  kind = newKind();
});

const PAYLOAD = { secret: "canary-admin-3f1a" };
const rowsOf = (action: string, targetId: string) =>
  broker.database.asOwner<any>(
    "SELECT actor_kind, actor_name, outcome, detail FROM mosaic.audit_events WHERE action = $1 AND target_id = $2",
    [action, targetId],
  );

test.each([
  ["GET", "/api/admin/credential-pools"],
  ["GET", "/api/admin/credential-pools/telegram/waiters"],
  ["GET", "/api/admin/credentials"],
  ["POST", "/api/admin/credentials"],
  ["GET", "/api/admin/credential-events"],
  ["GET", "/api/admin/credential-keys"],
  ["POST", "/api/admin/credential-keys"],
  ["DELETE", "/api/admin/credential-keys/mbk_x"],
  ["PATCH", "/api/admin/credential-pools/telegram/limits"],
  ["POST", `/api/admin/credentials/${randomUUID()}/release`],
  ["POST", `/api/admin/credentials/${randomUUID()}/enable`],
  ["POST", `/api/admin/credentials/${randomUUID()}/disable`],
])("%s %s is for administrators alone", async (method, path) => {
  const body = method === "POST" || method === "PATCH" ? {} : undefined;
  expect((await member.call(method, path, body)).status).toBe(403);
  expect((await broker.api.session().call(method, path, body)).status).toBe(401);
});

test("pools and credentials show who holds what, and neither payload nor token", async () => {
  await broker.add(kind, 2, PAYLOAD);
  const lease = await broker.acquire(kind, "run-7");
  const pools = await admin.call("GET", "/api/admin/credential-pools");
  expect(pools.json.pools.find((pool: any) => pool.kind === kind)).toMatchObject({ total: 2, free: 1, exhausted: null });
  const listed = await admin.call("GET", `/api/admin/credentials?kind=${kind}`);
  const holders = listed.json.credentials.map(({ lease: held }: any) => held && [held.ownerId, held.actorRole, held.actorId]);
  expect(holders).toContainEqual(["run-7", "ci", "env:ci"]);
  const events = await admin.call("GET", `/api/admin/credential-events?credentialId=${lease.credentialId}`);
  expect(events.json.events).toMatchObject([{ type: "acquire", ownerId: "run-7", actorId: "env:ci", fence: 1 }]);
  for (const { text } of [pools, listed, events]) {
    expect(text).not.toContain(PAYLOAD.secret);
    expect(text).not.toContain(lease.leaseToken);
  }
});

test("a forced release needs a reason, takes the lease away, and names its administrator everywhere", async () => {
  const [credentialId = ""] = await broker.add(kind);
  const lease = await broker.acquire(kind);
  const path = `/api/admin/credentials/${credentialId}/release`;
  expect((await admin.call("POST", path, {})).status).toBe(422);
  const released = await admin.expect(200, "POST", path, { reason: "the runner is gone" });
  expect(released).toMatchObject({ changed: true, credential: { credentialId, lease: null } });
  expect(await broker.codeOf("/heartbeat", claimOf(lease))).toEqual([200, "LEASE_NOT_FOUND"]);
  expect(await rowsOf("credential.release", credentialId)).toMatchObject([
    {
      actor_kind: "human",
      actor_name: "root",
      outcome: "success",
      detail: { kind, reason: "the runner is gone", changed: true },
    },
  ]);
  const { events } = await admin.expect(200, "GET", `/api/admin/credential-events?credentialId=${credentialId}`);
  expect(events[0]).toMatchObject({ type: "force_release", actorId: expect.stringMatching(/^user:/) });
});

test("a credential is disabled unless it is leased, and enabled again", async () => {
  const [credentialId = ""] = await broker.add(kind);
  const lease = await broker.acquire(kind);
  const path = `/api/admin/credentials/${credentialId}`;
  const refused = await admin.call("POST", `${path}/disable`, { reason: "broken" });
  expect([refused.status, refused.json.error.details]).toEqual([409, { reason: "LEASE_ACTIVE" }]);
  await broker.ok("/release", claimOf(lease));
  await admin.expect(200, "POST", `${path}/disable`, { reason: "broken" });
  expect(await broker.codeOf("/acquire", { kind, ownerId: "a", actorRole: "ci" })).toEqual([200, "POOL_EXHAUSTED"]);
  await admin.expect(200, "POST", `${path}/enable`, { reason: "mended" });
  expect((await broker.acquire(kind)).credentialId).toBe(credentialId);
  expect((await admin.call("POST", `/api/admin/credentials/${randomUUID()}/enable`, { reason: "x" })).status).toBe(404);
});

test("a credential is added by an administrator, leased with what was given, and shown to nobody", async () => {
  const added = await admin.call("POST", "/api/admin/credentials", { kind, payload: PAYLOAD, note: " pool-1 " });
  expect([added.status, added.json]).toMatchObject([201, { kind, note: "pool-1", status: "active", lease: null }]);
  const { credentialId } = added.json;
  expect(await broker.acquire(kind)).toMatchObject({ credentialId, payload: PAYLOAD });
  const rows = await rowsOf("credential.add", credentialId);
  expect(rows).toMatchObject([{ actor_name: "root", outcome: "success", detail: { kind, status: "active" } }]);
  for (const text of [added.text, JSON.stringify(rows), broker.api.logs()]) expect(text).not.toContain(PAYLOAD.secret);
});

test("a payload that breaks the rules of its kind is refused by field, without its value", async () => {
  const body = { kind: "telegram", payload: { groupId: "canary-group", driverToken: "a", sutToken: "b" } };
  const refused = await admin.call("POST", "/api/admin/credentials", body);
  expect([refused.status, refused.json.error.validations]).toEqual([
    422,
    [{ path: "payload.groupId", message: expect.stringContaining("digits") }],
  ]);
  expect(refused.text).not.toContain("canary-group");
  expect((await admin.call("POST", "/api/admin/credentials", { kind, payload: "text" })).status).toBe(422);
});

test("waiters are shown in the order in which they are served", async () => {
  // Nobody reports them alive.
  await broker.database.stopClock();
  const waits = ["run-1", "run-2"].map(async (ownerId) => {
    await broker.database.asOwner(
      `INSERT INTO mosaic.credential_waiters (id, kind, owner_id, actor_role, actor_id, enqueued_at, last_seen_at)
       VALUES (gen_random_uuid(), $1, $2, 'ci', 'env:ci', mosaic.now(), mosaic.now())`,
      [kind, ownerId],
    );
  });
  await Promise.all(waits);
  const order = await broker.database.asOwner<{ owner_id: string }>(
    "SELECT owner_id FROM mosaic.credential_waiters WHERE kind = $1 ORDER BY ticket",
    [kind],
  );
  const { waiters } = await admin.expect(200, "GET", `/api/admin/credential-pools/${kind}/waiters`);
  expect(waiters.map(({ ownerId }: any) => ownerId)).toEqual(order.map(({ owner_id }) => owner_id));
  expect(waiters[0]).toMatchObject({ actorRole: "ci", actorId: "env:ci", sinceMs: expect.any(Number) });
  expect((await admin.expect(200, "GET", "/api/admin/credential-pools/another/waiters")).waiters).toEqual([]);
  await broker.database.setClockOffset(0);
});

test("limits of a kind are changed one by one", async () => {
  const path = `/api/admin/credential-pools/${encodeURIComponent(`${kind}/ü`)}/limits`;
  expect(await admin.expect(200, "PATCH", path, { maxLeases: 2 })).toMatchObject({ maxLeases: 2, coolDownMs: null });
  expect(await admin.expect(200, "PATCH", path, { coolDownMs: 5_000 })).toMatchObject({ maxLeases: 2, coolDownMs: 5_000 });
  expect((await admin.call("PATCH", path, { maxLeases: -1 })).status).toBe(422);
  expect((await admin.call("PATCH", path, { unknown: 1 })).status).toBe(422);
  expect(await rowsOf("credential_pool.limit", `${kind}/ü`)).toHaveLength(2);
});

describe("a key of the broker", () => {
  const mint = (change: object = {}) =>
    admin.expect(201, "POST", "/api/admin/credential-keys", { name: "nightly", role: "ci", ...change });
  const using = (key: string) => ({ authorization: `Bearer ${key}` });
  const A = () => ({ kind, ownerId: "run", actorRole: "ci" });

  test("is shown once, acts with its role, and every event names it", async () => {
    const { key, keyId } = await mint();
    const [credentialId = ""] = await broker.add(kind);
    const lease = { ...(await broker.ok("/acquire", A(), using(key))), ...A() };
    expect(await broker.codeOf("/heartbeat", claimOf(lease), using(key))).toEqual([200, "ok"]);
    expect(await broker.codeOf("/acquire", { ...A(), actorRole: "maintainer" }, using(key))).toEqual([
      403,
      "AUTH_ROLE_MISMATCH",
    ]);
    expect(await broker.codeOf("/admin/list", {}, using(key))).toEqual([403, "AUTH_ROLE_MISMATCH"]);
    const { events } = await admin.expect(200, "GET", `/api/admin/credential-events?credentialId=${credentialId}`);
    expect(events).toMatchObject([{ type: "acquire", actorId: keyId }]);
    const listed = await admin.call("GET", "/api/admin/credential-keys");
    expect(listed.text).not.toContain(key);
    expect(listed.json.keys.find((row: any) => row.keyId === keyId)).toMatchObject({
      ...{ name: "nightly", role: "ci", kinds: null, revokedAt: null },
      lastUsedAt: expect.any(String),
    });
    expect(broker.api.logs()).not.toContain(key);
    const tables = ["audit_events", "credential_admin_events", "credential_lease_events", "credential_broker_keys"];
    const rows = tables.map((table) => broker.database.asOwner(`SELECT to_jsonb(t)::text AS row FROM mosaic.${table} t`));
    expect(JSON.stringify(await Promise.all(rows))).not.toContain(key);
    expect(await rowsOf("credential_key.create", keyId)).toHaveLength(1);
  });

  test("of some kinds is refused for all others, on every route", async () => {
    const other = `${kind}-other`;
    const [foreign] = await broker.add(other);
    await broker.add(kind);
    const ci = using((await mint({ kinds: [kind] })).key);
    expect(await broker.codeOf("/acquire", A(), ci)).toEqual([200, "ok"]);
    expect(await broker.codeOf("/acquire", { ...A(), kind: other }, ci)).toEqual([403, "AUTH_ROLE_MISMATCH"]);
    expect((await broker.ok("/status", {}, ci)).pools.map((pool: any) => pool.kind)).toEqual([kind]);
    const maintainer = using((await mint({ kinds: [kind], role: "maintainer" })).key);
    const { credentials } = await broker.ok("/admin/list", {}, maintainer);
    expect(new Set(credentials.map((credential: any) => credential.kind))).toEqual(new Set([kind]));
    const refusals: [string, object][] = [
      ["/admin/add", { kind: other, payload: {} }],
      ["/admin/list", { kind: other }],
      ["/admin/remove", { credentialId: foreign }],
      ["/admin/enable", { credentialId: foreign }],
      ["/admin/force-release", { credentialId: foreign }],
      ["/admin/replace-payload", { credentialId: foreign, payload: {} }],
      ["/admin/kind-limits", { kind: other, limits: { maxLeases: 0 } }],
    ];
    for (const [path, body] of refusals) {
      expect([path, ...(await broker.codeOf(path, body, maintainer))]).toEqual([path, 403, "AUTH_ROLE_MISMATCH"]);
    }
  });

  test("that is revoked, expired or altered is nobody's", async () => {
    const { key, keyId } = await mint();
    expect(await broker.codeOf("/acquire", A(), using(key))).toEqual([200, "POOL_EXHAUSTED"]);
    const altered = `${key.slice(0, -1)}${key.endsWith("a") ? "b" : "a"}`;
    expect(await broker.codeOf("/acquire", A(), using(altered))).toEqual([401, "AUTH_INVALID"]);
    await admin.expect(204, "DELETE", `/api/admin/credential-keys/${keyId}`);
    expect(await broker.codeOf("/acquire", A(), using(key))).toEqual([401, "AUTH_INVALID"]);
    expect((await admin.call("DELETE", `/api/admin/credential-keys/${keyId}`)).status).toBe(404);
    const short = await mint({ expiresAt: new Date(Date.now() + 3_600_000).toISOString() });
    await broker.database.asOwner("UPDATE mosaic.credential_broker_keys SET expires_at = mosaic.now() WHERE key_id = $1", [
      short.keyId,
    ]);
    expect(await broker.codeOf("/acquire", A(), using(short.key))).toEqual([401, "AUTH_INVALID"]);
    const past = { name: "late", role: "ci", expiresAt: new Date(Date.now() - 1_000).toISOString() };
    expect((await admin.call("POST", "/api/admin/credential-keys", past)).status).toBe(422);
  });

  test("serves a server that has no secret in its environment", async () => {
    const { key } = await mint({ role: "maintainer" });
    const env = { OPENCLAW_QA_CONVEX_SECRET_MAINTAINER: "", OPENCLAW_QA_CONVEX_SECRET_CI: "" };
    const other = await startTestBroker(broker.database, { env });
    try {
      expect(await other.broker.codeOf("/admin/list", {}, using(key))).toEqual([200, "ok"]);
      expect(await other.broker.codeOf("/admin/list", {}, using("nobody"))).toEqual([401, "AUTH_INVALID"]);
    } finally {
      await other.api.close();
    }
  });
});
