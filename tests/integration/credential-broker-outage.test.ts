// What holders of leases notice of a database that is away for a moment: nothing, because one failed heartbeat ends a run.
import { randomUUID } from "node:crypto";
import { insertBrokerKey } from "../../db/repositories/credential-broker-keys.ts";
import { claimOf, startTestBroker, type BrokerClient, type Lease, type TestBroker } from "../support/credential-broker.ts";
import { startCuttableProxy, type CuttableProxy } from "../support/cuttable-proxy.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { waitFor } from "../support/wait-for.ts";

const TIMEOUT_MS = 120_000;
/** How long published clients wait for an answer. */
const CLIENT_PATIENCE_MS = 15_000;
const HOLDERS = 15;

let database: TestDatabase;
let proxy: CuttableProxy;
let running: TestBroker;
let broker: BrokerClient;
let managedKey: string;
/** Taken before any outage. */
let held: Lease[];

beforeAll(async () => {
  database = await createTestDatabase();
  const server = new URL(database.ownerUrl);
  proxy = await startCuttableProxy({ host: server.hostname, port: Number(server.port) });
  const throughProxy = new URL(server);
  throughProxy.host = `127.0.0.1:${proxy.port}`;
  running = await startTestBroker(database, {
    env: { DATABASE_URL: throughProxy.href },
    // The product's own deadlines: this is about them.
    database: {},
  });
  ({ broker } = running);
  const ci = { name: "runners", role: "ci", kinds: null, createdBy: randomUUID(), expiresAt: null } as const;
  const { key } = await (await database.openAs("api")).globally((tx) => insertBrokerKey(tx, ci));
  managedKey = key.reveal();
  held = await hold(HOLDERS);
}, TIMEOUT_MS);

afterAll(async () => {
  await running?.api.close();
  await proxy?.cut();
  await database?.drop();
});

const hold = async (count: number): Promise<Lease[]> => {
  const kind = `kind-${randomUUID().slice(0, 8)}`;
  await broker.add(kind, count);
  const leases = await Promise.all(Array.from({ length: count }, (_, index) => broker.acquire(kind, `owner-${index}`)));
  return leases.map(claimOf);
};

/** As the published clients call: with their deadline, and nothing is tried again. */
const once = (path: string, body: unknown, secret?: string) =>
  broker.codeOf(path, body, {
    signal: AbortSignal.timeout(CLIENT_PATIENCE_MS),
    ...(secret === undefined ? {} : { authorization: `Bearer ${secret}` }),
  });

const OK = [200, "ok"];
const AWAY = [503, "DATABASE_UNAVAILABLE"];

test(
  "heartbeats and releases outlast connections that are cut under them",
  async () => {
    const ten = held.slice(5);
    const cutAll = async (): Promise<number> => {
      const [row] = await database.asOwner<{ cut: number }>(
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
    await proxy.cut();
    const waiting = Promise.all([
      once("/heartbeat", first),
      once("/heartbeat", second, managedKey),
      once("/release", third),
      once("/release", fourth, managedKey),
    ]);
    // The callers who may try again are told so: only then is the database back.
    const refused = await once("/acquire", { kind: "any", ownerId: "o", actorRole: "ci" });
    await proxy.heal();
    expect(refused).toEqual(AWAY);
    expect(await waiting).toEqual([OK, OK, OK, OK]);
  },
  TIMEOUT_MS,
);

test(
  "a database that stays silent is answered for before the client gives up, and the lease is as it was",
  async () => {
    const claim = held[4];
    proxy.hold();
    expect(await once("/heartbeat", claim)).toEqual(AWAY);
    await proxy.heal();
    await waitFor(async () => (await once("/heartbeat", claim))[1] === "ok", { timeoutMs: 60_000, what: "it is back" });
    expect(await once("/release", claim)).toEqual(OK);
  },
  TIMEOUT_MS,
);
