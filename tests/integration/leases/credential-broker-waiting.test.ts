// Beyond the contract, for callers that ask: waiting in order of arrival, exclusions, enable, forced release, replacement, limits.
import { randomUUID } from "node:crypto";
import { WAIT_LIMITS } from "../../../contracts/leases/credential-lease.ts";
import { claimOf, startTestBroker, type TestBroker, useBroker } from "../../support/leases/credential-broker.ts";
import { waitFor } from "../../support/core/wait-for.ts";
import { newKind } from "../../support/leases/credential-leases.ts";

const STEP_MS = 60_000;
const TEST_MS = 240_000;

const broker = useBroker();
let second: TestBroker;
let kind: string;

beforeAll(async () => {
  second = await broker.another();
  // Who waits stays alive in the queue, however slow the machine is.
  await broker.database.stopClock();
});
beforeEach(() => {
  kind = newKind();
});

const A = (ownerId: string) => ({ kind, ownerId, actorRole: "ci" });
const waitersOf = async () =>
  (
    await broker.database.asOwner<any>("SELECT owner_id FROM mosaic.credential_waiters WHERE kind = $1 ORDER BY ticket", [kind])
  ).map(({ owner_id: owner }) => owner);
const untilWaiting = (owners: readonly string[]) =>
  waitFor(async () => ((await waitersOf()).join() === owners.join() ? true : null), {
    timeoutMs: STEP_MS,
    what: `${owners.join()} wait`,
  });

describe("waiting", () => {
  test(
    "is served in order of arrival, whichever process holds the request; a plain acquire comes after them",
    async () => {
      await broker.add(kind);
      let lease = await broker.acquire(kind, "holder");
      const served: string[] = [];
      const order = ["a", "b", "c", "d"];
      const waits: Promise<unknown>[] = [];
      for (const [index, owner] of order.entries()) {
        const through = index % 2 === 0 ? broker : second.broker;
        waits.push(
          through.acquireInTurn(A(owner)).then((answer) => {
            served.push(owner);
            lease = { ...answer, ...A(owner) };
          }),
        );
        await untilWaiting(order.slice(0, index + 1));
      }
      for (let turn = 0; turn < order.length; turn += 1) {
        await broker.ok("/release", claimOf(lease));
        // Otherwise it would take the credential that was just released.
        if (turn < order.length - 1) {
          const plain = await broker.call("/acquire", A("pushy"));
          if (plain.json.status === "ok") throw new Error("a plain acquire overtook those who wait");
        }
        await waitFor(async () => (served.length === turn + 1 ? true : null), {
          timeoutMs: STEP_MS,
          what: "the next is served",
        });
      }
      await Promise.all(waits);
      expect(served).toEqual(order);
      expect(await waitersOf()).toEqual([]);
    },
    TEST_MS,
  );

  test(
    "without luck answers what the pool says, keeps the place for who comes back, and loses it to nobody else",
    async () => {
      await broker.add(kind);
      await broker.acquire(kind, "holder", { leaseTtlMs: 60_000 });
      const { json: first } = await broker.call("/acquire", { ...A("first"), waitMs: 1 });
      expect(first).toMatchObject({ code: "POOL_EXHAUSTED", position: 1, exhausted: "all_leased" });
      expect(first.retryAfterMs).toBeGreaterThan(0);
      for (const figure of [first.expectedWaitMs, first.nextExpiryMs]) {
        expect(figure).toBeGreaterThan(30_000);
        expect(figure).toBeLessThanOrEqual(60_000);
      }
      const { json: later } = await broker.call("/acquire", { ...A("later"), waitMs: 1 });
      expect(later).toMatchObject({ position: 2 });
      const { json: again } = await broker.call("/acquire", { ...A("first"), waitMs: 1, waiterId: first.waiterId });
      expect(again).toMatchObject({ position: 1, waiterId: first.waiterId });
      const { json: thief } = await broker.call("/acquire", { ...A("thief"), waitMs: 1, waiterId: first.waiterId });
      expect(thief.position).toBe(3);
      expect(thief.waiterId).not.toBe(first.waiterId);
    },
    TEST_MS,
  );

  test(
    "ends when the client goes away: the next one in the queue is served",
    async () => {
      await broker.add(kind);
      const lease = await broker.acquire(kind, "holder");
      const leaving = new AbortController();
      const gone = broker.acquireInTurn(A("gone"), { signal: leaving.signal }).catch(() => "gone");
      await untilWaiting(["gone"]);
      const patient = second.broker.acquireInTurn(A("patient"));
      await untilWaiting(["gone", "patient"]);
      leaving.abort();
      expect(await gone).toBe("gone");
      await untilWaiting(["patient"]);
      await broker.ok("/release", claimOf(lease));
      expect(await patient).toMatchObject({ credentialId: lease.credentialId });
    },
    TEST_MS,
  );

  test(
    "is not held longer than clients can bear, however long a wait was requested",
    async () => {
      const answer = await broker.call("/acquire", { ...A("hopeless"), waitMs: 3_600_000 });
      expect(answer.json).toMatchObject({ code: "POOL_EXHAUSTED", exhausted: "empty" });
      expect(WAIT_LIMITS.maxWaitMs).toBeLessThan(15_000);
    },
    TEST_MS,
  );

  test(
    "ends with the process, which answers, and goes on at another with the same place",
    async () => {
      await broker.add(kind);
      const lease = await broker.acquire(kind, "holder");
      const third = await startTestBroker(broker.database, { drainMs: STEP_MS });
      const waiting = third.broker.call("/acquire", { ...A("moved"), waitMs: STEP_MS });
      await untilWaiting(["moved"]);
      await third.api.close();
      const { json } = await waiting;
      expect(json).toMatchObject({ code: "POOL_EXHAUSTED", position: 1 });
      const resumed = broker.acquireInTurn(A("moved"), { waiterId: json.waiterId });
      await broker.ok("/release", claimOf(lease));
      expect(await resumed).toMatchObject({ credentialId: lease.credentialId });
    },
    TEST_MS,
  );

  test("nothing of it is in the answer to a caller that does not ask", async () => {
    const { json } = await broker.call("/acquire", A("plain"));
    expect(json).toEqual({
      status: "error",
      code: "POOL_EXHAUSTED",
      message: expect.stringContaining(kind),
      retryAfterMs: 2_000,
    });
    await broker.add(kind);
    const { json: served } = await broker.call("/acquire", A("plain"));
    expect(Object.keys(served).toSorted()).toEqual(
      ["status", "credentialId", "leaseToken", "payload", "leaseTtlMs", "heartbeatIntervalMs"].toSorted(),
    );
  });
});

