// Writes that SQL alone must not be able to make: functions of schema auth ask for a code over the transaction and the values,
// whose key is derived from the root key, in a table that no service may read (see migrations/authority-functions.ts).
import { createHash } from "node:crypto";
import type { Client } from "pg";
import type { RootKey } from "../../adapters/crypto/root-key.ts";
import type { GlobalTransaction } from "./database.ts";

export type AuthorisedWrite =
  | "set_system_role"
  | "add_local_password"
  | "add_breakglass"
  | "set_password"
  | "open_session"
  | "add_identity"
  | "add_invite"
  | "add_api_key"
  | "add_agent_key"
  | "set_agent_key_scopes"
  | "write_config"
  | "delete_config";

type Parts = readonly (string | null)[];

export interface Authority {
  /** For one write of one transaction. */
  code(transactionId: string, write: AuthorisedWrite, parts: Parts): Buffer;
}

export function createAuthority(rootKey: RootKey): Authority {
  const key = secretOf(rootKey);
  const hashed = (label: number, bytes: Buffer): Buffer =>
    createHash("sha256").update(Buffer.of(label)).update(key).update(bytes).digest();
  return {
    code(transactionId, write, parts) {
      const values = parts.map((part) => (part === null ? "-" : `${Buffer.byteLength(part)}:${part}`));
      return hashed(2, hashed(1, Buffer.from([transactionId, write, ...values].join("|"), "utf8")));
    },
  };
}

/** Calls `auth.<write>(parts, code)`. @throws DatabaseError as the statement in the function does */
export async function writeAuthorised<Row extends object>(
  tx: GlobalTransaction,
  write: AuthorisedWrite,
  parts: Parts,
): Promise<Row[]> {
  const [row] = await tx.sql<{ id: string }>("SELECT pg_current_xact_id()::text AS id");
  if (row === undefined) throw new Error("a transaction without an id");
  return await tx.sql<Row>(`SELECT * FROM auth.${write}($1::text[], $2)`, [parts, tx.authority.code(row.id, write, parts)]);
}

/** By the owner, with every run of the migrations. */
export async function ensureAuthority(owner: Client, rootKey: RootKey): Promise<void> {
  await owner.query(
    `INSERT INTO mosaic.authority (secret) VALUES ($1)
     ON CONFLICT (id) DO UPDATE SET secret = excluded.secret WHERE authority.secret <> excluded.secret`,
    [secretOf(rootKey)],
  );
}

function secretOf(rootKey: RootKey): Buffer {
  return rootKey.derive("authority");
}
