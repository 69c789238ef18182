// Roles of the services: group roles, which policies and grants name, and one login per database and service.
import { createHash, createHmac, pbkdf2Sync, randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { escapeIdentifier, escapeLiteral, type Client } from "pg";
import type { RootKey } from "../../adapters/crypto/root-key.ts";
import { FleetError } from "../../contracts/core/errors.ts";
import { SERVICE_ROLES, serviceLogin } from "./login.ts";
import { DatabaseError, toDatabaseError } from "./database-error.ts";

/** Roles belong to the whole cluster; several installations may make them at the same moment. */
const GROUP_ROLES = ["mosaic_api", "mosaic_worker", "mosaic_fleet", "mosaic_auth"] as const;
/** Exists already, made meanwhile (unique violation), or "tuple concurrently updated" (which Postgres calls internal). */
const DUPLICATE_OBJECT = "42710";
const RACED = new Set([DUPLICATE_OBJECT, "23505", "XX000"]);
const INSUFFICIENT_PRIVILEGE = "42501";
const ATTEMPTS = 8;
const RETRY_MS = 50;
const SCRAM_ITERATIONS = 4096;
const SCRAM_BYTES = 32;

export async function ensureGroupRoles(owner: Client): Promise<void> {
  for (const role of GROUP_ROLES) {
    await retried(async () => {
      const { rows } = await owner.query("SELECT 1 FROM pg_roles WHERE rolname = $1", [role]);
      if (rows.length === 0) await owner.query(`CREATE ROLE ${role} NOLOGIN`);
    });
  }
  const { rows } = await owner.query<{ isSuperuser: boolean }>(
    `SELECT rolsuper AS "isSuperuser" FROM pg_roles WHERE rolname = current_user`,
  );
  // Handing a function over to mosaic_auth takes membership, unless one is a superuser. Not inherited, because an heir of
  // mosaic_auth's policies would see every tenant's rows in every session.
  if (rows[0]?.isSuperuser !== true)
    await retried(() => owner.query("GRANT mosaic_auth TO CURRENT_USER WITH INHERIT FALSE, SET TRUE"));
}

/** Makes the logins of this database's services, or sets their passwords again; nobody else may connect. */
export async function ensureLogins(owner: Client, database: string, rootKey: RootKey): Promise<void> {
  await retried(() => owner.query(`REVOKE ALL ON DATABASE ${escapeIdentifier(database)} FROM PUBLIC`));
  for (const role of SERVICE_ROLES) {
    const login = serviceLogin(rootKey, database, role);
    const name = escapeIdentifier(login.name);
    // A verifier, not the password: statements end up in server logs.
    const password = escapeLiteral(scramVerifier(login.password));
    await retried(async () => {
      const { rows } = await owner.query("SELECT 1 FROM pg_roles WHERE rolname = $1", [login.name]);
      if (rows.length === 0) await owner.query(`CREATE ROLE ${name} LOGIN PASSWORD ${password}`);
      else await owner.query(`ALTER ROLE ${name} LOGIN PASSWORD ${password}`);
    });
    await retried(() => owner.query(`GRANT mosaic_${role} TO ${name}`));
    await retried(() => owner.query(`GRANT CONNECT ON DATABASE ${escapeIdentifier(database)} TO ${name}`));
  }
}

/** As RFC 5802 and 7677 have it, in the form that Postgres stores. */
function scramVerifier(password: string): string {
  const salt = randomBytes(16);
  const salted = pbkdf2Sync(password, salt, SCRAM_ITERATIONS, SCRAM_BYTES, "sha256");
  const hmac = (label: string): Buffer => createHmac("sha256", salted).update(label).digest();
  const storedKey = createHash("sha256").update(hmac("Client Key")).digest("base64");
  return `SCRAM-SHA-256$${SCRAM_ITERATIONS}:${salt.toString("base64")}$${storedKey}:${hmac("Server Key").toString("base64")}`;
}

async function retried(work: () => Promise<unknown>): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await work();
      return;
    } catch (error) {
      const converted = toDatabaseError(error);
      if (!(converted instanceof DatabaseError)) throw converted;
      if (converted.sqlState === INSUFFICIENT_PRIVILEGE) throw mayNotMakeRoles(converted);
      if (!RACED.has(converted.sqlState) || attempt >= ATTEMPTS) throw converted;
      await sleep(RETRY_MS * attempt);
    }
  }
}

function mayNotMakeRoles(cause: DatabaseError): FleetError {
  return new FleetError(
    "CONFIG_INVALID",
    "The role in DATABASE_URL cannot set up the services' roles: it must own the database and have CREATEROLE, and in a " +
      "shared cluster be the one that made mosaic_api, mosaic_worker, mosaic_fleet and mosaic_auth (or a superuser).",
    { cause },
  );
}
