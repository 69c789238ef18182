// Row-level security below the application: raw SQL with a service's own login cannot reach another tenant.
import type { Client } from "pg";
import type { Database } from "../../../db/core/database.ts";
import { ensureContainerRow } from "../../../db/containers/containers.ts";
import { insertApiKey } from "../../../db/keys/api-keys.ts";
import { insertProvider } from "../../../db/providers/providers.ts";
import { createTestDatabase, type TestDatabase } from "../../support/core/database.ts";
import { addPerson, providerInput, type Person } from "../../support/people/people.ts";

let database: TestDatabase;
let api: Database;
let attacker: Client;
let anna: Person;
let bert: Person;
let annasProvider: string;

beforeAll(async () => {
  database = await createTestDatabase();
  api = await database.openAs("api");
  attacker = await database.connectAs("api");
  [anna, bert] = [await addPerson(api), await addPerson(api)];
  annasProvider = (await api.asTenant(anna.tenant, (tx) => insertProvider(tx, providerInput()))).id;
  await api.asTenant(anna.tenant, async (tx) => {
    await ensureContainerRow(tx);
    await insertApiKey(tx, { userId: anna.userId, name: "key", scopes: ["chat:send"], expiresAt: null });
  });
  await api.asTenant(bert.tenant, (tx) => insertProvider(tx, providerInput({ name: "berts" })));
});

afterAll(async () => {
  await attacker?.end();
  await database?.drop();
});

/** Runs a statement as the api with Bert's tenant set; everything is rolled back. */
async function asBert(statement: string, parameters: unknown[] = []): Promise<number> {
  await attacker.query("BEGIN");
  try {
    await attacker.query("SELECT set_config('mosaic.tenant', $1, true)", [bert.tenant]);
    return (await attacker.query(statement, parameters)).rowCount ?? 0;
  } finally {
    await attacker.query("ROLLBACK");
  }
}

const TENANT_TABLES = ["llm_providers", "user_agent_configs", "personal_api_keys", "agent_containers", "container_secrets"];

test.each(TENANT_TABLES)("rows of %s that belong to somebody else cannot be read", async (table) => {
  const column = table === "container_secrets" ? "container_id" : "tenant";
  expect(await database.asOwner(`SELECT 1 FROM mosaic.${table} WHERE tenant = $1`, [anna.tenant])).not.toHaveLength(0);
  expect(await asBert(`SELECT ${column} FROM mosaic.${table} WHERE tenant = $1`, [anna.tenant])).toBe(0);
});

test("rows of somebody else cannot be updated or deleted", async () => {
  expect(await asBert("UPDATE mosaic.llm_providers SET base_url = 'https://evil.test' WHERE id = $1", [annasProvider])).toBe(0);
  expect(await asBert("DELETE FROM mosaic.llm_providers WHERE id = $1", [annasProvider])).toBe(0);
  expect(await asBert("UPDATE mosaic.personal_api_keys SET revoked_at = now() WHERE tenant = $1", [anna.tenant])).toBe(0);
});

test("nothing can be read without a tenant", async () => {
  for (const table of TENANT_TABLES) {
    const { rows } = await attacker.query<{ n: number }>(`SELECT count(tenant)::int AS n FROM mosaic.${table}`);
    expect(rows).toEqual([{ n: 0 }]);
  }
});

test("a row for another tenant cannot be inserted", async () => {
  const insert = asBert(
    `INSERT INTO mosaic.llm_providers (id, tenant, name, display_name, type, base_url, api_type, models, is_active)
     VALUES (gen_random_uuid(), $1, 'x', 'x', 'custom', 'https://x.test', 'ollama', '[]', true)`,
    [anna.tenant],
  );
  await expect(insert).rejects.toMatchObject({ code: "42501" });
});

test("an own row cannot be given to another tenant", async () => {
  await expect(asBert("UPDATE mosaic.llm_providers SET tenant = $1", [anna.tenant])).rejects.toMatchObject({ code: "42501" });
});

test("an upsert onto another tenant's row is refused", async () => {
  const upsert = asBert(
    `INSERT INTO mosaic.user_agent_configs (tenant, personality) VALUES ($1, 'evil')
     ON CONFLICT (tenant) DO UPDATE SET personality = excluded.personality`,
    [anna.tenant],
  );
  await expect(upsert).rejects.toMatchObject({ code: "42501" });
});

