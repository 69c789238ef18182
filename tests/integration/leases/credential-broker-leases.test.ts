// Leases over HTTP, in a time that stands still: order, bounds, expiry to the millisecond. Numbers are the contract's tests.
import { randomUUID } from "node:crypto";
import { lookAtLease } from "../../../db/leases/credential-expiry.ts";
import { stopClock, type BrokerClock } from "../../support/leases/credential-clock.ts";
import { claimOf, MAINTAINER, useBroker } from "../../support/leases/credential-broker.ts";
import { newKind } from "../../support/leases/credential-leases.ts";

const START_MS = Date.UTC(2026, 10, 21, 12);
const MINUTE_MS = 60_000;
const DEFAULT_TTL_MS = 20 * MINUTE_MS;

const broker = useBroker();
let clock: BrokerClock;
let kind: string;

beforeAll(async () => {
  clock = await stopClock(broker.database, START_MS);
});
beforeEach(() => {
  kind = newKind();
});

const A = (ownerId = "owner") => ({ kind, ownerId, actorRole: "ci" });
const only = async () => (await broker.list({ kind }))[0];

test("2: the credential that rested longest is leased first, ties by id; new ones come first of all", async () => {
  const ids = (await broker.add(kind, 3)).toSorted();
  const first = await broker.acquire(kind, "a");
  await clock.advance(10);
  const second = await broker.acquire(kind, "b");
  await clock.advance(10);
  const third = await broker.acquire(kind, "c");
  expect([first, second, third].map(({ credentialId }) => credentialId)).toEqual(ids);
  for (const lease of [third, first, second]) await broker.ok("/release", claimOf(lease));
  expect((await broker.acquire(kind)).credentialId).toBe(first.credentialId);
  const [fresh] = await broker.add(kind);
  expect((await broker.acquire(kind)).credentialId).toBe(fresh);
});

test("3: of 50 at once on 10 credentials exactly 10 are served, each with its own", async () => {
  await broker.add(kind, 10);
  const answers = await Promise.all(Array.from({ length: 50 }, (_, index) => broker.call("/acquire", A(`owner-${index}`))));
  const served = answers.filter(({ json }) => json.status === "ok").map(({ json }) => json.credentialId);
  const refused = answers.filter(({ json }) => json.code === "POOL_EXHAUSTED");
  expect([served.length, new Set(served).size, refused.length]).toEqual([10, 10, 40]);
}, 180_000);

describe("4: bounds", () => {
  test.each<[string, Record<string, unknown>, [number, string]]>([
    ...[29_999, 7_200_001].map((leaseTtlMs) => ["/acquire", { leaseTtlMs }, [200, "INVALID_LEASE_TTL"]] as any),
    ...[30_000, 7_200_000].map((leaseTtlMs) => ["/acquire", { leaseTtlMs }, [200, "ok"]] as any),
    ...[4_999, 300_001].map((heartbeatIntervalMs) => [
      ...["/acquire", { heartbeatIntervalMs }],
      [200, "INVALID_HEARTBEAT_INTERVAL"],
    ]),
    ...[5_000, 300_000].map((heartbeatIntervalMs) => ["/acquire", { heartbeatIntervalMs }, [200, "ok"]] as any),
    ["/admin/list", { limit: 0 }, [400, "INVALID_BODY"]],
    ["/admin/list", { limit: 1 }, [200, "ok"]],
    ["/admin/list", { limit: 500 }, [200, "ok"]],
    ["/admin/list", { limit: 501 }, [200, "INVALID_LIST_LIMIT"]],
  ])("%s with %j", async (path, change, expected) => {
    await broker.add(kind);
    const base = path === "/acquire" ? A() : {};
    expect(await broker.codeOf(path, { ...base, ...change })).toEqual(expected);
  });

  test("the requested values are granted, or the defaults", async () => {
    await broker.add(kind, 2);
    expect(await broker.acquire(kind)).toMatchObject({ leaseTtlMs: DEFAULT_TTL_MS, heartbeatIntervalMs: 30_000 });
    const asked = { leaseTtlMs: 30_000, heartbeatIntervalMs: 5_000 };
    expect(await broker.acquire(kind, "b", asked)).toMatchObject(asked);
    const expiries = (await broker.list({ kind })).map(({ lease }) => lease.expiresAtMs - clock.nowMs());
    expect(expiries.toSorted((a, b) => a - b)).toEqual([30_000, DEFAULT_TTL_MS]);
  });

  test("the list's count is of what it shows", async () => {
    await broker.add(kind, 3);
    expect(await broker.ok("/admin/list", { kind, limit: 2 })).toMatchObject({ count: 2, credentials: [{}, {}] });
  });
});

