// Leases in the database: who gets what, what ends when, and what two at once may never do.
import { credentialLeaseMessageSchema } from "../../../contracts/leases/lease-messages.ts";
import { Secret } from "../../../contracts/core/secret.ts";
import { lookAtLease } from "../../../db/leases/credential-expiry.ts";
import {
  heartbeatLease,
  quarantineCredential,
  readLeasedChunk,
  releaseLease,
} from "../../../db/leases/credential-lease-calls.ts";
import { acquireLease } from "../../../db/leases/credential-leases.ts";
import { getCredential } from "../../../db/leases/credential-view.ts";
import { enableCredential, forceRelease } from "../../../db/leases/qa-credentials.ts";
import {
  addCredentials,
  addOne,
  asked,
  claimOf,
  lease,
  limitKind,
  MAINTAINER,
  newKind,
  TTL_MS,
} from "../../support/leases/credential-leases.ts";
import { useDatabase, useService } from "../../support/core/database.ts";

const FROZEN_AT = Date.UTC(2030, 0, 1);
const RACES_TIMEOUT_MS = 300_000;
const ROUNDS = 24;
const ok = { ok: true, value: expect.anything() };
const refused = (refusal: string) => ({ ok: false, refusal });

const database = useDatabase();
const api = useService(database, "api", { poolMax: 20 });
const worker = useService(database, "worker");
let kind: string;

beforeEach(async () => {
  kind = newKind();
  await database.setClockOffset(0);
});

async function freezeClock(ms: number): Promise<void> {
  await database.asOwner(
    `CREATE OR REPLACE FUNCTION mosaic.now() RETURNS timestamptz LANGUAGE sql STABLE SET search_path = pg_catalog
     AS $$ SELECT timestamptz 'epoch' + interval '${ms} milliseconds' $$`,
  );
}
const look = (leaseId: string, credentialId: string) => worker.globally((tx) => lookAtLease(tx, { leaseId, credentialId }));
const view = (credentialId: string) => api.globally((tx) => getCredential(tx, credentialId));
const eventsOf = async (credentialId: string) =>
  (
    await database.asOwner<{ type: string }>(
      "SELECT type FROM mosaic.credential_lease_events WHERE credential_id = $1 ORDER BY id",
      [credentialId],
    )
  ).map(({ type }) => type);
const messagesOf = async (leaseId: string) =>
  (
    await database.asOwner<{ payload: unknown }>("SELECT payload FROM mosaic.outbox WHERE subject = $1 ORDER BY id", [
      `credential-lease:${leaseId}`,
    ])
  ).map(({ payload }) => credentialLeaseMessageSchema.parse(payload));

test("fifty at once on ten credentials: ten get one each, forty nothing", async () => {
  const ids = await addCredentials(api, kind, 10);
  const results = await Promise.all(Array.from({ length: 50 }, () => acquireLease(api, asked(kind))));
  const given = results.flatMap((result) => (result.outcome === "leased" ? [result.lease.credentialId] : []));
  expect(given.toSorted()).toEqual(ids.toSorted());
  expect(results.filter(({ outcome }) => outcome === "exhausted")).toHaveLength(40);
});