test("another tenant's provider cannot be referenced", async () => {
  const reference = asBert("UPDATE mosaic.user_agent_configs SET provider_id = $1", [annasProvider]);
  await expect(reference).rejects.toMatchObject({ code: "23503" });
});

test("an API key cannot be made for another user", async () => {
  const insert = asBert(
    `INSERT INTO mosaic.personal_api_keys (id, tenant, user_id, key_id, name, hash, last_four, scopes)
     VALUES (gen_random_uuid(), $1, $2, 'mpk_x', 'x', '\\x00', '', '{}')`,
    [bert.tenant, anna.userId],
  );
  await expect(insert).rejects.toMatchObject({ code: "42501" });
});

test.each([
  ["ALTER TABLE mosaic.llm_providers DISABLE ROW LEVEL SECURITY", "42501"],
  ["ALTER TABLE mosaic.llm_providers NO FORCE ROW LEVEL SECURITY", "42501"],
  ["DROP POLICY tenant ON mosaic.llm_providers", "42501"],
  ["TRUNCATE mosaic.llm_providers", "42501"],
  ["SET ROLE mosaic_fleet", "42501"],
  ["SET ROLE mosaic_auth", "42501"],
  ["SET ROLE mosaic_root", "42501"],
  ["SET SESSION AUTHORIZATION mosaic_root", "42501"],
  ["CREATE TEMP TABLE t (x int)", "42501"],
  ["CREATE TABLE public.t (x int)", "42501"],
  ["CREATE OR REPLACE FUNCTION mosaic.tenant() RETURNS text LANGUAGE sql AS $$ SELECT 'x' $$", "42501"],
  ["COPY mosaic.llm_providers TO PROGRAM 'cat'", "42501"],
  ["SELECT password_hash FROM mosaic.local_passwords", "42501"],
  ["SELECT agent_token FROM mosaic.container_secrets", "42501"],
  ["UPDATE mosaic.audit_events SET action = 'x'", "42501"],
  ["DELETE FROM mosaic.audit_events", "42501"],
  ["SELECT * FROM mosaic.outbox", "42501"],
  ["SELECT * FROM mosaic.migrations", "42501"],
])("the api may not: %s", async (statement, code) => {
  await expect(asBert(statement)).rejects.toMatchObject({ code });
});

test("the audit log is empty for a transaction that does not say it acts for an administrator", async () => {
  await database.asOwner(
    `INSERT INTO mosaic.audit_events (id, actor_kind, actor_id, action, target_kind, target_id, outcome, detail)
     VALUES (gen_random_uuid(), 'human', $1, 'session.create', 'session', $1, 'success', '{}')`,
    [anna.userId],
  );
  expect(await database.asOwner("SELECT 1 FROM mosaic.audit_events")).not.toHaveLength(0);
  expect(await asBert("SELECT * FROM mosaic.audit_events")).toBe(0);
});

test("row_security = off makes a statement fail instead of seeing more", async () => {
  await attacker.query("SET row_security = off");
  try {
    await expect(asBert("SELECT * FROM mosaic.llm_providers")).rejects.toMatchObject({ code: "42501" });
  } finally {
    await attacker.query("RESET row_security");
  }
});

test("the worker may not call the look-ups, and neither may the fleet role", async () => {
  for (const role of ["worker", "fleet"] as const) {
    const other = await database.openAs(role);
    await expect(other.call("auth.password_login", [anna.username])).rejects.toMatchObject({ sqlState: "42501" });
  }
});

test("the fleet role sees every container but no secret, provider or person", async () => {
  const fleet = await database.openAs("fleet");
  const tenants = await fleet.globally((tx) => tx.sql<{ tenant: string }>("SELECT tenant FROM mosaic.agent_containers"));
  expect(tenants).toContainEqual({ tenant: anna.tenant });
  for (const table of [
    "container_secrets",
    "llm_providers",
    "user_agent_configs",
    "personal_api_keys",
    "users",
    "crypto_keys",
  ]) {
    await expect(fleet.globally((tx) => tx.sql(`SELECT 1 FROM mosaic.${table}`))).rejects.toMatchObject({ sqlState: "42501" });
  }
  await expect(fleet.globally((tx) => tx.sql("SELECT sealed FROM mosaic.system_config"))).rejects.toMatchObject({
    sqlState: "42501",
  });
  await expect(fleet.globally((tx) => tx.sql("UPDATE mosaic.agent_containers SET status = 'error'"))).rejects.toMatchObject({
    sqlState: "42501",
  });
});