describe("5: at the very moment of expiry", () => {
  const atExpiry = async () => {
    await broker.add(kind);
    const lease = await broker.acquire(kind);
    await clock.advance(DEFAULT_TTL_MS);
    return {
      beat: () => broker.codeOf("/heartbeat", claimOf(lease)),
      steal: () => broker.codeOf("/acquire", A("thief")),
    };
  };

  test("a heartbeat that comes first keeps the lease", async () => {
    const { beat, steal } = await atExpiry();
    expect(await beat()).toEqual([200, "ok"]);
    expect(await steal()).toEqual([200, "POOL_EXHAUSTED"]);
  });

  test("an acquire that comes first takes it", async () => {
    const { beat, steal } = await atExpiry();
    expect(await steal()).toEqual([200, "ok"]);
    expect(await beat()).toEqual([200, "LEASE_NOT_OWNER"]);
  });

  test("of both at once one wins", async () => {
    await broker.add(kind, 20);
    const leases = await Promise.all(Array.from({ length: 20 }, (_, index) => broker.acquire(kind, `owner-${index}`)));
    await clock.advance(DEFAULT_TTL_MS);
    const [beats, thefts] = await Promise.all([
      Promise.all(leases.map((lease) => broker.codeOf("/heartbeat", claimOf(lease)))),
      Promise.all(leases.map((_, index) => broker.call("/acquire", A(`thief-${index}`)))),
    ]);
    const stolen = new Set(thefts.flatMap(({ json }) => (json.status === "ok" ? [json.credentialId] : [])));
    const kept = leases.filter((_, index) => beats[index]?.[1] === "ok").map(({ credentialId }) => credentialId);
    expect(kept.filter((id) => stolen.has(id))).toEqual([]);
    expect(new Set([...kept, ...stolen]).size).toBe(20);
  }, 180_000);
});

test("6: an expired lease: no heartbeat, a release that is fine, shown in the list, and cleared by remove", async () => {
  await broker.add(kind);
  const lease = await broker.acquire(kind);
  await clock.advance(DEFAULT_TTL_MS + 1);
  expect(await broker.codeOf("/heartbeat", claimOf(lease))).toEqual([200, "LEASE_EXPIRED"]);
  expect((await only()).lease).toMatchObject({ ownerId: "owner", actorRole: "ci" });
  expect(await broker.codeOf("/release", claimOf(lease))).toEqual([200, "ok"]);
  expect(await only()).not.toHaveProperty("lease");
  const again = await broker.acquire(kind);
  await clock.advance(DEFAULT_TTL_MS + 1);
  const removed = await broker.ok("/admin/remove", { credentialId: again.credentialId });
  expect(removed).toMatchObject({ changed: true, credential: { status: "disabled" } });
  expect(removed.credential).not.toHaveProperty("lease");
});

test("7: after another leased it, the old owner may do nothing, and the new lease is untouched", async () => {
  await broker.add(kind);
  const old = await broker.acquire(kind, "old");
  await clock.advance(DEFAULT_TTL_MS + 1);
  const fresh = await broker.acquire(kind, "new");
  const before = (await only()).lease;
  await clock.advance(MINUTE_MS);
  for (const path of ["/heartbeat", "/release", "/quarantine"]) {
    expect(await broker.codeOf(path, claimOf(old))).toEqual([200, "LEASE_NOT_OWNER"]);
    expect(await broker.codeOf(path, { ...claimOf(fresh), ownerId: "old" })).toEqual([200, "LEASE_NOT_OWNER"]);
    expect(await broker.codeOf(path, { ...claimOf(old), ownerId: "new" })).toEqual([200, "LEASE_NOT_OWNER"]);
  }
  expect((await only()).lease).toEqual(before);
  expect(await broker.codeOf("/heartbeat", claimOf(fresh))).toEqual([200, "ok"]);
});

test("8: a heartbeat without a TTL gives 20 minutes, even to a lease of two hours", async () => {
  await broker.add(kind);
  const lease = await broker.acquire(kind, "owner", { leaseTtlMs: 7_200_000 });
  await clock.advance(MINUTE_MS);
  await broker.ok("/heartbeat", claimOf(lease));
  expect((await only()).lease).toMatchObject({
    heartbeatAtMs: clock.nowMs(),
    expiresAtMs: clock.nowMs() + DEFAULT_TTL_MS,
    acquiredAtMs: clock.nowMs() - MINUTE_MS,
  });
  await broker.ok("/heartbeat", { ...claimOf(lease), leaseTtlMs: 30_000 });
  expect((await only()).lease.expiresAtMs).toBe(clock.nowMs() + 30_000);
});

