// Keys of the broker that the product manages: named, hashed, for a role and some kinds, revocable. Shown once.
import { randomUUID } from "node:crypto";
import { brokerKeyId, newBrokerKey } from "../../adapters/crypto/credentials.ts";
import type { BrokerRole } from "../../contracts/leases/credential-lease.ts";
import { FleetError } from "../../contracts/core/errors.ts";
import type { Secret } from "../../contracts/core/secret.ts";
import type { Database, GlobalTransaction } from "../core/database.ts";
import { CredentialBrokerKey, type CredentialBrokerKeyRow } from "./credential-lease.ts";

export interface NewBrokerKey {
  readonly name: string;
  readonly role: BrokerRole;
  /** Null: all kinds. */
  readonly kinds: readonly string[] | null;
  /** The user's id. */
  readonly createdBy: string;
  readonly expiresAt: Date | null;
}

/** `keyId`: the public part, `mbk_…`; what events name. */
export type BrokerKeyView = Omit<CredentialBrokerKeyRow, "id" | "hash">;

/** The key itself is in the answer and nowhere else. */
export async function insertBrokerKey(
  tx: GlobalTransaction,
  input: NewBrokerKey,
): Promise<{ readonly view: BrokerKeyView; readonly key: Secret }> {
  const { keyId, key } = newBrokerKey();
  await tx.sql(
    `INSERT INTO mosaic.credential_broker_keys (id, key_id, name, role, kinds, hash, last_four, created_by, expires_at)
     VALUES ($1, $2, $3, $4, $5::text[], $6, $7, $8, $9)`,
    [
      ...[randomUUID(), keyId, input.name, input.role, input.kinds, tx.tokens.hash(key)],
      ...[key.lastFour(), input.createdBy, input.expiresAt],
    ],
  );
  const row = await tx.em.findOneOrFail(CredentialBrokerKey, { keyId }, { disableIdentityMap: true });
  return { view: viewOf(row), key };
}

/** Revoked ones too, newest first. */
export async function listBrokerKeys(tx: GlobalTransaction): Promise<BrokerKeyView[]> {
  const rows = await tx.em.find(
    CredentialBrokerKey,
    {},
    { orderBy: { createdAt: "desc", id: "asc" }, disableIdentityMap: true },
  );
  return rows.map(viewOf);
}

/** Void from this transaction's commit on. @throws FleetError NOT_FOUND */
export async function revokeBrokerKey(tx: GlobalTransaction, keyId: string): Promise<void> {
  const rows = await tx.sql(
    "UPDATE mosaic.credential_broker_keys SET revoked_at = mosaic.now() WHERE key_id = $1 AND revoked_at IS NULL RETURNING id",
    [keyId],
  );
  if (rows.length === 0) throw new FleetError("NOT_FOUND", "There is no such key.");
}

export interface ResolvedBrokerKey {
  readonly keyId: string;
  readonly name: string;
  readonly role: BrokerRole;
  readonly kinds: readonly string[] | null;
}

/** Null when the text is no such key, or it is unknown, revoked or expired. Notes the use once a minute. */
export async function resolveBrokerKey(database: Database, key: Secret): Promise<ResolvedBrokerKey | null> {
  const keyId = brokerKeyId(key);
  if (keyId === null) return null;
  const [row] = await database.autocommit.sql<ResolvedBrokerKey>(
    `WITH found AS (
       SELECT k.id, k.key_id, k.name, k.role, k.kinds, k.last_used_at FROM mosaic.credential_broker_keys k
        WHERE k.key_id = $1 AND k.hash = ANY ($2::bytea[]) AND k.revoked_at IS NULL
          AND (k.expires_at IS NULL OR k.expires_at > mosaic.now())),
     used AS (
       UPDATE mosaic.credential_broker_keys k SET last_used_at = mosaic.now() FROM found
        WHERE k.id = found.id AND (found.last_used_at IS NULL OR found.last_used_at < mosaic.now() - interval '1 minute'))
     SELECT key_id AS "keyId", name, role, kinds FROM found`,
    [keyId, database.tokens.candidates(key)],
  );
  return row ?? null;
}

function viewOf({ id: _id, hash: _hash, ...view }: CredentialBrokerKeyRow): BrokerKeyView {
  return view;
}
