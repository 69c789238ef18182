// Crashes between the effects of a lease: the workflow, its activities, the relay and Temporal itself may die at any moment.
import { randomUUID } from "node:crypto";
import type { TestWorkflowEnvironment } from "@temporalio/testing";
import { createLeaseWorld, type HeldLease, type LeaseWorld } from "../support/lease-world.ts";
import { timeSkippingEnvironment } from "../support/workflow-world.ts";

const MINUTE_MS = 60_000;
const TEST_MS = 240_000;
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
