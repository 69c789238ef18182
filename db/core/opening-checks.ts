// What must hold before a service may use its database connection: rights that policies bind, and the right root key.
import type { Pool } from "pg";
import { openKeyring, type Keyring, type WrappedKey } from "../../adapters/crypto/keyring.ts";
import type { RootKey } from "../../adapters/crypto/root-key.ts";
import { FleetError } from "../../contracts/core/errors.ts";
import type { DatabaseRole } from "./login.ts";
import { DatabaseError, toDatabaseError } from "./database-error.ts";

/** Wrong password, no such login, no such database, not migrated. */
const NOT_SET_UP = new Set(["28P01", "28000", "3D000", "42P01", "3F000", "42501"]);

/**
 * A superuser, a login that bypasses row-level security or one that owns the tables would see every tenant's rows.
 * @throws FleetError CONFIG_INVALID
 */
export async function refuseDangerousLogin(pool: Pool): Promise<void> {
  const { rows } = await pool.query<{ dangerous: boolean }>(
    `SELECT r.rolsuper OR r.rolbypassrls OR EXISTS (
              SELECT 1 FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
               WHERE n.nspname IN ('mosaic', 'auth') AND pg_has_role(r.rolname, c.relowner, 'MEMBER')) AS dangerous
       FROM pg_roles r WHERE r.rolname = session_user`,
  );
  if (rows[0]?.dangerous !== false) {
    throw new FleetError(
      "CONFIG_INVALID",
      "The service's database login is not bound by row-level security; it must not be used.",
    );
  }
}

/** @throws FleetError CONFIG_INVALID when the root key is not the one of this database. */
export async function loadKeyring(pool: Pool, rootKey: RootKey, role: DatabaseRole): Promise<Keyring> {
  if (role === "fleet") return NO_KEYS;
  const { rows } = await pool.query<WrappedKey>(
    "SELECT id, purpose, wrapped FROM mosaic.crypto_keys WHERE retired_at IS NULL ORDER BY created_at DESC, id",
  );
  return openKeyring(rootKey, rows);
}

/** The fleet role sees no secret column, and so has no use for a key. */
const NO_KEYS: Keyring = {
  get writeKey(): never {
    throw new Error("The fleet role has no keys.");
  },
  dataKey: () => undefined,
  peppers: [],
  get csrfKey(): never {
    throw new Error("The fleet role has no keys.");
  },
  get digestKey(): never {
    throw new Error("The fleet role has no keys.");
  },
};

/** Says which of the few causes it was that a service cannot log in. */
export function toOpenError(error: unknown): unknown {
  const converted = toDatabaseError(error);
  if (!(converted instanceof DatabaseError) || !NOT_SET_UP.has(converted.sqlState)) return converted;
  return new FleetError(
    "CONFIG_INVALID",
    "The database is not set up for this service: the migrations have not run, or MOSAIC_SECRET_KEY is not the key they ran with.",
    { cause: converted },
  );
}
