// Agents with keys of their own, as they and their owners see them: made, read, changed, disabled.
import { randomUUID } from "node:crypto";
import { AGENTS_PER_OWNER_MAX, type AgentDisabledBy, type AgentStatus } from "../../contracts/agents/facts.ts";
import { FleetError } from "../../contracts/core/errors.ts";
import { agentTenant } from "../../contracts/core/tenant.ts";
import { isUniqueViolation } from "../core/database-error.ts";
import type { TenantTransaction } from "../core/database.ts";

export interface AgentRow {
  readonly agentUserId: string;
  readonly ownerId: string;
  readonly handle: string;
  readonly description: string;
  readonly status: AgentStatus;
  readonly disabledBy: AgentDisabledBy | null;
  readonly disabledReason: string | null;
  readonly usesOwnerProviders: boolean;
  readonly createdAt: Date;
  /** Of its keys, the newest use. */
  readonly lastUsedAt: Date | null;
  readonly keys: { readonly active: number; readonly total: number };
}

const COLUMNS = `a.id AS "agentUserId", a.owner_id AS "ownerId", a.handle, a.description, a.status,
  a.disabled_by AS "disabledBy", a.disabled_reason AS "disabledReason", a.uses_owner_providers AS "usesOwnerProviders",
  a.created_at AS "createdAt", keys.last_used_at AS "lastUsedAt",
  jsonb_build_object('active', keys.active, 'total', keys.total) AS keys`;
const FROM = `mosaic.agent_users a CROSS JOIN LATERAL (
  SELECT count(*) AS total, max(k.last_used_at) AS last_used_at,
         count(*) FILTER (WHERE k.revoked_at IS NULL AND (k.expires_at IS NULL OR k.expires_at > mosaic.now())) AS active
    FROM mosaic.agent_api_keys k WHERE k.tenant = a.tenant) keys`;

export interface NewAgent {
  readonly ownerId: string;
  readonly handle: string;
  readonly description: string;
  readonly usesOwnerProviders: boolean;
}

/** In a transaction of the owner's tenant. Gives its id. @throws FleetError CONFLICT for a handle that is taken, or too many */
export async function insertAgent(tx: TenantTransaction, agent: NewAgent): Promise<string> {
  const id = randomUUID();
  // Two that make agents for one owner wait for each other here.
  await tx.sql("SELECT pg_advisory_xact_lock(hashtextextended('mosaic.agents:' || $1, 0))", [tx.tenant]);
  const [row] = await tx.sql<{ count: number }>(
    "SELECT count(*)::int AS count FROM mosaic.agent_users WHERE owner_tenant = $1",
    [tx.tenant],
  );
  if ((row?.count ?? 0) >= AGENTS_PER_OWNER_MAX) {
    throw new FleetError("CONFLICT", `You can have at most ${AGENTS_PER_OWNER_MAX} agents.`);
  }
  await refusingTakenHandles(agent.handle, () =>
    tx.sql(
      `INSERT INTO mosaic.agent_users (id, tenant, owner_id, owner_tenant, handle, description, uses_owner_providers)
       VALUES ($1, $2, $3, $4, $5, $6, $7)`,
      [id, agentTenant(id), agent.ownerId, tx.tenant, agent.handle, agent.description, agent.usesOwnerProviders],
    ),
  );
  return id;
}

/** Those of one owner, by handle. */
export async function listAgents(tx: TenantTransaction, ownerId: string): Promise<AgentRow[]> {
  return await tx.sql<AgentRow & Record<string, unknown>>(
    `SELECT ${COLUMNS} FROM ${FROM} WHERE a.owner_id = $1 ORDER BY a.handle`,
    [ownerId],
  );
}

/** The agent that calls, or one of the owner that calls. @throws FleetError NOT_FOUND */
export async function getAgent(
  tx: TenantTransaction,
  { agentUserId, ownerId }: { readonly agentUserId: string; readonly ownerId: string },
): Promise<AgentRow> {
  const [row] = await tx.sql<AgentRow & Record<string, unknown>>(
    `SELECT ${COLUMNS} FROM ${FROM} WHERE a.id = $1 AND a.owner_id = $2`,
    [agentUserId, ownerId],
  );
  if (row === undefined) throw new FleetError("NOT_FOUND", "There is no such agent.");
  return row;
}

export interface AgentChange {
  readonly handle?: string | undefined;
  readonly description?: string | undefined;
  readonly usesOwnerProviders?: boolean | undefined;
}

/** Absent fields stay. @throws FleetError CONFLICT for a handle that is taken */
export async function updateAgent(tx: TenantTransaction, agentUserId: string, change: AgentChange): Promise<void> {
  const { handle, description, usesOwnerProviders } = change;
  await refusingTakenHandles(handle ?? "", () =>
    tx.sql(
      `UPDATE mosaic.agent_users SET handle = coalesce($2, handle), description = coalesce($3, description),
         uses_owner_providers = coalesce($4, uses_owner_providers) WHERE id = $1`,
      [agentUserId, handle ?? null, description ?? null, usesOwnerProviders ?? null],
    ),
  );
}

/** Its keys are refused from the commit on, and its streams end. Fine when it is disabled already. */
export async function disableAgent(
  tx: TenantTransaction,
  agentUserId: string,
  { by, reason }: { readonly by: AgentDisabledBy; readonly reason: string | null },
): Promise<void> {
  await tx.sql(
    `UPDATE mosaic.agent_users SET status = 'disabled', disabled_by = $2, disabled_reason = $3
      WHERE id = $1 AND (status = 'active' OR $2 = 'administrator')`,
    [agentUserId, by, reason],
  );
}

export async function enableAgent(tx: TenantTransaction, agentUserId: string): Promise<void> {
  await tx.sql("UPDATE mosaic.agent_users SET status = 'active', disabled_by = NULL, disabled_reason = NULL WHERE id = $1", [
    agentUserId,
  ]);
}

/** In a transaction of the owner's tenant, with the owner's deactivation. */
export async function disableAgentsOfOwner(tx: TenantTransaction): Promise<void> {
  await tx.sql(
    `UPDATE mosaic.agent_users SET status = 'disabled', disabled_by = 'owner_deactivated'
      WHERE owner_tenant = $1 AND status = 'active'`,
    [tx.tenant],
  );
}

/** Role worker, in a transaction of the owner's tenant. */
export async function listAgentIds(tx: TenantTransaction): Promise<string[]> {
  const rows = await tx.sql<{ id: string }>("SELECT id FROM mosaic.agent_users WHERE owner_tenant = $1 ORDER BY id", [
    tx.tenant,
  ]);
  return rows.map(({ id }) => id);
}

async function refusingTakenHandles(handle: string, write: () => Promise<unknown>): Promise<void> {
  try {
    await write();
  } catch (cause) {
    if (!isUniqueViolation(cause)) throw cause;
    const message = `You already have an agent named ${handle}.`;
    throw new FleetError("CONFLICT", message, { cause });
  }
}
