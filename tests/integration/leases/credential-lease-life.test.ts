// The life of a lease in skipped time, over the real Postgres: every timer, every way to end, and crashes in between.
import { CREDENTIAL_CHANNEL } from "../../../contracts/core/channels.ts";
import { enableCredential, forceRelease } from "../../../db/leases/qa-credentials.ts";
import { CANARY_PAYLOAD, MAINTAINER, type HeldLease } from "../../support/leases/lease-world.ts";
import { waitFor } from "../../support/core/wait-for.ts";
import { useLeases } from "../../support/leases/lease-world.ts";

const MINUTE_MS = 60_000;
/** Activities take real time, which the environment's clock counts. */
const PROMPT_MS = 120_000;

const world = useLeases();
beforeEach(() => world.addCredential());

const coolsDown = (lease: HeldLease) =>
  waitFor(async () => (await world.statusOf(lease)).phase === "cooling_down", { timeoutMs: 90_000, what: "it cools down" });
const historyTypes = async (lease: HeldLease) => {
  const { events } = await world.handleOf(lease).fetchHistory();
  return (events ?? []).map((event) => event.eventType);
};

test("a lease that nobody renews ends at its expiry, which is recorded; the row keeps it for all to see", async () => {
  await world.working(async () => {
    const lease = await world.begin({ ttlMs: 20 * MINUTE_MS });
    expect(await world.resultOf(lease)).toEqual({ outcome: "expired", quarantined: false });
    const [acquired, expired] = await world.events();
    expect([acquired?.type, expired?.type]).toEqual(["acquire", "expired"]);
    const lateMs = (expired?.occurredAtMs ?? 0) - lease.expiresAtMs;
    expect(lateMs).toBeGreaterThan(0);
    expect(lateMs).toBeLessThan(PROMPT_MS);
    const { lease: kept, status } = await world.credential();
    expect([status, kept?.leaseId]).toEqual(["active", lease.leaseId]);
    expect(kept?.expiryRecordedAtMs).toBe(expired?.occurredAtMs);
  });
});

test("heartbeats send the workflow nothing: it reads the expiry again when it wakes", async () => {
  await world.working(async () => {
    const lease = await world.begin({ ttlMs: 10 * MINUTE_MS });
    let lastExpiresAtMs = 0;
    for (let beat = 0; beat < 3; beat += 1) {
      await world.environment.sleep(9 * MINUTE_MS);
      const answer = await world.heartbeat(lease, 10 * MINUTE_MS);
      if (!answer.ok) throw new Error(answer.refusal);
      lastExpiresAtMs = answer.value.expiresAtMs;
    }
    await world.relay();
    expect(await world.resultOf(lease)).toEqual({ outcome: "expired", quarantined: false });
    const expired = (await world.events()).at(-1);
    expect(expired).toMatchObject({ type: "expired", expiresAtMs: lastExpiresAtMs });
    expect(expired?.occurredAtMs).toBeGreaterThan(lastExpiresAtMs);
    // At 10, 19, 28 and 37 minutes.
    expect(world.calls["settleLease"]).toBe(4);
    const signals = (await world.handleOf(lease).fetchHistory()).events?.filter(
      (event) => event.workflowExecutionSignaledEventAttributes != null,
    );
    expect(signals).toEqual([]);
  });
});

test("a heartbeat that asks for less than was left brings the record forward", async () => {
  await world.working(async () => {
    const lease = await world.begin({ ttlMs: 120 * MINUTE_MS });
    await world.environment.sleep(1_000);
    await world.heartbeat(lease, MINUTE_MS);
    await world.relay();
    await world.resultOf(lease);
    const expired = (await world.events()).at(-1);
    expect((expired?.occurredAtMs ?? 0) - (await world.environment.currentTimeMs())).toBeLessThan(PROMPT_MS);
    expect(expired?.occurredAtMs).toBeLessThan(lease.expiresAtMs - 60 * MINUTE_MS);
  });
});

test("quarantine on expiry waits for the last heartbeat, then takes the credential out of use", async () => {
  await world.working(async () => {
    const lease = await world.begin({ ttlMs: MINUTE_MS, quarantineOnExpiry: true });
    await world.environment.sleep(50_000);
    await world.heartbeat(lease, 10 * MINUTE_MS);
    await world.environment.sleep(5 * MINUTE_MS);
    expect((await world.credential()).status).toBe("active");
    expect(await world.resultOf(lease)).toEqual({ outcome: "expired", quarantined: true });
    expect(await world.credential()).toMatchObject({ status: "disabled", lease: null });
    expect((await world.events()).map(({ type, code }) => [type, code])).toEqual([
      ["acquire", null],
      ["expired", null],
      ["quarantine", "CONTROLLER_LEASE_EXPIRED"],
    ]);
    expect(await world.tryAcquire()).toBeNull();
  });
});

