// Tenants are isolated on every table in the catalogue: raw SQL with a service's own login reaches no row of another tenant.
import { randomUUID } from "node:crypto";
import type { Client } from "pg";
import { createTestDatabase, type TestDatabase } from "../../support/core/database.ts";
import { addPerson } from "../../support/people/people.ts";
import { TENANT_ROWS, type RowOwner, type TenantRow } from "../../support/core/tenant-rows.ts";

const ROLES = ["api", "worker"] as const;
type Role = (typeof ROLES)[number];
/** What administrators see of others, by separate policies. Reviewed by hand. */
const SEEN_BY_ADMINISTRATORS = ["agent_containers", "agent_users", "audit_events", "container_events"];
/** Their owner's tenant sees their rows too: tried in agents/db-agent-isolation.test.ts. */
const OF_AGENTS = ["agent_api_keys", "agent_users"];
const REFUSED = "42501";

let database: TestDatabase;
let tables: readonly string[];
let anna: RowOwner;
let bert: RowOwner;
const clients = new Map<Role, Client>();

beforeAll(async () => {
  database = await createTestDatabase();
  const api = await database.openAs("api");
  const person = async (): Promise<RowOwner> => ({ ...(await addPerson(api)), containerId: randomUUID() });
  [anna, bert] = [await person(), await person()];
  const found = await database.asOwner<{ name: string }>(
    `SELECT DISTINCT tablename AS name FROM pg_policies WHERE schemaname = 'mosaic' AND policyname = 'tenant' ORDER BY 1`,
  );
  tables = found.map(({ name }) => name).filter((name) => !OF_AGENTS.includes(name));
  for (const [, insert] of Object.entries(TENANT_ROWS)) {
    for (const owner of [anna, bert]) await database.asOwner(insert(owner).sql, insert(owner).parameters);
  }
  for (const role of ROLES) clients.set(role, await database.connectAs(role));
});
afterAll(async () => {
  await Promise.all([...clients.values()].map((client) => client.end()));
  await database.drop();
});

interface Attempt {
  readonly statement: TenantRow;
  readonly administrator?: boolean;
}

/** Rows that the statement reached as the role with Bert's tenant set, or the error's code. Everything is rolled back. */
async function attempt(role: Role, { statement, administrator = false }: Attempt): Promise<number | string> {
  const client = clients.get(role);
  if (client === undefined) throw new Error(`nobody is connected as ${role}`);
  await client.query("BEGIN");
  try {
    await client.query("SELECT set_config('mosaic.tenant', $1, true), set_config('mosaic.administrator', $2, true)", [
      ...[bert.tenant, administrator ? "on" : ""],
    ]);
    return (await client.query(statement.sql, [...statement.parameters])).rowCount ?? 0;
  } catch (error) {
    return String((error as { code?: string }).code);
  } finally {
    await client.query("ROLLBACK");
  }
}

const statement = (sql: string, ...parameters: unknown[]): Attempt => ({ statement: { sql, parameters } });

/** Columns of the table for which the role has the privilege. */
async function columnsFor(role: Role, table: string, privilege: "SELECT" | "INSERT" | "UPDATE"): Promise<string[]> {
  const rows = await database.asOwner<{ name: string }>(
    `SELECT attname AS name FROM pg_attribute WHERE attrelid = ('mosaic.' || $1)::regclass AND attnum > 0 AND NOT attisdropped
        AND has_column_privilege($2, attrelid, attnum, $3) ORDER BY attnum`,
    [table, `mosaic_${role}`, privilege],
  );
  return rows.map(({ name }) => name);
}

async function mayDelete(role: Role, table: string): Promise<boolean> {
  const sql = "SELECT has_table_privilege($1, ('mosaic.' || $2)::regclass, 'DELETE') AS may";
  return (await database.asOwner<{ may: boolean }>(sql, [`mosaic_${role}`, table]))[0]?.may === true;
}

test("administrators see beyond their tenant in these tables alone", async () => {
  const rows = await database.asOwner<{ name: string }>(
    `SELECT tablename AS name FROM pg_policies WHERE schemaname = 'mosaic' AND coalesce(qual, '') || coalesce(with_check, '')
       LIKE '%is_administrator%' ORDER BY 1`,
  );
  expect(rows.map(({ name }) => name)).toEqual(SEEN_BY_ADMINISTRATORS);
});

