// What the connections to Postgres do while it cannot be reached, and afterwards.
import { parseRootKey } from "../../../adapters/crypto/root-key.ts";
import { openDatabase, type Database } from "../../../db/core/database.ts";
import { startCuttableProxy, type CuttableProxy } from "../../support/core/cuttable-proxy.ts";
import { waitFor } from "../../support/core/wait-for.ts";
import { useDatabase } from "../../support/core/database.ts";

const TIMEOUT_MS = 120_000;
/** Long for a machine that stands still, short for those who wait for an outage. */
const LIMITS = { statementTimeoutMs: 5_000, connectTimeoutMs: 5_000 } as const;
const CHANNEL = "test_channel";
const POOL_MAX = 3;

const database = useDatabase();
let proxy: CuttableProxy;
let db: Database;

beforeEach(async () => {
  const url = new URL(database.ownerUrl);
  proxy = await startCuttableProxy({ host: url.hostname, port: Number(url.port) });
  url.port = String(proxy.port);
  const rootKey = parseRootKey(database.rootKeyText);
  db = await openDatabase({ url: url.href, role: "api", rootKey, poolMax: POOL_MAX, ...LIMITS });
});
afterEach(async () => {
  await proxy.cut();
  // Also without Postgres it comes to an end.
  await db.close();
});

const ask = (): Promise<unknown> => db.globally((tx) => tx.sql("SELECT 1"));
const askTogether = (count: number) => Promise.allSettled(Array.from({ length: count }, ask));
const codesOf = (settled: readonly PromiseSettledResult<unknown>[]) =>
  settled.map((one) => (one.status === "rejected" ? one.reason.code : "answered"));

describe("a Postgres that refuses connections", () => {
  test("is told as unavailable, and used again as soon as it is back", async () => {
    await askTogether(5);
    await proxy.cut();
    expect(codesOf(await askTogether(5))).toEqual(Array.from({ length: 5 }, () => "DATABASE_UNAVAILABLE"));
    await proxy.heal();
    expect(codesOf(await askTogether(5))).toEqual(Array.from({ length: 5 }, () => "answered"));
  });

  test("keeps nobody from listening, who hears as soon as it is back", async () => {
    await proxy.cut();
    const heard: string[] = [];
    const end = await db.listen(CHANNEL, (payload) => heard.push(payload));
    expect(db.isListening()).toBe(false);
    await proxy.heal();
    await waitFor(() => heard.includes(""), { timeoutMs: TIMEOUT_MS / 2, what: "the listener is there" });
    await database.asOwner(`NOTIFY ${CHANNEL}, 'after'`);
    await waitFor(() => heard.includes("after"), { timeoutMs: TIMEOUT_MS / 2, what: "it hears" });
    expect(heard).toEqual(["", "after"]);
    expect(db.isListening()).toBe(true);
    await end();
  });

  test("costs no connection, whether it goes before a transaction or within: the pool outlives any number of outages", async () => {
    for (let outage = 0; outage < 2 * POOL_MAX; outage += 1) {
      await ask();
      const within = db.globally(async (tx) => {
        await proxy.cut();
        await tx.sql("SELECT 1");
      });
      await expect(within).rejects.toMatchObject({ code: "DATABASE_UNAVAILABLE" });
      await proxy.heal();
      await ask();
      await proxy.cut();
      await expect(ask()).rejects.toMatchObject({ code: "DATABASE_UNAVAILABLE" });
      await proxy.heal();
    }
    expect(codesOf(await askTogether(2 * POOL_MAX))).toEqual(Array.from({ length: 2 * POOL_MAX }, () => "answered"));
  });
});

describe("a Postgres behind a network that swallows everything", () => {
  test(
    "is told as unavailable, and no connection that fell silent is used again",
    async () => {
      await askTogether(5);
      proxy.hold();
      expect(codesOf(await askTogether(5))).toEqual(Array.from({ length: 5 }, () => "DATABASE_UNAVAILABLE"));
      await proxy.heal();
      expect(codesOf(await askTogether(5))).toEqual(Array.from({ length: 5 }, () => "answered"));
    },
    TIMEOUT_MS,
  );

  test(
    "loses its listeners, who notice, come back, and are told that they may have missed something",
    async () => {
      const heard: string[] = [];
      await db.listen(CHANNEL, (payload) => heard.push(payload));
      proxy.hold();
      await proxy.heal();
      await waitFor(() => heard.includes(""), { timeoutMs: TIMEOUT_MS / 2, what: "the listener is back" });
      await database.asOwner(`NOTIFY ${CHANNEL}, 'after'`);
      await waitFor(() => heard.includes("after"), { timeoutMs: TIMEOUT_MS / 2, what: "it hears again" });
      expect(heard).toEqual(["", "after"]);
    },
    TIMEOUT_MS,
  );
});

test(
  "outages in a row leave no connection and no listener behind",
  async () => {
    const heard: string[] = [];
    await db.listen(CHANNEL, (payload) => heard.push(payload));
    // The last one is the silent one: nobody else closes its connections.
    for (const outage of ["cut", "hold", "cut", "hold"] as const) {
      await askTogether(2 * POOL_MAX);
      await proxy[outage]();
      expect(codesOf(await askTogether(2 * POOL_MAX))).toEqual(
        Array.from({ length: 2 * POOL_MAX }, () => "DATABASE_UNAVAILABLE"),
      );
      await proxy.heal();
    }
    expect(codesOf(await askTogether(2 * POOL_MAX))).toEqual(Array.from({ length: 2 * POOL_MAX }, () => "answered"));
    const notify = (payload: string) => database.asOwner(`NOTIFY ${CHANNEL}, '${payload}'`);
    const hears = async (payload: string): Promise<boolean> => {
      await notify(payload);
      return heard.includes(payload);
    };
    await waitFor(() => hears("again"), { timeoutMs: TIMEOUT_MS, what: "the listener is back" });
    await waitFor(() => proxy.connections() <= POOL_MAX + 1, {
      timeoutMs: TIMEOUT_MS / 2,
      what: "the pool and one listener are all that is connected",
    });
    await notify("once");
    await waitFor(() => hears("end"), { timeoutMs: TIMEOUT_MS / 2, what: "it hears what came after" });
    expect(heard.filter((payload) => payload === "once")).toEqual(["once"]);
  },
  2 * TIMEOUT_MS,
);
