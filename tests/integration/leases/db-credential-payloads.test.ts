// Payloads at rest, what becomes of them when they are replaced, and what each service may see and keep.
import { EVENT_RETENTION_BATCH } from "../../../contracts/leases/credential-lease.ts";
import { Secret } from "../../../contracts/core/secret.ts";
import type { DatabaseRole } from "../../../db/core/login.ts";
import {
  insertBrokerKey,
  listBrokerKeys,
  resolveBrokerKey,
  revokeBrokerKey,
} from "../../../db/leases/credential-broker-keys.ts";
import { purgeCredentialAdminEvents, purgeLeaseEvents } from "../../../db/leases/credential-events.ts";
import { listOverdueLeases } from "../../../db/leases/credential-expiry.ts";
import { readLeasedChunk, releaseLease } from "../../../db/leases/credential-lease-calls.ts";
import { purgeReplacedPayloads, readPayloads, replacePayload } from "../../../db/leases/credential-payloads.ts";
import { listCredentials, removeCredential } from "../../../db/leases/qa-credentials.ts";
import { stopClock } from "../../support/leases/credential-clock.ts";
import { addCredentials, addOne, claimOf, lease, MAINTAINER, newKind, TTL_MS } from "../../support/leases/credential-leases.ts";
import { useDatabase, useService } from "../../support/core/database.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const MARKER = "planted-secret-of-a-payload";

const database = useDatabase();
const api = useService(database, "api");
const worker = useService(database, "worker");
let kind: string;

beforeEach(async () => {
  kind = newKind();
  await database.setClockOffset(0);
});

const long = (letter: string) => JSON.stringify({ a: letter.repeat(300_000) });
const replace = (credentialId: string, payloadText: string) =>
  api.globally((tx) => replacePayload(tx, { credentialId, payloadText, admin: MAINTAINER }));
const chunksOf = (credentialId: string) =>
  database.asOwner<{ revision: number; sealed: string }>(
    "SELECT revision, sealed FROM mosaic.qa_credential_payload_chunks WHERE credential_id = $1 ORDER BY revision, chunk_index",
    [credentialId],
  );

test("no table holds a payload or a token in the clear", async () => {
  await addOne(api, kind, JSON.stringify({ a: MARKER }));
  const held = await lease(api, kind);
  const tables = await database.asOwner<{ name: string }>(
    "SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'mosaic' AND table_type = 'BASE TABLE'",
  );
  expect(tables.length).toBeGreaterThan(20);
  for (const { name } of tables) {
    const rows = await database.asOwner<{ row: string }>(`SELECT t::text AS row FROM mosaic.${name} t`);
    const text = rows.map(({ row }) => row).join("\n");
    expect(text).not.toContain(MARKER);
    expect(text).not.toContain(held.leaseToken.reveal());
  }
});

test("a chunk that was moved to another credential, revision or place does not open", async () => {
  const [one, two] = [await addOne(api, kind, long("a")), await addOne(api, kind, long("b"))];
  const swap = (where: string) =>
    database.asOwner(
      `UPDATE mosaic.qa_credential_payload_chunks p SET sealed = other.sealed FROM mosaic.qa_credential_payload_chunks other WHERE ${where}`,
      [one.credentialId, two.credentialId],
    );
  const read = (credentialId: string) =>
    api.globally((tx) => readPayloads(tx, { credentialIds: [credentialId], admin: MAINTAINER }));
  await swap("p.credential_id = $1 AND other.credential_id = $2 AND p.chunk_index = other.chunk_index");
  await expect(read(one.credentialId)).rejects.toMatchObject({ code: "SECRET_UNREADABLE" });
  await swap(
    "p.credential_id = $2 AND other.credential_id = $2 AND p.chunk_index = 0 AND other.chunk_index = 1 AND $1::uuid IS NOT NULL",
  );
  await expect(read(two.credentialId)).rejects.toMatchObject({ code: "SECRET_UNREADABLE" });
});

