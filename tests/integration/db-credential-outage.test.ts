// What a holder does while the database's connections are cut: it is waited for, because one failed heartbeat ends a run.
import { heartbeatLease, releaseLease } from "../../db/repositories/credential-lease-calls.ts";
import { addCredentials, claimOf, lease, newKind, TTL_MS } from "../support/credential-leases.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";

const TIMEOUT_MS = 120_000;

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(async () => {
  await database?.drop();
});

const cutAll = async (): Promise<number> => {
  const [row] = await database.asOwner<{ cut: number }>(
    `SELECT count(pg_terminate_backend(pid))::int AS cut FROM pg_stat_activity
      WHERE datname = current_database() AND application_name = 'mosaic-api'`,
  );
  return row?.cut ?? 0;
};

test(
  "heartbeats and releases outlast connections that are cut under them",
  async () => {
    const api = await database.openAs("api", { poolMax: 20 });
    const kind = newKind();
    await addCredentials(api, kind, 10);
    const held = await Promise.all(Array.from({ length: 10 }, () => lease(api, kind)));
    let cuts = 0;
    for (let round = 0; round < 8; round += 1) {
      const beats = held.flatMap((each) =>
        Array.from({ length: 4 }, () => heartbeatLease(api, { ...claimOf(kind, each), leaseTtlMs: TTL_MS })),
      );
      cuts += await cutAll();
      expect((await Promise.all(beats)).filter((beat) => !beat.ok)).toEqual([]);
    }
    const releases = held.map((each) => releaseLease(api, claimOf(kind, each)));
    await cutAll();
    expect((await Promise.all(releases)).filter((release) => !release.ok)).toEqual([]);
    expect(cuts).toBeGreaterThan(8);
  },
  TIMEOUT_MS,
);