test("excluded credentials are passed over", async () => {
  const [one, two] = await broker.add(kind, 2);
  const excludeCredentialIds = [one, ` ${one} `];
  expect((await broker.acquire(kind, "a", { excludeCredentialIds })).credentialId).toBe(two);
  expect(await broker.codeOf("/acquire", { ...A("b"), excludeCredentialIds })).toEqual([200, "POOL_EXHAUSTED"]);
  expect((await broker.acquire(kind, "b", { excludeCredentialIds: ["not one of ours"] })).credentialId).toBe(one);
});

test("a maintainer takes a lease away, whose holder learns it with the next heartbeat", async () => {
  const [credentialId] = await broker.add(kind);
  const lease = await broker.acquire(kind);
  const released = await broker.ok("/admin/force-release", { credentialId, reason: "the runner is gone" });
  expect(released).toMatchObject({ changed: true, credential: { status: "active" } });
  expect(released.credential).not.toHaveProperty("lease");
  expect(await broker.codeOf("/heartbeat", claimOf(lease))).toEqual([200, "LEASE_NOT_FOUND"]);
  expect(await broker.ok("/admin/force-release", { credentialId })).toMatchObject({ changed: false });
  expect((await broker.acquire(kind, "next", { includeFence: true }))["fence"]).toBe(2);
});

test("a disabled credential comes back by enable, and its id and history stay", async () => {
  const [credentialId] = await broker.add(kind);
  await broker.ok("/admin/remove", { credentialId });
  expect(await broker.codeOf("/acquire", A("a"))).toEqual([200, "POOL_EXHAUSTED"]);
  expect(await broker.ok("/admin/enable", { credentialId })).toMatchObject({ changed: true });
  expect((await broker.acquire(kind)).credentialId).toBe(credentialId);
  expect(await broker.codeOf("/admin/enable", { credentialId: randomUUID() })).toEqual([200, "CREDENTIAL_NOT_FOUND"]);
});

