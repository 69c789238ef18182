// The life of a lease in skipped time, over the real Postgres: every timer, every way to end, and crashes in between.
import { randomUUID } from "node:crypto";
import type { TestWorkflowEnvironment } from "@temporalio/testing";
import type { CredentialLeaseStatus } from "../../contracts/credential-lease-workflow.ts";
import { CREDENTIAL_CHANNEL } from "../../contracts/channels.ts";
import { enableCredential, forceRelease } from "../../db/repositories/qa-credentials.ts";
import { CANARY_PAYLOAD, createLeaseWorld, MAINTAINER, type HeldLease, type LeaseWorld } from "../support/lease-world.ts";
import { timeSkippingEnvironment } from "../support/workflow-world.ts";
import { waitFor } from "../support/wait-for.ts";

const MINUTE_MS = 60_000;
const TEST_MS = 240_000;
/** Activities take real time, which the environment's clock counts. */
const PROMPT_MS = 120_000;
let environment: TestWorkflowEnvironment;
let world: LeaseWorld;
let kind: string;

beforeAll(async () => {
  environment = await timeSkippingEnvironment();
  world = await createLeaseWorld(environment);
}, 240_000);
beforeEach(async () => {
  kind = `telegram-${randomUUID().slice(0, 8)}`;
  for (const name of Object.keys(world.calls)) delete world.calls[name];
  await world.addCredential(kind);
});
afterAll(async () => {
  await environment?.teardown();
  await world?.database.drop();
});

/** Acquires and lets Temporal know. */
async function begin(asked: Parameters<LeaseWorld["tryAcquire"]>[1] = {}): Promise<HeldLease> {
  const lease = await world.tryAcquire(kind, asked);
  if (lease === null) throw new Error("nothing was free");
  await world.relay();
  return lease;
}

const types = async () => (await world.events(kind)).map((event) => event.type);
const statusOf = (lease: HeldLease) => world.handleOf(lease).query<CredentialLeaseStatus, []>("status");
const eventTypes = async (lease: HeldLease) => {
  const { events } = await world.handleOf(lease).fetchHistory();
  return (events ?? []).map((event) => event.eventType);
};

test(
  "a lease that nobody renews ends at its expiry, which is recorded; the row keeps it for all to see",
  async () => {
    await world.working(async () => {
      const lease = await begin({ ttlMs: 20 * MINUTE_MS });
      expect(await world.resultOf(lease)).toEqual({ outcome: "expired", quarantined: false });
      const [acquired, expired] = await world.events(kind);
      expect([acquired?.type, expired?.type]).toEqual(["acquire", "expired"]);
      const lateMs = (expired?.occurredAtMs ?? 0) - lease.expiresAtMs;
      expect(lateMs).toBeGreaterThan(0);
      expect(lateMs).toBeLessThan(PROMPT_MS);
      const { lease: kept, status } = await world.credential(kind);
      expect([status, kept?.leaseId]).toEqual(["active", lease.leaseId]);
      expect(kept?.expiryRecordedAtMs).toBe(expired?.occurredAtMs);
    });
  },
  TEST_MS,
);

test(
  "heartbeats send the workflow nothing: it reads the expiry again when it wakes",
  async () => {
    await world.working(async () => {
      const lease = await begin({ ttlMs: 10 * MINUTE_MS });
      let lastExpiresAtMs = 0;
      for (let beat = 0; beat < 3; beat += 1) {
        await environment.sleep(9 * MINUTE_MS);
        const answer = await world.heartbeat(lease, 10 * MINUTE_MS);
        if (!answer.ok) throw new Error(answer.refusal);
        lastExpiresAtMs = answer.value.expiresAtMs;
      }
      await world.relay();
      expect(await world.resultOf(lease)).toEqual({ outcome: "expired", quarantined: false });
      const expired = (await world.events(kind)).at(-1);
      expect(expired).toMatchObject({ type: "expired", expiresAtMs: lastExpiresAtMs });
      expect(expired?.occurredAtMs).toBeGreaterThan(lastExpiresAtMs);
      // At 10, 19, 28 and 37 minutes.
      expect(world.calls["settleLease"]).toBe(4);
      const signals = (await world.handleOf(lease).fetchHistory()).events?.filter(
        (event) => event.workflowExecutionSignaledEventAttributes != null,
      );
      expect(signals).toEqual([]);
    });
  },
  TEST_MS,
);

