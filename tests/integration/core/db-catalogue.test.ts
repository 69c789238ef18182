// The catalogue as it really is: no table without protection, no function open to the public, no login with power.
import { MikroORM } from "@mikro-orm/postgresql";
import { ENTITIES } from "../../../db/entities.ts";
import { migrate } from "../../../db/core/migrate.ts";
import { ormOptions } from "../../../db/core/orm.ts";
import { useDatabase } from "../../support/core/database.ts";

/**
 * Tables without row-level security, and why. Adding one here is a decision: only grants and the queries protect it; what is
 * secret in them has its readers in db-secret-columns.test.ts.
 */
const GLOBAL_TABLES: Readonly<Record<string, string>> = {
  authority: "What the codes of the api are checked against; no service may read it.",
  breakglass_users: "A sign-in looks a user name up before anybody is known; the hash is read by the look-up alone.",
  credential_admin_events: "The broker's pools belong to the installation, not to a tenant; no payload in it.",
  credential_broker_keys: "The broker's, like its pools; hashes only.",
  credential_kinds: "The broker's limits.",
  credential_lease_events: "The broker's timeline; no payload in it.",
  credential_proof_requests: "The broker's: which request was served already.",
  credential_waiters: "The broker's queue.",
  crypto_keys: "The installation's, wrapped by the root key.",
  engines: "The machines that containers run on; no tenant's data.",
  invites: "Made by administrators for people who are nobody's tenant yet; hashes only.",
  local_passwords: "As breakglass_users.",
  migrations: "The migrator's alone; no service may read it.",
  oidc_sign_ins: "Sign-ins under way, before it is known whose; sealed.",
  qa_credential_payload_chunks: "The broker's payloads, sealed; the api alone reads them.",
  qa_credentials: "The broker's pools.",
  registered_agent_secrets: "Tokens of gateways outside, sealed; the api alone reads them.",
  registered_agents: "Agents that run elsewhere, which administrators register; who may use one is in its row.",
  sessions: "Found by the hash of their token before the tenant is known; hashes only.",
  sign_in_budgets: "As sign_in_failures.",
  sign_in_failures: "Counted by a keyed hash of name and address, known to be somebody's or not.",
  sign_in_places: "As sign_in_failures: a keyed hash of name and network.",
  system_config: "The installation's settings; secrets sealed.",
  system_containers: "Definitions of system agents, which administrators make; what they use is in their tenant's tables.",
  team_members: "People who work together see each other; the queries bind them to the workspace.",
  teams: "As team_members.",
  user_deactivations: "What administrators did with an account; no content.",
  user_identities: "Who is whom at the identity provider; the subject is read by the look-up of a sign-in alone.",
  users: "Administrators manage accounts: name, address, role, no content.",
  workspace_members: "As team_members.",
  workspaces: "As team_members.",
};

const database = useDatabase();

test("every table has row-level security enabled and forced, or is on the list of global tables", async () => {
  const open = await database.asOwner<{ name: string }>(
    `SELECT relname AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname NOT LIKE 'pg_toast%' AND c.relkind IN ('r', 'p', 'v', 'm')
        AND NOT (c.relrowsecurity AND c.relforcerowsecurity) ORDER BY 1`,
  );
  expect(open.map((row) => row.name)).toEqual(Object.keys(GLOBAL_TABLES));
});

test("every table with a tenant column is private or fleet, but for the definitions of system agents", async () => {
  const unprotected = await database.asOwner<{ name: string }>(
    `SELECT table_name AS name FROM information_schema.columns c
      WHERE table_schema = 'mosaic' AND column_name = 'tenant'
        AND NOT EXISTS (SELECT 1 FROM pg_policies p WHERE p.schemaname = 'mosaic' AND p.tablename = c.table_name AND p.policyname = 'tenant')`,
  );
  expect(unprotected).toEqual([{ name: "system_containers" }]);
});

