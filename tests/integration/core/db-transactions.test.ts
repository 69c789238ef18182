// The transaction wrapper: the tenant never leaks between pooled connections, and failures have one clear form.
import { EventEmitter, once } from "node:events";
import { openDatabase, type Sql } from "../../../db/core/database.ts";
import { insertProvider, listProviders } from "../../../db/providers/providers.ts";
import { parseRootKey } from "../../../adapters/crypto/root-key.ts";
import { addPerson, providerInput } from "../../support/people/people.ts";
import { waitFor } from "../../support/core/wait-for.ts";
import { useDatabase, useService } from "../../support/core/database.ts";

const WAIT_MS = 25_000;

const database = useDatabase();
const api = useService(database, "api", { poolMax: 2 });

test("300 interleaved transactions on two connections, some rolled back, see no foreign row", async () => {
  const people = [await addPerson(api), await addPerson(api), await addPerson(api)];
  for (const person of people) await api.asTenant(person.tenant, (tx) => insertProvider(tx, providerInput({ name: "p" })));

  const seen = await Promise.all(
    Array.from({ length: 300 }, async (_, turn) => {
      const person = people[turn % 4];
      const read = async (tx: { sql: Sql }) => tx.sql<{ tenant: string }>("SELECT tenant FROM mosaic.llm_providers");
      if (person === undefined) return { expected: [], rows: await api.globally(read) };
      let rows: { tenant: string }[] = [];
      const work = api.asTenant(person.tenant, async (tx) => {
        rows = await read(tx);
        if (turn % 5 === 0) throw new Error("rolled back on purpose");
      });
      await work.catch((error: unknown) => {
        if (!(error instanceof Error) || error.message !== "rolled back on purpose") throw error;
      });
      return { expected: [{ tenant: person.tenant }], rows };
    }),
  );

  expect(seen).toHaveLength(300);
  for (const { expected, rows } of seen) expect(rows).toEqual(expected);
});

test("what the ORM reads is bound by the tenant as well", async () => {
  const [anna, bert] = [await addPerson(api), await addPerson(api)];
  await api.asTenant(anna.tenant, (tx) => insertProvider(tx, providerInput()));
  expect(await api.asTenant(bert.tenant, (tx) => listProviders(tx))).toEqual([]);
});

test("a failed transaction leaves nothing behind", async () => {
  const person = await addPerson(api);
  const failing = api.asTenant(person.tenant, async (tx) => {
    await insertProvider(tx, providerInput());
    throw new Error("after the insertion");
  });
  await expect(failing).rejects.toThrow("after the insertion");
  expect(await api.asTenant(person.tenant, (tx) => listProviders(tx))).toEqual([]);
});

test("an error of Postgres names its state and repeats neither statement nor values", async () => {
  const failing = api.globally((tx) =>
    tx.em
      .getConnection()
      .execute("select 'sk-canary-4711' as secret, missing_column from mosaic.users", [], "all", tx.em.getTransactionContext()),
  );
  const error: unknown = await failing.catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ name: "DatabaseError", sqlState: "42703" });
  expect(JSON.stringify(error, Object.getOwnPropertyNames(error)) + String(error)).not.toContain("canary");
});

test("a full pool answers DATABASE_UNAVAILABLE while it is full, instead of waiting for a place", async () => {
  // With the deadline of the product, which opening it has as well: on a busy machine it may take another try.
  const open = () => openDatabase({ url: database.ownerUrl, role: "api", rootKey: database.rootKey, poolMax: 1 });
  const busy = await waitFor(open, { timeoutMs: 50_000, what: "it is opened" });
  const gate = new EventEmitter();
  const held = once(gate, "held");
  const holder = busy.globally(async () => {
    const released = once(gate, "release");
    gate.emit("held");
    await released;
  });
  await held;
  await expect(busy.globally((tx) => tx.sql("SELECT 1"))).rejects.toMatchObject({ code: "DATABASE_UNAVAILABLE" });
  gate.emit("release");
  await holder;
  await busy.close();
});

