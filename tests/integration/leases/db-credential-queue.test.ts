// The queue for credentials: strictly in order of arrival, also when many come at once, and nobody in the way for nothing.
import { CREDENTIAL_CHANNEL } from "../../../contracts/core/channels.ts";
import { WAIT_LIMITS } from "../../../contracts/leases/credential-lease.ts";
import { explainExhaustion, poolStatus } from "../../../db/leases/credential-kinds.ts";
import { releaseLease } from "../../../db/leases/credential-lease-calls.ts";
import { acquireLease, type AcquiredLease } from "../../../db/leases/credential-leases.ts";
import {
  joinQueue,
  leaveQueue,
  purgeWaiters,
  queuePlace,
  rejoinQueue,
  touchWaiters,
} from "../../../db/leases/credential-waiters.ts";
import { stopClock, type BrokerClock } from "../../support/leases/credential-clock.ts";
import { addCredentials, asked, claimOf, lease, newKind, RUNNER, TTL_MS } from "../../support/leases/credential-leases.ts";
import { waitFor } from "../../support/core/wait-for.ts";
import { useDatabase, useService } from "../../support/core/database.ts";

const database = useDatabase();
const api = useService(database, "api", { poolMax: 20 });
let kind: string;
/** Nobody is forgotten because the machine is slow. */
let clock: BrokerClock;

beforeEach(async () => {
  kind = newKind();
  clock = await stopClock(database, Date.now());
});

const waiter = (excludeCredentialIds: readonly string[] = []) => ({
  kind,
  ownerId: "runner",
  actor: RUNNER,
  excludeCredentialIds,
});
const join = (excludeCredentialIds?: readonly string[]) => joinQueue(api, waiter(excludeCredentialIds));
const serve = (waiterId: string, excludeCredentialIds: readonly string[] = []) =>
  acquireLease(api, asked(kind, { waiterId, excludeCredentialIds, recordsFailure: false }));
const release = (held: AcquiredLease) => releaseLease(api, claimOf(kind, held));
const EXHAUSTED = { outcome: "exhausted" };

test("waiters are served in order, and before a plain acquire", async () => {
  await addCredentials(api, kind);
  const held = await lease(api, kind);
  const [first, second] = [await join(), await join()];
  await release(held);
  expect(await acquireLease(api, asked(kind))).toEqual(EXHAUSTED);
  expect(await serve(second)).toEqual(EXHAUSTED);
  expect((await serve(first)).outcome).toBe("leased");
  expect((await serve(second)).outcome).toBe("exhausted");
  expect(await queuePlace(api, second)).toMatchObject({ position: 1 });
});

test("twenty that come at once and ask all the time are served in the order of their tickets", async () => {
  await addCredentials(api, kind);
  const waiting = new Set(await Promise.all(Array.from({ length: 20 }, () => join())));
  const tickets = await database.asOwner<{ id: string }>(
    "SELECT id FROM mosaic.credential_waiters WHERE kind = $1 ORDER BY ticket",
    [kind],
  );
  const served: string[] = [];
  while (waiting.size > 0) {
    await touchWaiters(api, [...waiting]);
    const results = await Promise.all([...waiting].map(async (id) => ({ id, result: await serve(id) })));
    const lucky = results.flatMap(({ id, result }) => (result.outcome === "leased" ? [{ id, held: result.lease }] : []));
    expect(lucky).toHaveLength(1);
    for (const { id, held } of lucky) {
      served.push(id);
      waiting.delete(id);
      await release(held);
    }
  }
  expect(served).toEqual(tickets.map(({ id }) => id));
}, 240_000);

test("a waiter that can use none of the free credentials does not block the others", async () => {
  const [only = ""] = await addCredentials(api, kind);
  const [picky, next] = [await join([only]), await join()];
  expect(await serve(picky, [only])).toEqual(EXHAUSTED);
  expect((await serve(next)).outcome).toBe("leased");
});