test(
  "at the very moment of expiry a heartbeat and twenty acquires: one of them wins",
  async () => {
    const [credentialId = ""] = await addCredentials(api, kind);
    const winners = new Set<string>();
    let fence = 0;
    // More than enough for each of them to win once, but who knows on one slow core.
    for (let round = 0; round < ROUNDS || winners.size < 2; round += 1) {
      await freezeClock(FROZEN_AT + round * 10 * TTL_MS);
      const held = await lease(api, kind);
      await freezeClock(FROZEN_AT + round * 10 * TTL_MS + TTL_MS);
      const beat = () => heartbeatLease(api, { ...claimOf(kind, held), leaseTtlMs: TTL_MS });
      const steals = () => Array.from({ length: 20 }, () => acquireLease(api, asked(kind)));
      const first = round % 2 === 0 ? [beat()] : [];
      const [stolen, beaten] = [await Promise.all(steals()), await (first[0] ?? beat())];
      const thieves = stolen.filter(({ outcome }) => outcome === "leased");
      expect(thieves.length + (beaten.ok ? 1 : 0)).toBe(1);
      winners.add(beaten.ok ? "heartbeat" : "acquire");
      const now = await view(credentialId);
      expect(now?.fence).toBe(held.fence + thieves.length);
      expect(held.fence).toBeGreaterThan(fence);
      fence = now?.fence ?? 0;
    }
    expect([...winners].toSorted()).toEqual(["acquire", "heartbeat"]);
  },
  RACES_TIMEOUT_MS,
);

test("what rested longest comes first, ties by id, new ones before all", async () => {
  const ids = await addCredentials(api, kind, 3);
  const order = [];
  for (let turn = 0; turn < 3; turn += 1) {
    const held = await lease(api, kind);
    order.push(held.credentialId);
    await releaseLease(api, claimOf(kind, held));
  }
  expect(order).toEqual(ids.toSorted());
  const [added = ""] = await addCredentials(api, kind);
  expect((await lease(api, kind)).credentialId).toBe(added);
  expect((await lease(api, kind)).credentialId).toBe(order[0]);
});

test("excluded credentials are passed over", async () => {
  const [first = "", second = ""] = (await addCredentials(api, kind, 2)).toSorted();
  expect((await lease(api, kind, { excludeCredentialIds: [first.toUpperCase(), "no id of ours"] })).credentialId).toBe(second);
  expect(await acquireLease(api, asked(kind, { excludeCredentialIds: [first] }))).toEqual({ outcome: "exhausted" });
});

test("an acquire that takes over an expired lease records its end, and then its own beginning", async () => {
  const [credentialId = ""] = await addCredentials(api, kind);
  const before = await lease(api, kind);
  await database.setClockOffset(TTL_MS);
  const after = await lease(api, kind);
  expect(await eventsOf(credentialId)).toEqual(["acquire", "expired", "acquire"]);
  expect(after.fence).toBe(before.fence + 1);
  expect(await look(before.leaseId, credentialId)).toMatchObject({ state: "expired", expiresAtMs: before.expiresAtMs });
  expect(await look(after.leaseId, credentialId)).toMatchObject({ state: "held", expiresAtMs: after.expiresAtMs });
});

test("once an expiry is recorded no heartbeat brings the lease back, even when the clock is set back", async () => {
  const [credentialId = ""] = await addCredentials(api, kind);
  const held = await lease(api, kind);
  await database.setClockOffset(TTL_MS + 1_000);
  expect(await look(held.leaseId, credentialId)).toMatchObject({ state: "expired", quarantined: false });
  await database.setClockOffset(0);
  expect(await heartbeatLease(api, { ...claimOf(kind, held), leaseTtlMs: TTL_MS })).toEqual(refused("LEASE_EXPIRED"));
  expect(await look(held.leaseId, credentialId)).toMatchObject({ state: "expired" });
  expect(await eventsOf(credentialId)).toEqual(["acquire", "expired"]);
});

test("at the moment of expiry itself nothing is recorded yet", async () => {
  const [credentialId = ""] = await addCredentials(api, kind);
  await freezeClock(FROZEN_AT);
  const held = await lease(api, kind);
  await freezeClock(held.expiresAtMs);
  expect(await look(held.leaseId, credentialId)).toEqual({ state: "held", leftMs: 0, expiresAtMs: held.expiresAtMs });
  await freezeClock(held.expiresAtMs + 1);
  expect(await look(held.leaseId, credentialId)).toMatchObject({ state: "expired" });
});