test("a payload that is replaced under a lease: the holder reads the old one to its end, the next gets the new one", async () => {
  const { credentialId } = await addOne(api, kind, long("a"));
  const held = await lease(api, kind);
  const read = async (index: number) => {
    const chunk = await readLeasedChunk(api, { ...claimOf(kind, held), index });
    return chunk.ok ? chunk.value.data.reveal() : chunk.refusal;
  };
  const first = await read(0);
  expect(await replace(credentialId, '{"a":"new"}')).toMatchObject({ ok: true, value: { credential: { credentialId } } });
  expect(await replace(credentialId, '{"a":"newer"}')).toMatchObject({ ok: true });
  expect(first + (await read(1))).toBe(long("a"));
  expect(await worker.globally(purgeReplacedPayloads)).toBe(0);
  expect((await chunksOf(credentialId)).map(({ revision }) => revision)).toEqual([1, 1, 3]);
  await releaseLease(api, claimOf(kind, held));
  expect(await worker.globally(purgeReplacedPayloads)).toBe(2);
  const { payload } = await lease(api, kind);
  expect(payload.form === "whole" && payload.text.reveal()).toBe('{"a":"newer"}');
});

test("leases while the payload is replaced again and again always get one whole payload", async () => {
  const { credentialId } = await addOne(api, kind, '{"a":0}');
  const replacing = (async () => {
    for (let turn = 1; turn <= 30; turn += 1) await replace(credentialId, JSON.stringify({ a: turn }));
  })();
  const seen: string[] = [];
  while (seen.at(-1) !== '{"a":30}') {
    const held = await lease(api, kind).catch(() => null);
    if (held === null) continue;
    seen.push(held.payload.form === "whole" ? held.payload.text.reveal() : "in chunks");
    await releaseLease(api, claimOf(kind, held));
  }
  await replacing;
  expect(seen.filter((text) => !/^\{"a":\d+\}$/.test(text))).toEqual([]);
}, 240_000);

test("an administrator's reads and refused removals leave events, with the real actor beside the declared one", async () => {
  const [credentialId = ""] = await addCredentials(api, kind);
  const admin = { ...MAINTAINER, declaredId: "qa-lab-admin-1" };
  await lease(api, kind);
  const texts = await api.globally((tx) => readPayloads(tx, { credentialIds: [credentialId, "no id"], admin }));
  expect(texts.get(credentialId)?.reveal()).toBe('{"a":1}');
  const remove = () => api.globally((tx) => removeCredential(tx, { credentialId, admin }));
  expect(await remove()).toEqual({ ok: false, refusal: "LEASE_ACTIVE" });
  await database.setClockOffset(TTL_MS + 1);
  expect(await remove()).toMatchObject({ ok: true, value: { changed: true, credential: { status: "disabled", lease: null } } });
  expect(await remove()).toMatchObject({ ok: true, value: { changed: false } });
  const events = await database.asOwner(
    "SELECT type, actor_id AS actor, declared_id AS declared, code FROM mosaic.credential_admin_events WHERE credential_id = $1 ORDER BY id",
    [credentialId],
  );
  const by = { actor: "env:maintainer", declared: "qa-lab-admin-1", code: null };
  expect(events.slice(1)).toEqual([
    { ...by, type: "payload_read" },
    { ...by, type: "disable_failed", code: "LEASE_ACTIVE" },
    { ...by, type: "disable" },
  ]);
});

test("the list is by kind, active before disabled, latest change first", async () => {
  const [old, disabled] = [await addOne(api, kind), await addOne(api, kind, "{}", "disabled")];
  await database.setClockOffset(HOUR_MS);
  const recent = await addOne(api, kind);
  const list = await api.globally((tx) => listCredentials(tx, { kind, status: "all", limit: 10 }));
  expect(list.map((row) => row.credentialId)).toEqual([recent.credentialId, old.credentialId, disabled.credentialId]);
  expect(await api.globally((tx) => listCredentials(tx, { kind, status: "disabled", limit: 10 }))).toHaveLength(1);
  expect(await api.globally((tx) => listCredentials(tx, { kind, status: "all", limit: 2 }))).toHaveLength(2);
});

test("events go after two and thirty days, so many at a time, and not before", async () => {
  await addCredentials(api, kind);
  await lease(api, kind);
  await database.asOwner(
    `INSERT INTO mosaic.credential_lease_events (type, occurred_at, kind) SELECT 'acquire_failed', mosaic.now(), 'x' FROM generate_series(1, $1)`,
    [EVENT_RETENTION_BATCH],
  );
  const fleet = await database.openAs("fleet");
  await database.setClockOffset(2 * DAY_MS - HOUR_MS);
  expect(await fleet.globally(purgeLeaseEvents)).toBe(0);
  await database.setClockOffset(2 * DAY_MS + HOUR_MS);
  expect(await fleet.globally(purgeLeaseEvents)).toBe(EVENT_RETENTION_BATCH);
  expect(await fleet.globally(purgeLeaseEvents)).toBeGreaterThan(0);
  expect(await fleet.globally(purgeCredentialAdminEvents)).toBe(0);
  await database.setClockOffset(30 * DAY_MS + HOUR_MS);
  expect(await fleet.globally(purgeCredentialAdminEvents)).toBeGreaterThan(0);
});