test(
  "a heartbeat that asks for less than was left brings the record forward",
  async () => {
    await world.working(async () => {
      const lease = await begin({ ttlMs: 120 * MINUTE_MS });
      await environment.sleep(1_000);
      await world.heartbeat(lease, MINUTE_MS);
      await world.relay();
      await world.resultOf(lease);
      const expired = (await world.events(kind)).at(-1);
      expect((expired?.occurredAtMs ?? 0) - (await world.environment.currentTimeMs())).toBeLessThan(PROMPT_MS);
      expect(expired?.occurredAtMs).toBeLessThan(lease.expiresAtMs - 60 * MINUTE_MS);
    });
  },
  TEST_MS,
);

test(
  "quarantine on expiry waits for the last heartbeat, then takes the credential out of use",
  async () => {
    await world.working(async () => {
      const lease = await begin({ ttlMs: MINUTE_MS, quarantineOnExpiry: true });
      await environment.sleep(50_000);
      await world.heartbeat(lease, 10 * MINUTE_MS);
      await environment.sleep(5 * MINUTE_MS);
      expect((await world.credential(kind)).status).toBe("active");
      expect(await world.resultOf(lease)).toEqual({ outcome: "expired", quarantined: true });
      expect(await world.credential(kind)).toMatchObject({ status: "disabled", lease: null });
      expect((await world.events(kind)).map(({ type, code }) => [type, code])).toEqual([
        ["acquire", null],
        ["expired", null],
        ["quarantine", "CONTROLLER_LEASE_EXPIRED"],
      ]);
      expect(await world.tryAcquire(kind)).toBeNull();
    });
  },
  TEST_MS,
);

test(
  "after an expiry the credential rests for its kind's time, and those who wait are told when that is over",
  async () => {
    await world.limit(kind, { coolDownMs: 30 * MINUTE_MS });
    const heard: string[] = [];
    const end = await world.api.listen(CREDENTIAL_CHANNEL, (of) => heard.push(of));
    await world.working(async () => {
      const lease = await begin();
      await environment.sleep(5 * MINUTE_MS);
      await waitFor(async () => (await statusOf(lease)).phase === "cooling_down", { timeoutMs: 90_000, what: "it rests" });
      expect(await world.tryAcquire(kind)).toBeNull();
      heard.length = 0;
      expect(await world.resultOf(lease)).toEqual({ outcome: "expired", quarantined: false });
      await waitFor(() => heard.includes(kind), { timeoutMs: 90_000, what: "waiters are told" });
      expect((await world.credential(kind)).coolUntilMs).toBeNull();
      expect(await environment.currentTimeMs()).toBeGreaterThanOrEqual(lease.expiresAtMs + 30 * MINUTE_MS);
      expect(await world.tryAcquire(kind)).not.toBeNull();
    });
    await end();
  },
  TEST_MS,
);

test(
  "a lease taken away by a maintainer rests too; a rest that a maintainer ends is over",
  async () => {
    await world.limit(kind, { coolDownMs: 600 * MINUTE_MS });
    await world.working(async () => {
      const lease = await begin();
      const { credentialId } = lease;
      await world.syncClock();
      await world.api.globally((tx) => forceRelease(tx, { credentialId, admin: MAINTAINER, reason: "stuck" }));
      await world.relay();
      await environment.sleep(MINUTE_MS);
      await waitFor(async () => (await statusOf(lease)).phase === "cooling_down", { timeoutMs: 90_000, what: "it rests" });
      expect((await statusOf(lease)).reason).toBe("A maintainer took it away.");
      await world.api.globally((tx) => enableCredential(tx, { credentialId, admin: MAINTAINER }));
      expect(await world.resultOf(lease)).toEqual({ outcome: "force_released", quarantined: false });
    });
  },
  TEST_MS,
);

