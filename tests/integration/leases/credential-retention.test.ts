// The hourly removal of what the broker kept long enough, in skipped time over the real Postgres.
import { randomUUID } from "node:crypto";
import { useLeases } from "../../support/leases/lease-world.ts";

const MINUTE_MS = 60_000;

const world = useLeases();

const DAY_MS = 24 * 60 * MINUTE_MS;
const run = () =>
  world.working(() =>
    world.environment.client.workflow.execute<() => Promise<Record<string, number>>>("credentialRetention", {
      workflowId: randomUUID(),
      taskQueue: world.taskQueue,
    }),
  );

test("lease events go after 2 days and admin events after 30, in batches, again at once while one is full", async () => {
  for (const table of ["credential_lease_events", "credential_admin_events"]) {
    await world.database.asOwner(`DELETE FROM mosaic.${table}`);
  }
  const nowMs = await world.environment.currentTimeMs();
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
});

test("delivered messages about leases go after a day; those of containers and unsent ones stay", async () => {
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
});

test("ids of requests that were served go after 30 days, in batches of their own", async () => {
  const nowMs = await world.environment.currentTimeMs();
  const claim = (days: number, first: number, count: number) =>
    world.database.asOwner(
      `INSERT INTO mosaic.credential_proof_requests (request_id, kind, owner_id, credential_id, claimed_at)
         SELECT lpad(to_hex(n), 64, '0'), 'old', 'a', gen_random_uuid(),
                to_timestamp($1::double precision / 1000) - interval '1 minute' FROM generate_series($2::int, $3::int) n`,
      [nowMs - days * DAY_MS, first, first + count - 1],
    );
  await claim(30, 1, 300);
  await claim(29, 1_000, 5);
  expect(await run()).toMatchObject({ proofRequests: 300 });
  expect(world.calls["purgeCredentialBatch"]).toBe(2);
  expect(await world.database.asOwner("SELECT count(*)::integer AS count FROM mosaic.credential_proof_requests")).toEqual([
    { count: 5 },
  ]);
});