test("a statement that takes too long is ended", async () => {
  // Opening it takes statements too.
  const hasty = await database.openAs("api", { statementTimeoutMs: 5_000 });
  await expect(hasty.globally((tx) => tx.sql("SELECT pg_sleep(50)"))).rejects.toMatchObject({ sqlState: "57014" });
});

test("a server that is not there is DATABASE_UNAVAILABLE", async () => {
  const url = new URL(database.ownerUrl);
  url.port = "1";
  await expect(openDatabase({ url: url.href, role: "api", rootKey: database.rootKey })).rejects.toMatchObject({
    code: "DATABASE_UNAVAILABLE",
  });
});

test("a wrong root key cannot log in and is told so in one line", async () => {
  const opening = openDatabase({ url: database.ownerUrl, role: "api", rootKey: parseRootKey("w".repeat(32)) });
  await expect(opening).rejects.toMatchObject({
    code: "CONFIG_INVALID",
    message: expect.stringMatching(/^[^\n]*MOSAIC_SECRET_KEY[^\n]*$/),
  });
});

test.each([
  ["is a superuser", "ALTER ROLE $login SUPERUSER", "ALTER ROLE $login NOSUPERUSER"],
  ["bypasses row-level security", "ALTER ROLE $login BYPASSRLS", "ALTER ROLE $login NOBYPASSRLS"],
  ["owns a table", "ALTER TABLE mosaic.engines OWNER TO $login", "ALTER TABLE mosaic.engines OWNER TO CURRENT_USER"],
  ["may become the owner of the tables", "GRANT mosaic_root TO $login", "REVOKE mosaic_root FROM $login"],
])("a login that %s is refused", async (_, change, undo) => {
  const [login] = await database.asOwner<{ name: string }>("SELECT quote_ident(current_database() || '_worker_login') AS name");
  await database.asOwner(change.replace("$login", login?.name ?? ""));
  try {
    await expect(database.openAs("worker")).rejects.toMatchObject({ code: "CONFIG_INVALID" });
  } finally {
    await database.asOwner(undo.replace("$login", login?.name ?? ""));
  }
});

describe("listening", () => {
  test("payloads reach the listeners of their channel after the commit, and ended listeners no more", async () => {
    const heard: string[] = [];
    const end = await api.listen("mosaic_container_changed", (payload) => heard.push(payload));
    await api.globally((tx) => tx.sql("SELECT pg_notify('mosaic_container_changed', 'human:x')"));
    await waitFor(() => heard.includes("human:x"), { timeoutMs: WAIT_MS, what: "the notification arrives" });
    await end();
    const second: string[] = [];
    await api.listen("mosaic_outbox", (payload) => second.push(payload));
    await api.globally((tx) => tx.sql("SELECT pg_notify('mosaic_container_changed', 'late'), pg_notify('mosaic_outbox', 'b')"));
    await waitFor(() => second.includes("b"), { timeoutMs: WAIT_MS, what: "the second notification arrives" });
    expect(heard).toEqual(["human:x"]);
  });

  test("after the connection was cut, every listener is called once with an empty payload and hears again", async () => {
    const listening = await database.openAs("worker");
    const [first, second]: [string[], string[]] = [[], []];
    await listening.listen("mosaic_outbox", (payload) => first.push(payload));
    await listening.listen("mosaic_engine_changed", (payload) => second.push(payload));
    await database.asOwner(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
        WHERE datname = current_database() AND usename = current_database() || '_worker_login' AND application_name = ''`,
    );
    await waitFor(() => first.length > 0 && second.length > 0, { timeoutMs: WAIT_MS, what: "both listeners are called" });
    await listening.globally((tx) => tx.sql("SELECT pg_notify('mosaic_outbox', 'again')"));
    await waitFor(() => first.includes("again"), { timeoutMs: WAIT_MS, what: "the listener hears again" });
    expect([first, second]).toEqual([["", "again"], [""]]);
  });
});

test("ping fails in time when all connections are busy, and passes otherwise", async () => {
  const busy = await database.openAs("api", { poolMax: 1 });
  await busy.ping(WAIT_MS);
  await busy.globally(async () => {
    await expect(busy.ping(100)).rejects.toMatchObject({ code: "DATABASE_UNAVAILABLE" });
  });
});