test("leases whose expiry nobody recorded are found", async () => {
  const clock = await stopClock(database, Date.now());
  const [credentialId = ""] = await addCredentials(api, kind);
  const { leaseId } = await lease(api, kind);
  const overdue = () => worker.globally((tx) => listOverdueLeases(tx, { graceMs: 5_000, limit: 100 }));
  await clock.advance(TTL_MS + 5_000);
  expect(await overdue()).not.toContainEqual({ leaseId, credentialId });
  await clock.advance(1);
  expect(await overdue()).toContainEqual({ leaseId, credentialId });
});

test("a key resolves to its role and kinds until it is revoked or its time is over", async () => {
  const [createdBy, expiresAt] = ["00000000-0000-4000-8000-000000000001", new Date(Date.now() + 3_600_000)];
  const insert = (name: string) =>
    api.globally((tx) => insertBrokerKey(tx, { name, role: "ci", kinds: ["telegram"], createdBy, expiresAt }));
  const [{ view, key }, other] = [await insert("runners"), await insert("others")];
  expect(JSON.stringify(view)).not.toContain(key.reveal());
  expect(await resolveBrokerKey(api, key)).toEqual({ keyId: view.keyId, name: "runners", role: "ci", kinds: ["telegram"] });
  expect(await resolveBrokerKey(api, new Secret(`${view.keyId}_${"x".repeat(43)}`))).toBeNull();
  expect(await resolveBrokerKey(api, new Secret("something else"))).toBeNull();
  await api.globally((tx) => revokeBrokerKey(tx, view.keyId));
  expect(await resolveBrokerKey(api, key)).toBeNull();
  await expect(api.globally((tx) => revokeBrokerKey(tx, view.keyId))).rejects.toMatchObject({ code: "NOT_FOUND" });
  expect((await api.globally(listBrokerKeys)).find(({ keyId }) => keyId === view.keyId)?.revokedAt).toBeInstanceOf(Date);
  await database.setClockOffset(3_700_000);
  expect(await resolveBrokerKey(api, other.key)).toBeNull();
});

test.each<[DatabaseRole, string]>([
  ["worker", "SELECT lease_token_hash FROM mosaic.qa_credentials"],
  ["fleet", "SELECT lease_token_hash FROM mosaic.qa_credentials"],
  ["worker", "SELECT sealed FROM mosaic.qa_credential_payload_chunks"],
  ["fleet", "SELECT sealed FROM mosaic.qa_credential_payload_chunks"],
  ["worker", "SELECT hash FROM mosaic.credential_broker_keys"],
  ["fleet", "SELECT hash FROM mosaic.credential_broker_keys"],
  ["worker", "INSERT INTO mosaic.credential_kinds (kind, updated_at) VALUES ('x', mosaic.now())"],
  ["worker", "UPDATE mosaic.qa_credentials SET fence = 0"],
  ["fleet", "UPDATE mosaic.qa_credentials SET kind = 'x'"],
  ["worker", "DELETE FROM mosaic.qa_credentials"],
  ["worker", "UPDATE mosaic.credential_lease_events SET type = 'release'"],
  ["api", "UPDATE mosaic.credential_lease_events SET type = 'release'"],
  ["api", "DELETE FROM mosaic.credential_lease_events"],
  ["api", "DELETE FROM mosaic.credential_admin_events"],
  ["api", "DELETE FROM mosaic.qa_credentials"],
  ["api", "DELETE FROM mosaic.credential_proof_requests"],
  ["api", "UPDATE mosaic.credential_broker_keys SET role = 'maintainer'"],
  ["api", "INSERT INTO mosaic.outbox (subject, topic, payload) VALUES ('credential-lease:x', 'container.stop', '{}')"],
])("%s may not: %s", async (role, statement) => {
  const client = await database.connectAs(role);
  try {
    await expect(client.query(statement)).rejects.toMatchObject({ code: "42501" });
  } finally {
    await client.end();
  }
});