test(
  "a maintainer ends the rest after an expiry: the credential is leased at once, and the workflow ends",
  async () => {
    await world.limit(kind, { coolDownMs: 600 * MINUTE_MS });
    await world.working(async () => {
      const lease = await begin();
      await environment.sleep(5 * MINUTE_MS);
      await waitFor(async () => (await statusOf(lease)).phase === "cooling_down", { timeoutMs: 90_000, what: "it rests" });
      const change = { credentialId: lease.credentialId, admin: MAINTAINER };
      expect(await world.api.globally((tx) => enableCredential(tx, change))).toMatchObject({ value: { changed: true } });
      expect(await world.tryAcquire(kind, { ttlMs: 7_200_000 })).not.toBeNull();
      expect(await world.resultOf(lease)).toEqual({ outcome: "expired", quarantined: false });
    });
  },
  TEST_MS,
);

test(
  "no heartbeat keeps a lease beyond the longest life of its kind",
  async () => {
    await world.limit(kind, { maxLifetimeMs: 30 * MINUTE_MS });
    await world.working(async () => {
      const lease = await begin({ ttlMs: 10 * MINUTE_MS });
      for (let beat = 0; beat < 3; beat += 1) {
        await environment.sleep(9 * MINUTE_MS);
        await world.heartbeat(lease, 20 * MINUTE_MS);
      }
      await world.resultOf(lease);
      const [acquired, expired] = await world.events(kind);
      expect(expired).toMatchObject({ type: "expired", expiresAtMs: (acquired?.occurredAtMs ?? 0) + 30 * MINUTE_MS });
      expect((await statusOf(lease)).reason).toBe("It reached the longest life of its kind.");
    });
  },
  TEST_MS,
);

test(
  "a lease that is given back ends its workflow, without a look",
  async () => {
    await world.working(async () => {
      const lease = await begin();
      await world.release(lease);
      await world.relay();
      expect(await world.resultOf(lease)).toEqual({ outcome: "released", quarantined: false });
      expect(world.calls["settleLease"]).toBeUndefined();
      expect(await types()).toEqual(["acquire", "release"]);
    });
  },
  TEST_MS,
);

test(
  "a lease whose credential was leased again before its workflow woke is recorded once, and the new one is untouched",
  async () => {
    const lease = await world.tryAcquire(kind);
    if (lease === null) throw new Error("nothing was free");
    await environment.sleep(2 * MINUTE_MS);
    const next = await begin({ ownerId: "ci-run-8", ttlMs: 20 * MINUTE_MS });
    await world.working(async () => {
      expect(await world.resultOf(lease)).toEqual({ outcome: "expired", quarantined: false });
      expect(await types()).toEqual(["acquire", "expired", "acquire"]);
      expect((await world.credential(kind)).lease).toMatchObject({ leaseId: next.leaseId, expiryRecordedAtMs: null });
      await world.release(next);
      await world.relay();
      await world.resultOf(next);
    });
  },
  TEST_MS,
);

test(
  "a history shows kind, owner, credential and times, and neither payload nor token",
  async () => {
    await world.working(async () => {
      const lease = await begin({ quarantineOnExpiry: true });
      await world.resultOf(lease);
      const history = JSON.stringify(await world.handleOf(lease).fetchHistory(), (name, value: unknown) =>
        name === "data" && typeof value === "string" ? Buffer.from(value, "base64").toString() : value,
      );
      for (const shown of [kind, "ci-run-7", lease.credentialId]) expect(history).toContain(shown);
      for (const secret of [CANARY_PAYLOAD, lease.leaseToken.reveal()]) expect(history).not.toContain(secret);
      expect((await eventTypes(lease)).length).toBeLessThanOrEqual(20);
    });
  },
  TEST_MS,
);
