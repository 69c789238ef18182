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
const TEST_MS = 120_000;
/** Activities take real time, which the environment's clock counts. */
const PROMPT_MS = 20_000;
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
      await waitFor(async () => (await statusOf(lease)).phase === "cooling_down", { timeoutMs: 30_000, what: "it rests" });
      expect(await world.tryAcquire(kind)).toBeNull();
      heard.length = 0;
      expect(await world.resultOf(lease)).toEqual({ outcome: "expired", quarantined: false });
      await waitFor(() => heard.includes(kind), { timeoutMs: 10_000, what: "waiters are told" });
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
      expect(await statusOf(lease)).toMatchObject({ phase: "cooling_down", reason: "A maintainer took it away." });
      await world.api.globally((tx) => enableCredential(tx, { credentialId, admin: MAINTAINER }));
      expect(await world.resultOf(lease)).toEqual({ outcome: "force_released", quarantined: false });
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

describe("crashes", () => {
  test(
    "an activity that dies after its effect gives the same answer again, and records nothing twice",
    async () => {
      let deaths = 0;
      const settleLease: typeof world.real.settleLease = async (lease) => {
        const look = await world.real.settleLease(lease);
        if (look.state === "expired" && (deaths += 1) <= 2) throw new Error("the worker died");
        return look;
      };
      await world.working(
        async () => {
          const lease = await begin({ quarantineOnExpiry: true });
          expect(await world.resultOf(lease)).toEqual({ outcome: "expired", quarantined: true });
          expect(deaths).toBeGreaterThanOrEqual(3);
          expect(await types()).toEqual(["acquire", "expired", "quarantine"]);
        },
        { settleLease },
      );
    },
    TEST_MS,
  );

  test(
    "a crash between commit and start loses nothing: the next relay starts the workflow",
    async () => {
      const lease = await world.tryAcquire(kind);
      if (lease === null) throw new Error("nothing was free");
      await expect(world.handleOf(lease).describe()).rejects.toThrow("not found");
      await world.relay();
      expect((await world.handleOf(lease).describe()).status.name).toBe("RUNNING");
      await world.working(() => world.resultOf(lease));
    },
    TEST_MS,
  );

  test(
    "a relay that dies after the start starts no second run, even of a lease that is over",
    async () => {
      await world.working(async () => {
        const lease = await world.tryAcquire(kind);
        if (lease === null) throw new Error("nothing was free");
        const dying = {
          ...world.leases,
          started: async (input: Parameters<LeaseWorld["leases"]["started"]>[0]) => {
            await world.leases.started(input);
            throw new Error("the relay died before it could mark the message as sent");
          },
        };
        await world.relay(dying);
        const { runId } = await world.handleOf(lease).describe();
        await world.resultOf(lease);
        await environment.sleep(2 * MINUTE_MS);
        await world.syncClock();
        await world.relay();
        expect((await world.handleOf(lease).describe()).runId).toBe(runId);
        expect(await types()).toEqual(["acquire", "expired"]);
        const unsent = await world.database.asOwner("SELECT 1 FROM mosaic.outbox WHERE sent_at IS NULL");
        expect(unsent).toEqual([]);
      });
    },
    TEST_MS,
  );

  test(
    "leases work while there is no Temporal, and the workflows catch up afterwards",
    async () => {
      await world.addCredential(kind);
      const given = await world.tryAcquire(kind);
      const kept = await world.tryAcquire(kind, { ttlMs: 30 * MINUTE_MS });
      if (given === null || kept === null) throw new Error("nothing was free");
      expect(await world.heartbeat(kept, 40 * MINUTE_MS)).toMatchObject({ ok: true });
      expect(await world.release(given)).toMatchObject({ ok: true });
      await world.relay();
      await world.working(async () => {
        expect(await world.resultOf(given)).toEqual({ outcome: "released", quarantined: false });
        expect(await world.resultOf(kept)).toEqual({ outcome: "expired", quarantined: false });
      });
    },
    TEST_MS,
  );

  test(
    "a lease whose workflow was lost is recorded by the hourly pass",
    async () => {
      await world.working(async () => {
        await world.tryAcquire(kind);
        await world.database.asOwner("DELETE FROM mosaic.outbox");
        await environment.sleep(15 * MINUTE_MS);
        await environment.client.workflow.execute("credentialRetention", {
          workflowId: randomUUID(),
          taskQueue: world.taskQueue,
        });
        expect(await types()).toEqual(["acquire", "expired"]);
      });
    },
    TEST_MS,
  );
});

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

describe("retention", () => {
  const DAY_MS = 24 * 60 * MINUTE_MS;
  const run = () =>
    world.working(() =>
      environment.client.workflow.execute<() => Promise<Record<string, number>>>("credentialRetention", {
        workflowId: randomUUID(),
        taskQueue: world.taskQueue,
      }),
    );

  test(
    "lease events go after 2 days and admin events after 30, in batches, again at once while one is full",
    async () => {
      for (const table of ["credential_lease_events", "credential_admin_events"]) {
        await world.database.asOwner(`DELETE FROM mosaic.${table}`);
      }
      const nowMs = await environment.currentTimeMs();
      const fill = (table: string, days: number, count: number) =>
        world.database.asOwner(
          `INSERT INTO mosaic.${table} (type, occurred_at, kind${table.includes("admin") ? ", actor_role, actor_id" : ""})
         SELECT 'acquire', to_timestamp($1::double precision / 1000) - interval '1 minute', 'old'
                ${table.includes("admin") ? ", 'maintainer', 'env:maintainer'" : ""} FROM generate_series(1, $2)`,
          [nowMs - days * DAY_MS, count],
        );
      await fill("credential_lease_events", 2, 600);
      await fill("credential_lease_events", 1, 3);
      await fill("credential_admin_events", 30, 257);
      await fill("credential_admin_events", 29, 4);
      const report = await run();
      expect(report).toMatchObject({ leaseEvents: 600, adminEvents: 257 });
      // 256, 256 and 88: the third batch is the first that is not full.
      expect(world.calls["purgeCredentialBatch"]).toBe(3);
      const left = (table: string) =>
        world.database.asOwner<{ count: number }>(`SELECT count(*)::integer AS count FROM mosaic.${table} WHERE kind = 'old'`);
      expect(await left("credential_lease_events")).toEqual([{ count: 3 }]);
      expect(await left("credential_admin_events")).toEqual([{ count: 4 }]);
    },
    TEST_MS,
  );

  test(
    "delivered messages about leases go after a day; those of containers and unsent ones stay",
    async () => {
      const outbox = (subject: string, tenant: string | null, sent: string | null) =>
        world.database.asOwner(
          `INSERT INTO mosaic.outbox (subject, tenant, topic, payload, sent_at)
         VALUES ($1, $2, 'x', '{}', mosaic.now() - $3::interval)`,
          [subject, tenant, sent],
        );
      await world.syncClock();
      await outbox("credential-lease:a", null, "25 hours");
      await outbox("credential-lease:b", null, "23 hours");
      await outbox("human:a", "human:a", "25 hours");
      await run();
      const rows = await world.database.asOwner<{ subject: string }>(
        "SELECT subject FROM mosaic.outbox WHERE topic = 'x' ORDER BY 1",
      );
      expect(rows.map((row) => row.subject)).toEqual(["credential-lease:b", "human:a"]);
    },
    TEST_MS,
  );
});