test("who wants another one leaves this one to those behind, and keeps the place for the other", async () => {
  const [first = "", second = ""] = await addCredentials(api, kind, 2);
  const [picky, next] = [await join([first]), await join()];
  expect(await serve(next)).toMatchObject({ outcome: "leased", lease: { credentialId: first } });
  expect(await acquireLease(api, asked(kind))).toEqual(EXHAUSTED);
  expect(await serve(picky, [first])).toMatchObject({ outcome: "leased", lease: { credentialId: second } });
});

test("a waiter that is not heard of is forgotten, comes back to its place, and is removed in the end", async () => {
  await addCredentials(api, kind);
  const [lost, next] = [await join(), await join()];
  await clock.advance(WAIT_LIMITS.liveMs);
  await touchWaiters(api, [next]);
  expect(await queuePlace(api, next)).toMatchObject({ position: 1 });
  expect(await rejoinQueue(api, lost, waiter())).toBe(true);
  expect(await queuePlace(api, next)).toMatchObject({ position: 2 });
  expect(await rejoinQueue(api, lost, { ...waiter(), ownerId: "a stranger" })).toBe(false);
  await clock.advance(WAIT_LIMITS.placeKeptMs);
  // The hourly removal has not come by, and yet the place is lost.
  expect(await rejoinQueue(api, lost, waiter())).toBe(false);
  const fleet = await database.openAs("fleet");
  await clock.advance(1);
  expect(await fleet.globally(purgeWaiters)).toBeGreaterThanOrEqual(2);
  expect(await rejoinQueue(api, lost, waiter())).toBe(false);
});

test.each(["release", "leave", "serve"] as const)("those who wait are told when it may be their turn: %s", async (what) => {
  const heard: string[] = [];
  const end = await api.listen(CREDENTIAL_CHANNEL, (payload) => heard.push(payload));
  await addCredentials(api, kind, 2);
  const held = await lease(api, kind);
  const waiterId = await join();
  const heardOfBoth = () => heard.filter((payload) => payload === kind).length >= 2;
  await waitFor(heardOfBoth, { timeoutMs: 25_000, what: "the new credentials are told of" });
  heard.length = 0;
  if (what === "release") await release(held);
  else if (what === "leave") await leaveQueue(api, waiterId);
  else await serve(waiterId);
  await waitFor(() => heard.includes(kind), { timeoutMs: 25_000, what: "those who wait are told" });
  await end();
});

test("position, expected wait and the time of the next try follow from leases and from those before", async () => {
  await addCredentials(api, kind, 2);
  await lease(api, kind);
  await lease(api, kind, { leaseTtlMs: 2 * TTL_MS });
  const [first, second, third] = [await join(), await join(), await join()];
  const places = [await queuePlace(api, first), await queuePlace(api, second), await queuePlace(api, third)];
  expect(places.map((place) => place?.position)).toEqual([1, 2, 3]);
  const [one = 0, two = 0] = places.map((place) => place?.expectedWaitMs ?? 0);
  expect(one).toBeGreaterThan(TTL_MS / 2);
  expect(one).toBeLessThanOrEqual(TTL_MS);
  expect(two).toBeGreaterThan(TTL_MS);
  expect(places[2]?.expectedWaitMs).toBeNull();
  expect(await explainExhaustion(api, { kind, waiterId: first })).toMatchObject({ reason: "all_leased" });
  const behind = await explainExhaustion(api, { kind, waiterId: second });
  expect(behind.tryAgainMs).toBeLessThanOrEqual(WAIT_LIMITS.liveMs);
  expect(await api.globally((tx) => poolStatus(tx, kind))).toMatchObject([
    { kind, total: 2, free: 0, waiters: 3, exhausted: "all_leased" },
  ]);
});

test("a kind that nobody ever heard of has an empty pool", async () => {
  expect(await api.globally((tx) => poolStatus(tx, kind))).toMatchObject([
    { kind, total: 0, exhausted: "empty", nextExpiryMs: null },
  ]);
  expect(await explainExhaustion(api, { kind })).toEqual({ reason: "empty", nextExpiryMs: null, tryAgainMs: null });
});