test("after an expiry the credential rests for its kind's time, and those who wait are told when that is over", async () => {
  await world.limit({ coolDownMs: 30 * MINUTE_MS });
  const heard: string[] = [];
  const end = await world.api.listen(CREDENTIAL_CHANNEL, (of) => heard.push(of));
  await world.working(async () => {
    const lease = await world.begin();
    await world.environment.sleep(5 * MINUTE_MS);
    await coolsDown(lease);
    expect(await world.tryAcquire()).toBeNull();
    heard.length = 0;
    expect(await world.resultOf(lease)).toEqual({ outcome: "expired", quarantined: false });
    await waitFor(() => heard.includes(world.kind), { timeoutMs: 90_000, what: "waiters are told" });
    expect((await world.credential()).coolUntilMs).toBeNull();
    expect(await world.environment.currentTimeMs()).toBeGreaterThanOrEqual(lease.expiresAtMs + 30 * MINUTE_MS);
    expect(await world.tryAcquire()).not.toBeNull();
  });
  await end();
});

test("a lease taken away by a maintainer rests too; a rest that a maintainer ends is over", async () => {
  await world.limit({ coolDownMs: 600 * MINUTE_MS });
  await world.working(async () => {
    const lease = await world.begin();
    const { credentialId } = lease;
    await world.syncClock();
    await world.api.globally((tx) => forceRelease(tx, { credentialId, admin: MAINTAINER, reason: "stuck" }));
    await world.relay();
    await world.environment.sleep(MINUTE_MS);
    await coolsDown(lease);
    expect((await world.statusOf(lease)).reason).toBe("A maintainer took it away.");
    await world.api.globally((tx) => enableCredential(tx, { credentialId, admin: MAINTAINER }));
    expect(await world.resultOf(lease)).toEqual({ outcome: "force_released", quarantined: false });
  });
});

test("a maintainer ends the rest after an expiry: the credential is leased at once, and the workflow ends", async () => {
  await world.limit({ coolDownMs: 600 * MINUTE_MS });
  await world.working(async () => {
    const lease = await world.begin();
    await world.environment.sleep(5 * MINUTE_MS);
    await coolsDown(lease);
    const change = { credentialId: lease.credentialId, admin: MAINTAINER };
    expect(await world.api.globally((tx) => enableCredential(tx, change))).toMatchObject({ value: { changed: true } });
    expect(await world.tryAcquire({ ttlMs: 7_200_000 })).not.toBeNull();
    expect(await world.resultOf(lease)).toEqual({ outcome: "expired", quarantined: false });
  });
});

test("no heartbeat extends a lease beyond the maximum lifetime of its kind", async () => {
  await world.limit({ maxLifetimeMs: 30 * MINUTE_MS });
  await world.working(async () => {
    const lease = await world.begin({ ttlMs: 10 * MINUTE_MS });
    for (let beat = 0; beat < 3; beat += 1) {
      await world.environment.sleep(9 * MINUTE_MS);
      await world.heartbeat(lease, 20 * MINUTE_MS);
    }
    await world.resultOf(lease);
    const [acquired, expired] = await world.events();
    expect(expired).toMatchObject({ type: "expired", expiresAtMs: (acquired?.occurredAtMs ?? 0) + 30 * MINUTE_MS });
    expect((await world.statusOf(lease)).reason).toBe("It reached the maximum lifetime of its kind.");
  });
});

test("releasing a lease ends its workflow, after one look at the database", async () => {
  await world.working(async () => {
    const lease = await world.begin();
    await world.release(lease);
    await world.relay();
    expect(await world.resultOf(lease)).toEqual({ outcome: "released", quarantined: false });
    expect(world.calls["settleLease"]).toBe(1);
    expect(await world.eventTypes()).toEqual(["acquire", "release"]);
  });
});

test("a lease whose credential was leased again before its workflow woke is recorded once, and the new one is untouched", async () => {
  const lease = await world.acquire();
  await world.environment.sleep(2 * MINUTE_MS);
  const next = await world.begin({ ownerId: "ci-run-8", ttlMs: 20 * MINUTE_MS });
  await world.working(async () => {
    expect(await world.resultOf(lease)).toEqual({ outcome: "expired", quarantined: false });
    expect(await world.eventTypes()).toEqual(["acquire", "expired", "acquire"]);
    expect((await world.credential()).lease).toMatchObject({ leaseId: next.leaseId, expiryRecordedAtMs: null });
    await world.release(next);
    await world.relay();
    await world.resultOf(next);
  });
});

test("a history shows world.kind, owner, credential and times, and neither payload nor token", async () => {
  await world.working(async () => {
    const lease = await world.begin({ quarantineOnExpiry: true });
    await world.resultOf(lease);
    const history = JSON.stringify(await world.handleOf(lease).fetchHistory(), (name, value: unknown) =>
      name === "data" && typeof value === "string" ? Buffer.from(value, "base64").toString() : value,
    );
    for (const shown of [world.kind, "ci-run-7", lease.credentialId]) expect(history).toContain(shown);
    for (const secret of [CANARY_PAYLOAD, lease.leaseToken.reveal()]) expect(history).not.toContain(secret);
    expect((await historyTypes(lease)).length).toBeLessThanOrEqual(20);
  });
});
