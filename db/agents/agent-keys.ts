// Keys of agents: made once, shown once, found by their public part; replaced with an overlap, revoked at once.
import { randomUUID } from "node:crypto";
import { newAgentKey } from "../../adapters/crypto/credentials.ts";
import { KEYS_PER_AGENT_MAX, type KeyOverlapHours } from "../../contracts/agents/facts.ts";
import { FleetError } from "../../contracts/core/errors.ts";
import type { AgentScope } from "../../contracts/core/principal.ts";
import type { Secret } from "../../contracts/core/secret.ts";
import { agentTenant, type Tenant } from "../../contracts/core/tenant.ts";
import { writeAuthorised } from "../core/authority.ts";
import { isProven, proofBeside, type Proof } from "../core/credential-proof.ts";
import type { Database, TenantTransaction } from "../core/database.ts";

/** What its owner and its agent see of a key. */
export interface AgentKeyRow {
  readonly keyId: string;
  readonly description: string;
  readonly scopes: AgentScope[];
  readonly lastFour: string;
  readonly createdAt: Date;
  readonly lastUsedAt: Date | null;
  readonly expiresAt: Date | null;
  readonly revokedAt: Date | null;
  readonly replacedBy: string | null;
}

export interface NewAgentKey {
  readonly scopes: readonly AgentScope[];
  readonly description: string;
  readonly expiresAt: Date | null;
}

const SHOWN_MAX = 100;
const COLUMNS = `k.key_id AS "keyId", k.description, k.scopes, k.last_four AS "lastFour", k.created_at AS "createdAt",
  k.last_used_at AS "lastUsedAt", k.expires_at AS "expiresAt", k.revoked_at AS "revokedAt", k.replaced_by AS "replacedBy"`;
const ACTIVE = "k.revoked_at IS NULL AND (k.expires_at IS NULL OR k.expires_at > mosaic.now())";

/** Two that make keys for one agent wait for each other here. @throws FleetError NOT_FOUND, CONFLICT */
async function assertRoomForKey(tx: TenantTransaction, agentUserId: string): Promise<void> {
  const [agent] = await tx.sql("SELECT id FROM mosaic.agent_users WHERE id = $1 FOR UPDATE", [agentUserId]);
  if (agent === undefined) throw new FleetError("NOT_FOUND", "There is no such agent.");
  const [row] = await tx.sql<{ active: number }>(
    `SELECT count(*)::int AS active FROM mosaic.agent_api_keys k WHERE k.tenant = $1 AND ${ACTIVE}`,
    [agentTenant(agentUserId)],
  );
  if ((row?.active ?? 0) < KEYS_PER_AGENT_MAX) return;
  throw new FleetError("CONFLICT", `An agent can have at most ${KEYS_PER_AGENT_MAX} keys. Revoke one first.`);
}

/** By the agent or its owner. The key itself is in the answer and nowhere else. @throws FleetError NOT_FOUND, CONFLICT */
export async function insertAgentKey(
  tx: TenantTransaction,
  agentUserId: string,
  { scopes, description, expiresAt }: NewAgentKey,
): Promise<{ row: AgentKeyRow; apiKey: Secret }> {
  await assertRoomForKey(tx, agentUserId);
  const { keyId, apiKey } = newAgentKey();
  const hash = tx.tokens.hash(apiKey);
  const proof = tx.tokens.bind(hash, { kind: "agent", userId: agentUserId });
  await writeAuthorised(tx, "add_agent_key", [
    ...[randomUUID(), agentUserId, keyId, hash.toString("hex"), proof.toString("hex")],
    ...[apiKey.lastFour(), scopes.join(" "), description, expiresAt?.toISOString() ?? null],
  ]);
  return { row: await getAgentKey(tx, agentUserId, keyId), apiKey };
}

/** Newest first, ended ones too. */
export async function listAgentKeys(tx: TenantTransaction, agentUserId: string): Promise<AgentKeyRow[]> {
  return await tx.sql<AgentKeyRow & Record<string, unknown>>(
    `SELECT ${COLUMNS} FROM mosaic.agent_api_keys k WHERE k.tenant = $1 ORDER BY k.created_at DESC, k.id LIMIT $2`,
    [agentTenant(agentUserId), SHOWN_MAX],
  );
}

/** @throws FleetError NOT_FOUND */
export async function getAgentKey(tx: TenantTransaction, agentUserId: string, keyId: string): Promise<AgentKeyRow> {
  const [row] = await tx.sql<AgentKeyRow & Record<string, unknown>>(
    `SELECT ${COLUMNS} FROM mosaic.agent_api_keys k WHERE k.tenant = $1 AND k.key_id = $2`,
    [agentTenant(agentUserId), keyId],
  );
  return found(row);
}

/** The agent whose key it is, as the transaction's tenant sees it. @throws FleetError NOT_FOUND */
export async function agentOfKey(tx: TenantTransaction, keyId: string): Promise<string> {
  const [row] = await tx.sql<{ agentUserId: string }>(
    `SELECT a.id AS "agentUserId" FROM mosaic.agent_api_keys k JOIN mosaic.agent_users a ON a.tenant = k.tenant WHERE k.key_id = $1`,
    [keyId],
  );
  return found(row).agentUserId;
}

/** The same, and it cannot be ended before this transaction's commit. @throws FleetError UNAUTHENTICATED when it has ended */
export async function holdAgentKey(tx: TenantTransaction, keyId: string): Promise<{ expiresAt: Date | null }> {
  const [row] = await tx.sql<{ expiresAt: Date | null }>(
    `SELECT k.expires_at AS "expiresAt" FROM mosaic.agent_api_keys k WHERE k.key_id = $1 AND ${ACTIVE} FOR NO KEY UPDATE`,
    [keyId],
  );
  if (row === undefined) throw new FleetError("UNAUTHENTICATED", "This key is revoked or expired.");
  return row;
}

