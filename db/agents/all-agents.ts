// Agents as administrators see them: whose they are and whether they may act. No description, no key.
import type { AdminAgentListQuery } from "../../contracts/agents/schema.ts";
import { FleetError } from "../../contracts/core/errors.ts";
import type { PageMeta } from "../../contracts/core/page.ts";
import type { Tenant } from "../../contracts/core/tenant.ts";
import { pageOf } from "../../domain/core/page.ts";
import { actAsAdministrator } from "../core/administrator.ts";
import { likePattern } from "../core/like-pattern.ts";
import type { GlobalTransaction } from "../core/database.ts";
import type { AgentRow } from "./agent-users.ts";

export interface ListedAgent extends Omit<AgentRow, "description" | "usesOwnerProviders" | "ownerId"> {
  readonly tenant: Tenant;
  readonly owner: { readonly id: string; readonly name: string };
}

const COLUMNS = `a.id AS "agentUserId", a.tenant, a.handle, a.status, a.disabled_by AS "disabledBy",
  a.disabled_reason AS "disabledReason", a.created_at AS "createdAt", jsonb_build_object('id', u.id, 'name', u.name) AS owner`;
const FROM = "mosaic.agent_users a JOIN mosaic.users u ON u.id = a.owner_id";
const FILTER = `($1::text IS NULL OR a.handle LIKE lower($1) OR u.name ILIKE $1) AND ($2::uuid IS NULL OR a.owner_id = $2)
  AND ($3::text IS NULL OR a.status = $3)`;

type Found = Omit<ListedAgent, "keys" | "lastUsedAt">;

/** Newest first. A page past the end is the last one. */
export async function listAllAgents(
  tx: GlobalTransaction,
  query: AdminAgentListQuery,
): Promise<{ agents: ListedAgent[]; meta: PageMeta }> {
  await actAsAdministrator(tx);
  const filter = [likePattern(query.search), query.owner ?? null, query.status ?? null];
  const [counted] = await tx.sql<{ total: number }>(`SELECT count(*)::int AS total FROM ${FROM} WHERE ${FILTER}`, filter);
  const { offset, ...meta } = pageOf(query, counted?.total ?? 0);
  const rows = await tx.sql<Found>(
    `SELECT ${COLUMNS} FROM ${FROM} WHERE ${FILTER} ORDER BY a.created_at DESC, a.id LIMIT $4 OFFSET $5`,
    [...filter, meta.limit, offset],
  );
  return { agents: await withKeyCounts(tx, rows), meta };
}

/** @throws FleetError NOT_FOUND */
export async function getAnyAgent(tx: GlobalTransaction, agentUserId: string): Promise<ListedAgent> {
  await actAsAdministrator(tx);
  const rows = await tx.sql<Found>(`SELECT ${COLUMNS} FROM ${FROM} WHERE a.id = $1`, [agentUserId]);
  const [agent] = await withKeyCounts(tx, rows);
  if (agent === undefined) throw new FleetError("NOT_FOUND", "There is no such agent.");
  return agent;
}

interface KeyCount {
  readonly tenant: Tenant;
  readonly active: number;
  readonly total: number;
  readonly lastUsedAt: Date | null;
}

/** Keys themselves no administrator sees. */
async function withKeyCounts(tx: GlobalTransaction, rows: readonly Found[]): Promise<ListedAgent[]> {
  const counts = await tx.sql<KeyCount & Record<string, unknown>>("SELECT * FROM auth.count_agent_keys($1)", [
    rows.map(({ tenant }) => tenant),
  ]);
  const byTenant = new Map(counts.map((count) => [count.tenant, count]));
  return rows.map((row) => {
    const { active = 0, total = 0, lastUsedAt = null } = byTenant.get(row.tenant) ?? {};
    return { ...row, keys: { active, total }, lastUsedAt };
  });
}