test("a credential leased with quarantine on expiry is quarantined, and not leased before that is recorded either", async () => {
  const [credentialId = ""] = await addCredentials(api, kind);
  const held = await lease(api, kind, { quarantineOnExpiry: true });
  await database.setClockOffset(TTL_MS + 1_000);
  expect(await acquireLease(api, asked(kind))).toEqual({ outcome: "exhausted" });
  const expired = { state: "expired", expiresAtMs: held.expiresAtMs, quarantined: true, coolUntilMs: null };
  expect(await look(held.leaseId, credentialId)).toEqual(expired);
  expect(await look(held.leaseId, credentialId)).toEqual(expired);
  expect(await view(credentialId)).toMatchObject({
    status: "disabled",
    lease: null,
    quarantineReason: "CONTROLLER_LEASE_EXPIRED",
  });
  expect(await eventsOf(credentialId)).toEqual(["acquire", "expired", "quarantine"]);
});

test("report-bad ends the lease with its reason; enabling brings the credential back", async () => {
  const [credentialId = ""] = await addCredentials(api, kind);
  const held = await lease(api, kind);
  expect(await quarantineCredential(api, { ...claimOf(kind, held), reason: "logged out" })).toEqual(ok);
  expect(await view(credentialId)).toMatchObject({ status: "disabled", quarantineReason: "logged out", lease: null });
  expect(await acquireLease(api, asked(kind))).toEqual({ outcome: "exhausted" });
  await api.globally((tx) => enableCredential(tx, { credentialId, admin: MAINTAINER }));
  expect(await view(credentialId)).toMatchObject({ status: "active", quarantineReason: null, quarantinedAtMs: null });
  expect((await lease(api, kind)).credentialId).toBe(credentialId);
});

test("after an expiry or a forced release the credential rests for as long as its kind says", async () => {
  const [credentialId = ""] = await addCredentials(api, kind);
  await limitKind(api, kind, { coolDownMs: 10_000 });
  await freezeClock(FROZEN_AT);
  await lease(api, kind);
  await freezeClock(FROZEN_AT + TTL_MS + 9_999);
  expect(await acquireLease(api, asked(kind))).toEqual({ outcome: "exhausted" });
  await freezeClock(FROZEN_AT + TTL_MS + 10_000);
  await lease(api, kind);
  await api.globally((tx) => forceRelease(tx, { credentialId, admin: MAINTAINER, reason: "stuck" }));
  expect(await acquireLease(api, asked(kind))).toEqual({ outcome: "exhausted" });
  await freezeClock(FROZEN_AT + TTL_MS + 20_000);
  const clean = await lease(api, kind);
  await releaseLease(api, claimOf(kind, clean));
  expect((await lease(api, kind)).fence).toBe(clean.fence + 1);
});

test("a kind caps the requested time, and ends a lease whatever its heartbeats say", async () => {
  await addCredentials(api, kind);
  await limitKind(api, kind, { maxLeaseTtlMs: 40_000, maxLifetimeMs: 90_000 });
  await freezeClock(FROZEN_AT);
  const held = await lease(api, kind, { leaseTtlMs: 7_200_000 });
  expect([held.leaseTtlMs, held.expiresAtMs]).toEqual([40_000, FROZEN_AT + 40_000]);
  const beat = () => heartbeatLease(api, { ...claimOf(kind, held), leaseTtlMs: 7_200_000 });
  await freezeClock(FROZEN_AT + 30_000);
  expect(await beat()).toMatchObject({ value: { expiresAtMs: FROZEN_AT + 70_000 } });
  await freezeClock(FROZEN_AT + 70_000);
  expect(await beat()).toMatchObject({ value: { expiresAtMs: FROZEN_AT + 90_000 } });
  await freezeClock(FROZEN_AT + 90_001);
  expect(await beat()).toEqual(refused("LEASE_EXPIRED"));
});

