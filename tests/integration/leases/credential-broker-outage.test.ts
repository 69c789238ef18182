// What holders of leases notice of a database that is away for a moment: nothing, because one failed heartbeat ends a run.
import { randomUUID } from "node:crypto";
import { PATIENCE_MS } from "../../../api/leases/patience.ts";
import { insertBrokerKey } from "../../../db/leases/credential-broker-keys.ts";
import { claimOf, startTestBroker, type Lease } from "../../support/leases/credential-broker.ts";
import { startCuttableProxy } from "../../support/core/cuttable-proxy.ts";
import { createTestDatabase } from "../../support/core/database.ts";
import { waitFor } from "../../support/core/wait-for.ts";
import { newKind } from "../../support/leases/credential-leases.ts";
import { useWorld } from "../../support/core/use-world.ts";

const TIMEOUT_MS = 240_000;
/** How long published clients wait for an answer. */
const CLIENT_PATIENCE_MS = 15_000;
const HOLDERS = 15;

const world = useWorld(async (ends) => {
  const database = ends.adopt(await createTestDatabase(), ({ drop }) => drop());
  const server = new URL(database.ownerUrl);
  const target = { host: server.hostname, port: Number(server.port) };
  const proxy = ends.adopt(await startCuttableProxy(target), ({ cut }) => cut());
  const throughProxy = new URL(server);
  throughProxy.host = `127.0.0.1:${proxy.port}`;
  const { api, broker } = await startTestBroker(database, {
    env: { DATABASE_URL: throughProxy.href },
    // The product's own deadlines: this is about them.
    database: {},
  });
  ends.defer(api.close);
  const ci = { name: "runners", role: "ci", kinds: null, createdBy: randomUUID(), expiresAt: null } as const;
  const { key } = await (await database.openAs("api")).globally((tx) => insertBrokerKey(tx, ci));
  return { database, proxy, broker, managedKey: key.reveal() };
});
/** Taken before any outage. */
let held: Lease[];
beforeAll(async () => {
  held = await hold(HOLDERS);
});

const hold = async (count: number): Promise<Lease[]> => {
  const kind = newKind();
  await world.broker.add(kind, count);
  const leases = await Promise.all(Array.from({ length: count }, (_, index) => world.broker.acquire(kind, `owner-${index}`)));
  return leases.map(claimOf);
};

/** Nothing is tried again, as by the published clients. */
const once = (path: string, body: unknown, secret?: string) =>
  world.broker.codeOf(path, body, secret === undefined ? {} : { authorization: `Bearer ${secret}` });

const OK = [200, "ok"];
const AWAY = [503, "DATABASE_UNAVAILABLE"];

test(
  "heartbeats and releases outlast connections that are cut under them",
  async () => {
    const ten = held.slice(5);
    const cutAll = async (): Promise<number> => {
      const [row] = await world.database.asOwner<{ cut: number }>(
        `SELECT count(pg_terminate_backend(pid))::int AS cut FROM pg_stat_activity
          WHERE datname = current_database() AND application_name = 'mosaic-api'`,
      );
      return row?.cut ?? 0;
    };
    let cuts = 0;
    for (let round = 0; round < 8; round += 1) {
      const beats = ten.flatMap((claim) => Array.from({ length: 4 }, () => once("/heartbeat", claim)));
      cuts += await cutAll();
      expect((await Promise.all(beats)).filter(([, code]) => code !== "ok")).toEqual([]);
    }
    const releases = ten.map((claim) => once("/release", claim));
    cuts += await cutAll();
    expect((await Promise.all(releases)).filter(([, code]) => code !== "ok")).toEqual([]);
    expect(cuts).toBeGreaterThan(8);
  },
  TIMEOUT_MS,
);

test(
  "while the database restarts a heartbeat and a release are waited with, by whatever secret; an acquire is answered",
  async () => {
    // Each its own lease: the order in which waiting requests arrive is anybody's guess.
    const [first, second, third, fourth] = held;
    await world.proxy.cut();
    const waiting = Promise.all([
      once("/heartbeat", first),
      once("/heartbeat", second, world.managedKey),
      once("/release", third),
      once("/release", fourth, world.managedKey),
    ]);
    // The callers who may try again are told so: only then is the database back.
    const refused = await once("/acquire", { kind: "any", ownerId: "o", actorRole: "ci" });
    await world.proxy.heal();
    expect(refused).toEqual(AWAY);
    expect(await waiting).toEqual([OK, OK, OK, OK]);
  },
  TIMEOUT_MS,
);

test(
  "a database that stays silent is answered for before the client gives up, and the lease is as it was",
  async () => {
    const claim = held[4];
    world.proxy.hold();
    expect(await once("/heartbeat", claim)).toEqual(AWAY);
    expect(PATIENCE_MS).toBeLessThan(CLIENT_PATIENCE_MS);
    await world.proxy.heal();
    await waitFor(async () => (await once("/heartbeat", claim))[1] === "ok", { timeoutMs: 60_000, what: "it is back" });
    expect(await once("/release", claim)).toEqual(OK);
  },
  TIMEOUT_MS,
);
