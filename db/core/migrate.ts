// Brings a database up to date: roles, logins, migrations, keys, installation id. Safe when several start at once.
import { randomUUID } from "node:crypto";
import { Client } from "pg";
import { KEY_PURPOSES, openKeyring, wrapNewKey, type WrappedKey } from "../../adapters/crypto/keyring.ts";
import type { RootKey } from "../../adapters/crypto/root-key.ts";
import { FleetError } from "../../contracts/core/errors.ts";
import { ensureAuthority } from "./authority.ts";
import { toDatabaseError } from "./database-error.ts";
import { ownerConnection, type Connection } from "./login.ts";
import { createOrm } from "./orm.ts";
import { ensureGroupRoles, ensureLogins } from "./roles.ts";

/** Any constant; locks are per database. */
const MIGRATION_LOCK = 7_225_020_261;
/** The first with memberships that are not inherited (see roles.ts). */
const MIN_SERVER_VERSION = 160_000;
const CONNECT_TIMEOUT_MS = 5_000;
const MIGRATION_TIMEOUT_MS = 10 * 60 * 1000;

export interface MigrateOptions {
  /** DATABASE_URL with the owner's credentials. */
  readonly ownerUrl: string;
  readonly rootKey: RootKey;
  readonly connectTimeoutMs?: number;
}

/**
 * Idempotent. Returns the names of the migrations that were pending.
 * @throws FleetError DATABASE_UNAVAILABLE; CONFIG_INVALID when the root key is another one or the owner may too little.
 */
export async function migrate(options: MigrateOptions): Promise<{ applied: string[] }> {
  const connection = ownerConnection(options.ownerUrl);
  const { connectTimeoutMs = CONNECT_TIMEOUT_MS } = options;
  const owner = new Client({ ...connection, connectionTimeoutMillis: connectTimeoutMs, application_name: "mosaic-migrate" });
  // A connection lost in between fails the statement at hand; the event itself must not end the process.
  owner.on("error", () => undefined);
  try {
    await owner.connect();
    await owner.query("SELECT pg_advisory_lock($1)", [MIGRATION_LOCK]);
    await refuseOldServer(owner);
    // First of all, so that a wrong key changes nothing, least of all the logins' passwords.
    await checkRootKey(owner, options.rootKey);
    await ensureGroupRoles(owner);
    await owner.query("CREATE SCHEMA IF NOT EXISTS mosaic");
    const applied = await runMigrations(connection, connectTimeoutMs);
    await ensureKeys(owner, options.rootKey);
    await ensureAuthority(owner, options.rootKey);
    await ensureInstallationId(owner);
    await ensureLogins(owner, connection.database, options.rootKey);
    return { applied };
  } catch (error) {
    throw toDatabaseError(error);
  } finally {
    // The lock ends with the session.
    await owner.end();
  }
}

async function refuseOldServer(owner: Client): Promise<void> {
  const { rows } = await owner.query<{ version: number }>("SELECT current_setting('server_version_num')::int AS version");
  if ((rows[0]?.version ?? 0) < MIN_SERVER_VERSION) {
    throw new FleetError("CONFIG_INVALID", "PostgreSQL 16 or newer is required.");
  }
}

async function checkRootKey(owner: Client, rootKey: RootKey): Promise<void> {
  const { rows } = await owner.query<{ exists: boolean }>("SELECT to_regclass('mosaic.crypto_keys') IS NOT NULL AS exists");
  if (rows[0]?.exists !== true) return;
  const keys = await readKeys(owner);
  if (keys.length > 0) openKeyring(rootKey, keys);
}

async function runMigrations(connection: Connection, connectTimeoutMs: number): Promise<string[]> {
  const orm = createOrm(connection, {
    poolMax: 2,
    connectTimeoutMs,
    statementTimeoutMs: MIGRATION_TIMEOUT_MS,
    idleInTransactionTimeoutMs: MIGRATION_TIMEOUT_MS,
    applicationName: "mosaic-migrate",
    onPoolCreated: () => undefined,
  });
  try {
    const applied = await orm.migrator.up();
    return applied.map((migration) => migration.name);
  } finally {
    await orm.close();
  }
}

/** All keys come into being at once: a row of each purpose, or none. */
async function ensureKeys(owner: Client, rootKey: RootKey): Promise<void> {
  if ((await readKeys(owner)).length > 0) return;
  const keys = KEY_PURPOSES.map((purpose) => wrapNewKey(rootKey, purpose));
  await owner.query(
    `INSERT INTO mosaic.crypto_keys (id, purpose, wrapped)
     SELECT * FROM unnest($1::text[], $2::text[], $3::text[])`,
    [keys.map((key) => key.id), keys.map((key) => key.purpose), keys.map((key) => key.wrapped)],
  );
}

async function readKeys(owner: Client): Promise<WrappedKey[]> {
  const { rows } = await owner.query<WrappedKey>(
    "SELECT id, purpose, wrapped FROM mosaic.crypto_keys WHERE retired_at IS NULL ORDER BY created_at DESC, id",
  );
  return rows;
}

async function ensureInstallationId(owner: Client): Promise<void> {
  await owner.query(
    "INSERT INTO mosaic.system_config (key, value) VALUES ('installation.id', to_jsonb($1::text)) ON CONFLICT (key) DO NOTHING",
    [randomUUID()],
  );
}