test("thirty at once of a kind with room for three leases: three get one", async () => {
  await addCredentials(api, kind, 10);
  await limitKind(api, kind, { maxLeases: 3 });
  const results = await Promise.all(Array.from({ length: 30 }, () => acquireLease(api, asked(kind))));
  expect(results.filter(({ outcome }) => outcome === "leased")).toHaveLength(3);
});

test("of twenty at once with one request id one is served; an exhausted pool uses no id up", async () => {
  const requestId = "ab".repeat(32);
  expect(await acquireLease(api, asked(kind, { requestId }))).toEqual({ outcome: "exhausted" });
  await addCredentials(api, kind, 20);
  const results = await Promise.all(Array.from({ length: 20 }, () => acquireLease(api, asked(kind, { requestId }))));
  expect(results.filter(({ outcome }) => outcome === "leased")).toHaveLength(1);
  expect(results.filter(({ outcome }) => outcome === "request_consumed")).toHaveLength(19);
});

test("token, owner, role and kind must all be the lease's; what is no id at all is not found", async () => {
  await addCredentials(api, kind);
  const held = await lease(api, kind);
  const release = (change: Parameters<typeof claimOf>[2]) => releaseLease(api, claimOf(kind, held, change));
  expect(await release({ leaseToken: new Secret("another") })).toEqual(refused("LEASE_NOT_OWNER"));
  expect(await release({ ownerId: "somebody" })).toEqual(refused("LEASE_NOT_OWNER"));
  expect(await release({ actor: MAINTAINER.actor })).toEqual(refused("AUTH_ROLE_MISMATCH"));
  expect(await release({ kind: "other" })).toEqual(refused("KIND_MISMATCH"));
  expect(await release({ credentialId: "cred1" })).toEqual(refused("CREDENTIAL_NOT_FOUND"));
  expect(await release({})).toMatchObject({ ok: true, value: { released: true } });
  expect(await release({})).toMatchObject({ ok: true, value: { released: false } });
});

test("the workflow hears of a lease's beginning, of an expiry brought forward, and of its end, and of no other heartbeat", async () => {
  const [credentialId = ""] = await addCredentials(api, kind);
  const held = await lease(api, kind);
  const beat = (leaseTtlMs: number) => heartbeatLease(api, { ...claimOf(kind, held), leaseTtlMs });
  await beat(90_000);
  await beat(30_000);
  await releaseLease(api, claimOf(kind, held));
  const [started, shortened, ended] = await messagesOf(held.leaseId);
  expect(started).toMatchObject({
    topic: "credential-lease.started",
    credentialId,
    kind,
    fence: held.fence,
    expiresAtMs: held.expiresAtMs,
  });
  expect(shortened).toMatchObject({ topic: "credential-lease.shortened" });
  expect(ended).toEqual({ topic: "credential-lease.ended", leaseId: held.leaseId, how: "released", coolUntilMs: null });
});

test("a chunk is read by the holder alone, and leaves an event", async () => {
  const { credentialId } = await addOne(api, kind, JSON.stringify({ a: "x".repeat(300_000) }));
  const held = await lease(api, kind);
  expect(held.payload).toEqual({ form: "chunked", byteLength: 300_008, chunkCount: 2 });
  const read = async (index: number, change: Parameters<typeof claimOf>[2] = {}) =>
    readLeasedChunk(api, { ...claimOf(kind, held, change), index });
  const [first, second] = [await read(0), await read(1)];
  if (!first.ok || !second.ok) throw new Error("the holder may read");
  expect(first.value.data.reveal() + second.value.data.reveal()).toBe(JSON.stringify({ a: "x".repeat(300_000) }));
  expect(await read(2)).toEqual(refused("INVALID_CHUNK_INDEX"));
  expect(await read(0, { ownerId: "somebody" })).toEqual(refused("LEASE_NOT_OWNER"));
  expect(await eventsOf(credentialId)).toEqual(["acquire", "payload_read", "payload_read"]);
});