test("functions of schema auth pin their search path, run as mosaic_auth, and are the api's alone", async () => {
  const functions = await database.asOwner<{ name: string; owner: string; definer: boolean; config: string[]; acl: string }>(
    `SELECT proname AS name, pg_get_userbyid(proowner) AS owner, prosecdef AS definer, proconfig AS config, proacl::text AS acl
       FROM pg_proc WHERE pronamespace = 'auth'::regnamespace ORDER BY 1`,
  );
  expect(functions).toHaveLength(25);
  for (const found of functions) {
    expect(found).toMatchObject({ owner: "mosaic_auth", definer: true, config: ["search_path=pg_catalog, pg_temp"] });
    expect(found.acl).toBe("{mosaic_auth=X/mosaic_auth,mosaic_api=X/mosaic_auth}");
  }
});

test("the services' logins have no attribute of power and own nothing", async () => {
  const logins = await database.asOwner<{ name: string }>(
    `SELECT rolname AS name FROM pg_roles r WHERE (rolname LIKE current_database() || '\\_%' OR rolname IN ('mosaic_api', 'mosaic_worker', 'mosaic_fleet'))
        AND NOT rolsuper AND NOT rolbypassrls AND NOT rolcreaterole AND NOT rolcreatedb AND NOT rolreplication
        AND NOT EXISTS (SELECT 1 FROM pg_class WHERE relowner = r.oid)`,
  );
  expect(logins).toHaveLength(6);
});

test("the public may neither connect nor use any schema of ours", async () => {
  const [row] = await database.asOwner(
    `SELECT has_database_privilege('pg_monitor', current_database(), 'CONNECT') AS connect,
            has_database_privilege('pg_monitor', current_database(), 'TEMP') AS temp,
            has_schema_privilege('pg_monitor', 'mosaic', 'USAGE') AS mosaic, has_schema_privilege('pg_monitor', 'public', 'USAGE') AS public`,
  );
  expect(row).toEqual({ connect: false, temp: false, mosaic: false, public: false });
});

test("entities and migrated tables have the same columns", async () => {
  const found = await database.asOwner<{ column: string; type: string; nullable: boolean }>(
    `SELECT table_name || '.' || column_name AS column, is_nullable = 'YES' AS nullable,
            CASE data_type WHEN 'timestamp with time zone' THEN 'timestamptz(6)' WHEN 'integer' THEN 'int' WHEN 'ARRAY' THEN 'text[]' ELSE data_type END AS type
       FROM information_schema.columns WHERE table_schema = 'mosaic' AND table_name <> 'migrations' ORDER BY 1`,
  );
  const orm = new MikroORM(ormOptions("mosaic"));
  const declared = ENTITIES.flatMap((entity) => {
    const meta = orm.getMetadata().get(entity.meta.class);
    return meta.props.map((property) => ({
      column: `${meta.tableName}.${property.fieldNames[0]}`,
      type: (property.columnTypes[0] ?? "").replace("bigserial", "bigint"),
      nullable: property.nullable === true,
    }));
  });
  await orm.close();
  expect(byColumn(declared)).toEqual(byColumn(found));
});

function byColumn<T extends { readonly column: string }>(rows: readonly T[]): T[] {
  return rows.toSorted((a, b) => (a.column < b.column ? -1 : 1));
}

test("migrating again applies nothing and keeps keys and installation id", async () => {
  const before = await database.asOwner(
    "SELECT id FROM mosaic.crypto_keys UNION ALL SELECT value #>> '{}' FROM mosaic.system_config ORDER BY 1",
  );
  expect(await migrate({ ownerUrl: database.ownerUrl, rootKey: database.rootKey })).toEqual({ applied: [] });
  expect(
    await database.asOwner(
      "SELECT id FROM mosaic.crypto_keys UNION ALL SELECT value #>> '{}' FROM mosaic.system_config ORDER BY 1",
    ),
  ).toEqual(before);
  expect(before).toHaveLength(6);
});