test("a payload is replaced in place by the rules of its kind; a lease that is held goes on with the old one", async () => {
  const long = (mark: string) => ({ text: mark.repeat(300_000) });
  const [credentialId] = await broker.add(kind, 1, long("a"));
  const lease = await broker.acquire(kind);
  await broker.ok("/admin/replace-payload", { credentialId, payload: long("b") });
  const pieces = [0, 1].map(async (index) => (await broker.ok("/payload-chunk", { ...claimOf(lease), index })).data);
  expect(JSON.parse((await Promise.all(pieces)).join(""))).toEqual(long("a"));
  expect((await broker.list({ kind, includePayload: true }))[0].payload).toEqual(long("b"));
  const added = await broker.ok("/admin/add", { kind: "telegram", payload: { groupId: "1", driverToken: "d", sutToken: "s" } });
  const bad = { credentialId: added.credential.credentialId, payload: { groupId: "x" } };
  expect(await broker.codeOf("/admin/replace-payload", bad)).toEqual([400, "INVALID_PAYLOAD"]);
});

test("limits of a kind: a longer TTL is shortened and said so, leases are counted, and null switches off", async () => {
  await broker.add(kind, 3);
  const set = (limits: object) => broker.ok("/admin/kind-limits", { kind, limits });
  expect(await set({ maxLeaseTtlMs: 60_000, maxLeases: 1 })).toMatchObject({ limits: { maxLeases: 1, coolDownMs: null } });
  const lease = await broker.acquire(kind);
  expect(lease).toMatchObject({ leaseTtlMs: 60_000 });
  expect(await broker.codeOf("/acquire", A("b"))).toEqual([200, "POOL_EXHAUSTED"]);
  const { pools } = await broker.ok("/status", { kind });
  expect(pools).toMatchObject([{ total: 3, free: 2, exhausted: "lease_limit", unavailable: { leased: 1 } }]);
  await set({ maxLeases: null });
  expect(await broker.codeOf("/acquire", A("b"))).toEqual([200, "ok"]);
  expect(await broker.ok("/admin/kind-limits", { kind })).toMatchObject({ limits: { maxLeaseTtlMs: 60_000, maxLeases: null } });
});

test("a kind that shortens a lease answers with heartbeats that fit it; otherwise the client's own interval stands", async () => {
  await broker.add(kind, 4);
  const granted = async (asked: object) => {
    const { leaseTtlMs, heartbeatIntervalMs } = await broker.acquire(kind, "owner", { ...asked });
    return [leaseTtlMs, heartbeatIntervalMs];
  };
  const slow = { leaseTtlMs: 600_000, heartbeatIntervalMs: 300_000 };
  expect(await granted(slow)).toEqual([600_000, 300_000]);
  await broker.ok("/admin/kind-limits", { kind, limits: { maxLeaseTtlMs: 60_000 } });
  expect(await granted(slow)).toEqual([60_000, 20_000]);
  expect(await granted({ ...slow, heartbeatIntervalMs: 5_000 })).toEqual([60_000, 5_000]);
  expect(await granted({ leaseTtlMs: 60_000, heartbeatIntervalMs: 50_000 })).toEqual([60_000, 50_000]);
});

test("a caller that requests the fence of a lease also learns when it must end, if its kind limits that", async () => {
  await broker.add(kind, 2);
  expect(await broker.acquire(kind, "owner", { includeFence: true })).not.toHaveProperty("mustEndAtMs");
  await broker.ok("/admin/kind-limits", { kind, limits: { maxLifetimeMs: 90_000 } });
  const { leaseTtlMs, expiresAtMs, mustEndAtMs } = await broker.acquire(kind, "owner", {
    includeFence: true,
    leaseTtlMs: 60_000,
  });
  expect([leaseTtlMs, mustEndAtMs - expiresAtMs]).toEqual([60_000, 30_000]);
});