test("heartbeat and release are refused in the order of the contract", async () => {
  const [credentialId] = await broker.add(kind);
  const nothing = { ...A(), credentialId, leaseToken: "t" };
  expect(await broker.codeOf("/heartbeat", { ...nothing, kind: "other" })).toEqual([200, "KIND_MISMATCH"]);
  expect(await broker.codeOf("/heartbeat", nothing)).toEqual([200, "LEASE_NOT_FOUND"]);
  expect(await broker.codeOf("/release", { ...nothing, kind: "other" })).toEqual([200, "KIND_MISMATCH"]);
  expect(await broker.codeOf("/release", nothing)).toEqual([200, "ok"]);
  const lease = await broker.acquire(kind);
  expect(await broker.codeOf("/heartbeat", { ...claimOf(lease), leaseTtlMs: 1 })).toEqual([200, "INVALID_LEASE_TTL"]);
  const asMaintainer = { ...claimOf(lease), actorRole: "maintainer" };
  const authorization = `Bearer ${MAINTAINER}`;
  for (const path of ["/heartbeat", "/release", "/quarantine", "/payload-chunk"]) {
    expect(await broker.codeOf(path, asMaintainer, { authorization })).toEqual([200, "AUTH_ROLE_MISMATCH"]);
  }
  await clock.advance(DEFAULT_TTL_MS + 1);
  await broker.ok("/admin/remove", { credentialId });
  expect(await broker.codeOf("/heartbeat", claimOf(lease))).toEqual([200, "CREDENTIAL_DISABLED"]);
  expect(await broker.codeOf("/release", claimOf(lease))).toEqual([200, "ok"]);
});

test("11: an active lease is refused before the question whether it is removed already", async () => {
  const [credentialId] = await broker.add(kind);
  const lease = await broker.acquire(kind);
  expect(await broker.codeOf("/admin/remove", { credentialId })).toEqual([200, "LEASE_ACTIVE"]);
  await broker.database.asOwner("UPDATE mosaic.qa_credentials SET status = 'disabled' WHERE id = $1", [credentialId]);
  expect(await broker.codeOf("/admin/remove", { credentialId })).toEqual([200, "LEASE_ACTIVE"]);
  await broker.ok("/release", claimOf(lease));
  const removed = await broker.ok("/admin/remove", { credentialId });
  expect(removed).toMatchObject({ changed: false, credential: { credentialId, status: "disabled" } });
});

describe("17: quarantine and request ids", () => {
  const requestId = () => randomUUID().replaceAll("-", "").repeat(2);

  test("a request id is echoed, serves once, and is not used up by an exhausted pool", async () => {
    const id = requestId();
    expect(await broker.codeOf("/acquire", { ...A(), requestId: id })).toEqual([200, "POOL_EXHAUSTED"]);
    await broker.add(kind, 2);
    expect(await broker.acquire(kind, "owner", { requestId: id })).toMatchObject({ requestId: id });
    expect(await broker.codeOf("/acquire", { ...A(), requestId: id })).toEqual([409, "REQUEST_ALREADY_CONSUMED"]);
    expect(await broker.acquire(kind)).not.toHaveProperty("requestId");
  });

  test("of many with one request id at once one is served", async () => {
    await broker.add(kind, 8);
    const id = requestId();
    const codes = await Promise.all(Array.from({ length: 8 }, () => broker.codeOf("/acquire", { ...A(), requestId: id })));
    expect(codes.filter(([, code]) => code === "ok")).toHaveLength(1);
    expect(codes.filter(([status]) => status === 409)).toHaveLength(7);
  });

  test("report-bad takes the credential out with its reason, also after the expiry", async () => {
    await broker.add(kind);
    const lease = await broker.acquire(kind);
    await clock.advance(DEFAULT_TTL_MS + 1);
    await broker.ok("/quarantine", { ...claimOf(lease), reason: "logged out" });
    expect(await only()).toMatchObject({ status: "disabled" });
    expect(await only()).not.toHaveProperty("lease");
    expect(await broker.codeOf("/quarantine", claimOf(lease))).toEqual([200, "LEASE_NOT_FOUND"]);
    const { pools } = await broker.ok("/status", { kind });
    expect(pools).toMatchObject([{ exhausted: "all_disabled", unavailable: { quarantined: 1 } }]);
  });

  test("a credential leased with quarantine on expiry is never leased again after it; heartbeats postpone that", async () => {
    const [credentialId = ""] = await broker.add(kind);
    const worker = await broker.database.openAs("worker");
    const lease = await broker.acquire(kind, "owner", { quarantineOnExpiry: true, includeFence: true });
    const [{ lease_id: leaseId }] = await broker.database.asOwner<any>(
      "SELECT lease_id FROM mosaic.qa_credentials WHERE id = $1",
      [credentialId],
    );
    await clock.advance(DEFAULT_TTL_MS - 1);
    await broker.ok("/heartbeat", claimOf(lease));
    await clock.advance(MINUTE_MS);
    expect(await worker.globally((tx) => lookAtLease(tx, { leaseId, credentialId }))).toMatchObject({ state: "held" });
    await clock.advance(DEFAULT_TTL_MS);
    expect(await broker.codeOf("/acquire", A("next"))).toEqual([200, "POOL_EXHAUSTED"]);
    expect(await worker.globally((tx) => lookAtLease(tx, { leaseId, credentialId }))).toMatchObject({ quarantined: true });
    expect(await only()).toMatchObject({ status: "disabled" });
    const events = await broker.database.asOwner<any>(
      "SELECT type, code FROM mosaic.credential_lease_events WHERE credential_id = $1 ORDER BY id",
      [credentialId],
    );
    expect(events.slice(-1)).toEqual([{ type: "quarantine", code: "CONTROLLER_LEASE_EXPIRED" }]);
  });
});
