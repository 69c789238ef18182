// Personal API keys: made once, shown once, found by their public part.
import { randomUUID } from "node:crypto";
import { newApiKey } from "../../adapters/crypto/credentials.ts";
import { FleetError } from "../../contracts/core/errors.ts";
import type { Scope, SystemRole } from "../../contracts/core/principal.ts";
import type { Secret } from "../../contracts/core/secret.ts";
import type { Tenant } from "../../contracts/core/tenant.ts";
import { writeAuthorised } from "../core/authority.ts";
import type { Database, TenantTransaction } from "../core/database.ts";
import { isProven, proofBeside, type Proof } from "../core/credential-proof.ts";
import { PersonalApiKey, type PersonalApiKeyRow } from "./personal-api-key.ts";

export interface NewApiKey {
  readonly userId: string;
  readonly name: string;
  readonly scopes: readonly Scope[];
  readonly expiresAt: Date | null;
}

/** The key itself is in the answer and nowhere else. */
export async function insertApiKey(
  tx: TenantTransaction,
  input: NewApiKey,
): Promise<{ row: PersonalApiKeyRow; apiKey: Secret }> {
  const { keyId, apiKey } = newApiKey();
  const { userId, name, scopes, expiresAt } = input;
  const hash = tx.tokens.hash(apiKey);
  const proof = tx.tokens.bind(hash, { kind: "key", userId });
  await writeAuthorised(tx, "add_api_key", [
    ...[randomUUID(), userId, keyId, name, hash.toString("hex"), proof.toString("hex")],
    ...[apiKey.lastFour(), scopes.join(" "), expiresAt?.toISOString() ?? null],
  ]);
  const row = await tx.em.findOneOrFail(PersonalApiKey, { keyId }, { disableIdentityMap: true });
  return { row, apiKey };
}

/** Those not revoked, in order of creation. */
export async function listApiKeys(tx: TenantTransaction): Promise<PersonalApiKeyRow[]> {
  return tx.em.find(
    PersonalApiKey,
    { revokedAt: null },
    { orderBy: { createdAt: "asc", id: "asc" }, disableIdentityMap: true },
  );
}

/** How many `revokeAllApiKeys` would revoke. */
export async function countApiKeys(tx: TenantTransaction): Promise<number> {
  return tx.em.count(PersonalApiKey, { tenant: tx.tenant, revokedAt: null });
}

/** Revoked from this transaction's commit on. @throws FleetError NOT_FOUND */
export async function revokeApiKey(tx: TenantTransaction, keyId: string): Promise<void> {
  const rows = await tx.sql(
    "UPDATE mosaic.personal_api_keys SET revoked_at = mosaic.now() WHERE key_id = $1 AND revoked_at IS NULL RETURNING id",
    [keyId],
  );
  if (rows.length === 0) throw new FleetError("NOT_FOUND", "There is no such key.");
}

/** Of the tenant; how many there were. */
export async function revokeAllApiKeys(tx: TenantTransaction): Promise<number> {
  const revoked = await tx.sql(
    "UPDATE mosaic.personal_api_keys SET revoked_at = mosaic.now() WHERE tenant = $1 AND revoked_at IS NULL RETURNING id",
    [tx.tenant],
  );
  return revoked.length;
}

/**
 * When the key that calls ends; null for one without end. It cannot be revoked before this transaction's commit.
 * @throws FleetError UNAUTHENTICATED when it was revoked or has expired
 */
export async function holdApiKey(tx: TenantTransaction, keyId: string): Promise<Date | null> {
  const [row] = await tx.sql<{ expiresAt: Date | null }>(
    `SELECT expires_at AS "expiresAt" FROM mosaic.personal_api_keys
      WHERE key_id = $1 AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > mosaic.now()) FOR SHARE`,
    [keyId],
  );
  if (row === undefined) throw new FleetError("UNAUTHENTICATED", "This key is revoked or expired.");
  return row.expiresAt;
}

export interface ResolvedApiKey {
  readonly keyId: string;
  readonly userId: string;
  readonly name: string;
  readonly systemRole: SystemRole;
  readonly tenant: Tenant;
  readonly scopes: Scope[];
}

/** Null when the key is unknown, revoked, expired, not matching, not bound to its user, or that user deactivated. Notes the use once a minute. */
export async function resolveApiKey(
  database: Database,
  credential: { readonly keyId: string; readonly hashes: readonly Buffer[] },
): Promise<ResolvedApiKey | null> {
  const [row] = await database.call<ResolvedApiKey & Proof>(
    "auth.resolve_api_key",
    [credential.keyId, credential.hashes],
    proofBeside("'key', $1, $2"),
  );
  if (row === undefined) return null;
  const { proof, provenHash, ...key } = row;
  return isProven(database.tokens, { proof, provenHash }, { kind: "key", userId: key.userId }) ? key : null;
}