/** From this transaction's commit on; fine when it is revoked already. @throws FleetError NOT_FOUND */
export async function revokeAgentKey(tx: TenantTransaction, agentUserId: string, keyId: string): Promise<void> {
  const rows = await tx.sql(
    `UPDATE mosaic.agent_api_keys k SET revoked_at = coalesce(k.revoked_at, mosaic.now())
      WHERE k.tenant = $1 AND k.key_id = $2 RETURNING k.id`,
    [agentTenant(agentUserId), keyId],
  );
  found(rows[0]);
}

export interface KeyChange {
  readonly scopes?: readonly AgentScope[] | undefined;
  readonly description?: string | undefined;
}

/** New scopes count from the commit on. @throws FleetError NOT_FOUND */
export async function changeAgentKey(
  tx: TenantTransaction,
  { agentUserId, keyId }: AgentKeyOf,
  { scopes, description }: KeyChange,
): Promise<AgentKeyRow> {
  const before = await getAgentKey(tx, agentUserId, keyId);
  if (scopes !== undefined) await writeAuthorised(tx, "set_agent_key_scopes", [keyId, scopes.join(" ")]);
  await tx.sql("UPDATE mosaic.agent_api_keys SET description = $2 WHERE key_id = $1", [
    ...[keyId, description ?? before.description],
  ]);
  return await getAgentKey(tx, agentUserId, keyId);
}

export interface AgentKeyOf {
  readonly agentUserId: string;
  readonly keyId: string;
}

/**
 * A new key of the same scopes, description and length of life. The old one works on for the overlap, and not longer than it
 * would have: its end is in its row, whatever becomes of the workflow that revokes it then. Gives that end; null: at once.
 * @throws FleetError NOT_FOUND, CONFLICT
 */
export async function replaceAgentKey(
  tx: TenantTransaction,
  { agentUserId, keyId }: AgentKeyOf,
  overlapHours: KeyOverlapHours,
): Promise<{ row: AgentKeyRow; apiKey: Secret; oldEndsAt: Date | null }> {
  const old = await lockForReplacement(tx, { agentUserId, keyId });
  if (overlapHours === 0) await revokeAgentKey(tx, agentUserId, keyId);
  const created = await insertAgentKey(tx, agentUserId, old);
  const [replaced] = await tx.sql<{ oldEndsAt: Date }>(
    `UPDATE mosaic.agent_api_keys k
        SET replaced_by = $2, expires_at = least(k.expires_at, mosaic.now() + make_interval(hours => $3))
      WHERE k.key_id = $1 RETURNING k.expires_at AS "oldEndsAt"`,
    [keyId, created.row.keyId, overlapHours],
  );
  return { ...created, oldEndsAt: overlapHours === 0 ? null : found(replaced).oldEndsAt };
}

/** What its successor is made with. */
async function lockForReplacement(tx: TenantTransaction, { agentUserId, keyId }: AgentKeyOf): Promise<NewAgentKey> {
  const [row] = await tx.sql<NewAgentKey & { isActive: boolean; replacedBy: string | null }>(
    `SELECT k.scopes, k.description, k.replaced_by AS "replacedBy", ${ACTIVE} AS "isActive",
            mosaic.now() + (k.expires_at - k.created_at) AS "expiresAt"
       FROM mosaic.agent_api_keys k WHERE k.tenant = $1 AND k.key_id = $2 FOR NO KEY UPDATE`,
    [agentTenant(agentUserId), keyId],
  );
  const { isActive, replacedBy, ...old } = found(row);
  if (isActive && replacedBy === null) return old;
  throw new FleetError("CONFLICT", "This key is revoked, expired or replaced already.");
}

/** Role worker. Revokes a replaced key whose overlap is over, and no other. `ended`: by someone else, before. */
export async function endReplacedKey(tx: TenantTransaction, keyId: string): Promise<"revoked" | "not_due" | "ended"> {
  const [row] = await tx.sql<{ isDue: boolean }>(
    `SELECT k.expires_at <= mosaic.now() AS "isDue" FROM mosaic.agent_api_keys k
      WHERE k.key_id = $1 AND k.replaced_by IS NOT NULL AND k.revoked_at IS NULL FOR NO KEY UPDATE`,
    [keyId],
  );
  if (row === undefined) return "ended";
  if (!row.isDue) return "not_due";
  await tx.sql("UPDATE mosaic.agent_api_keys SET revoked_at = mosaic.now() WHERE key_id = $1", [keyId]);
  return "revoked";
}

export interface ResolvedAgentKey {
  readonly keyId: string;
  /** The agent's. */
  readonly userId: string;
  readonly ownerId: string;
  readonly name: string;
  readonly tenant: Tenant;
  readonly scopes: AgentScope[];
}

/**
 * Null when the key is unknown, revoked, expired, not matching, not bound to its agent, the agent disabled or its owner
 * deactivated. Notes the use once a minute.
 */
export async function resolveAgentKey(
  database: Database,
  credential: { readonly keyId: string; readonly hashes: readonly Buffer[] },
): Promise<ResolvedAgentKey | null> {
  const [row] = await database.call<ResolvedAgentKey & Proof>(
    "auth.resolve_agent_key",
    [credential.keyId, credential.hashes],
    proofBeside("'agent', $1, $2"),
  );
  if (row === undefined) return null;
  const { proof, provenHash, ...key } = row;
  return isProven(database.tokens, { proof, provenHash }, { kind: "agent", userId: key.userId }) ? key : null;
}

function found<T>(row: T | undefined): T {
  if (row === undefined) throw new FleetError("NOT_FOUND", "There is no such key.");
  return row;
}
