// Crashes between the effects of a lease, and forged messages: the workflow, its activities, the relay and Temporal itself may
// crash at any moment.
import { randomUUID } from "node:crypto";
import { useLeases, type LeaseWorld } from "../../support/leases/lease-world.ts";
import { waitFor } from "../../support/core/wait-for.ts";

const MINUTE_MS = 60_000;

const world = useLeases();
beforeEach(() => world.addCredential());

test("an activity that dies after its effect gives the same answer again, and records nothing twice", async () => {
  let deaths = 0;
  const settleLease: typeof world.real.settleLease = async (lease) => {
    const look = await world.real.settleLease(lease);
    if (look.state === "expired" && (deaths += 1) <= 2) throw new Error("the worker died");
    return look;
  };
  await world.working(
    async () => {
      const lease = await world.begin({ quarantineOnExpiry: true });
      expect(await world.resultOf(lease)).toEqual({ outcome: "expired", quarantined: true });
      expect(deaths).toBeGreaterThanOrEqual(3);
      expect(await world.eventTypes()).toEqual(["acquire", "expired", "quarantine"]);
    },
    { settleLease },
  );
});

test("a crash between commit and start loses nothing: the next relay starts the workflow", async () => {
  const lease = await world.acquire();
  await expect(world.handleOf(lease).describe()).rejects.toThrow("not found");
  await world.relay();
  expect((await world.handleOf(lease).describe()).status.name).toBe("RUNNING");
  await world.working(() => world.resultOf(lease));
});

test("a relay that dies after the start starts no second run, even of a lease that is over", async () => {
  await world.working(async () => {
    const lease = await world.acquire();
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
    await world.environment.sleep(2 * MINUTE_MS);
    await world.syncClock();
    await world.relay();
    expect((await world.handleOf(lease).describe()).runId).toBe(runId);
    expect(await world.eventTypes()).toEqual(["acquire", "expired"]);
    const unsent = await world.database.asOwner("SELECT 1 FROM mosaic.outbox WHERE sent_at IS NULL");
    expect(unsent).toEqual([]);
  });
});

test("leases work while there is no Temporal, and the workflows catch up afterwards", async () => {
  await world.addCredential();
  const given = await world.acquire();
  const kept = await world.acquire({ ttlMs: 30 * MINUTE_MS });
  expect(await world.heartbeat(kept, 40 * MINUTE_MS)).toMatchObject({ ok: true });
  expect(await world.release(given)).toMatchObject({ ok: true });
  await world.relay();
  await world.working(async () => {
    expect(await world.resultOf(given)).toEqual({ outcome: "released", quarantined: false });
    expect(await world.resultOf(kept)).toEqual({ outcome: "expired", quarantined: false });
  });
});

test("a lease whose workflow was lost is recorded by the hourly pass", async () => {
  await world.working(async () => {
    await world.tryAcquire();
    await world.database.asOwner("DELETE FROM mosaic.outbox");
    await world.environment.sleep(15 * MINUTE_MS);
    await world.environment.client.workflow.execute("credentialRetention", {
      workflowId: randomUUID(),
      taskQueue: world.taskQueue,
    });
    expect(await world.eventTypes()).toEqual(["acquire", "expired"]);
  });
});

test("forged messages neither end nor shorten a lease, and cannot create one", async () => {
  await world.working(async () => {
    const lease = await world.begin({ ttlMs: 20 * MINUTE_MS });
    const looksAfter = async (looks: number) =>
      await waitFor(() => world.calls["settleLease"] === looks, { timeoutMs: 90_000, what: "it has looked" });
    await world.leases.ended(lease.leaseId, { how: "quarantined", coolUntilMs: lease.expiresAtMs * 2 });
    await looksAfter(1);
    await world.leases.shortened(lease.leaseId, lease.expiresAtMs - 19 * MINUTE_MS);
    await looksAfter(2);
    await world.handleOf(lease).signal("ended");
    await looksAfter(3);
    expect(await world.statusOf(lease)).toMatchObject({ phase: "held", expiresAtMs: lease.expiresAtMs, coolUntilMs: null });
    expect(await world.eventTypes()).toEqual(["acquire"]);
    // A false message about an ended lease does not change what is recorded.
    await world.release(lease);
    await world.leases.ended(lease.leaseId, { how: "force_released", coolUntilMs: lease.expiresAtMs * 2 });
    expect(await world.resultOf(lease)).toEqual({ outcome: "released", quarantined: false });
  });
});

test("a heartbeat that shortens the lease while its workflow reads it is not overwritten", async () => {
  let beat: (() => Promise<void>) | null = null;
  const settleLease: LeaseWorld["real"]["settleLease"] = async (ref) => {
    const look = await world.real.settleLease(ref);
    await beat?.();
    return look;
  };
  await world.working(
    async () => {
      const lease = await world.begin({ ttlMs: 10 * MINUTE_MS });
      beat = async () => {
        beat = null;
        await world.heartbeat(lease, MINUTE_MS);
        await world.relay();
      };
      await world.heartbeat(lease, 120 * MINUTE_MS);
      await world.resultOf(lease);
      const expired = (await world.events()).at(-1);
      expect(expired?.occurredAtMs).toBeLessThan(lease.expiresAtMs + 60 * MINUTE_MS);
    },
    { settleLease },
  );
});