test("every table of tenants is tried", () => {
  expect(tables).toEqual(Object.keys(TENANT_ROWS).toSorted());
});

test("every table with a column that names a tenant has the policy, but for the definitions of system agents", async () => {
  const without = await database.asOwner<{ name: string }>(
    `SELECT table_name AS name FROM information_schema.columns WHERE table_schema = 'mosaic' AND column_name = 'tenant'
        AND table_name <> ALL ($1)`,
    [tables],
  );
  expect(without.map(({ name }) => name).toSorted()).toEqual([...OF_AGENTS, "system_containers"]);
});

describe.each(ROLES)("the %s, with another tenant set,", (role) => {
  test.each(Object.keys(TENANT_ROWS))("reads nothing of %s but its own", async (table) => {
    const readable = await columnsFor(role, table, "SELECT");
    const read = (tenant: string) => attempt(role, statement(`SELECT tenant FROM mosaic.${table} WHERE tenant = $1`, tenant));
    expect(await read(anna.tenant)).toBe(readable.includes("tenant") ? 0 : REFUSED);
    expect(await read(bert.tenant)).toBe(readable.includes("tenant") ? 1 : REFUSED);
    expect(await attempt(role, statement(`SELECT ${readable.join(", ")} FROM mosaic.${table}`))).toBe(1);
  });

  test.each(Object.keys(TENANT_ROWS))("changes and removes nothing of %s but its own", async (table) => {
    const changeable = await columnsFor(role, table, "UPDATE");
    for (const column of changeable) {
      const change = (tenant: string) =>
        attempt(role, statement(`UPDATE mosaic.${table} SET ${column} = ${column} WHERE tenant = $1`, tenant));
      expect([column, await change(anna.tenant)]).toEqual([column, 0]);
      expect([column, await change(bert.tenant)]).toEqual([column, 1]);
    }
    const give = attempt(role, statement(`UPDATE mosaic.${table} SET tenant = $1`, anna.tenant));
    expect(await give).toBe(REFUSED);
    const remove = await attempt(role, statement(`DELETE FROM mosaic.${table} WHERE tenant = $1`, anna.tenant));
    expect(remove).toBe((await mayDelete(role, table)) ? 0 : REFUSED);
  });

  test.each(Object.keys(TENANT_ROWS))("adds no row to %s for somebody else", async (table) => {
    const insert = TENANT_ROWS[table];
    if (insert === undefined) throw new Error(`there is no row for ${table}`);
    const fresh = { containerId: randomUUID() };
    // The same row for oneself shows that it is the tenant that is refused: it goes in, or another rule stops it.
    const insertable = await columnsFor(role, table, "INSERT");
    const named = /\(([^)]+)\)/.exec(insert(bert).sql)?.[1]?.split(", ") ?? [];
    const mayInsert = named.every((column) => insertable.includes(column));
    expect(await attempt(role, { statement: insert({ ...anna, ...fresh }) })).toBe(REFUSED);
    const ours = await attempt(role, { statement: insert({ ...bert, ...fresh }) });
    expect(ours === REFUSED).toBe(!mayInsert);
  });

  test("an administrator's transaction sees of others what A5 names, and no more", async () => {
    for (const table of tables) {
      const sql = `SELECT tenant FROM mosaic.${table} WHERE tenant = $1`;
      const seen = await attempt(role, { ...statement(sql, anna.tenant), administrator: true });
      const isShown = role === "api" && SEEN_BY_ADMINISTRATORS.includes(table);
      expect([table, seen]).toEqual([table, isShown ? 1 : 0]);
    }
  });

  test("an administrator's transaction changes nothing of others", async () => {
    for (const table of tables) {
      for (const column of await columnsFor(role, table, "UPDATE")) {
        const sql = `UPDATE mosaic.${table} SET ${column} = ${column} WHERE tenant = $1`;
        const changed = await attempt(role, { ...statement(sql, anna.tenant), administrator: true });
        expect([table, column, changed]).toEqual([table, column, 0]);
      }
    }
  });
});
