// The fleet as administrators see it: what runs where and why, of every tenant, without content.
import type { ContainerPhase, ContainerStatus } from "../../contracts/containers/agent-container.ts";
import { FleetError } from "../../contracts/core/errors.ts";
import type { FleetListQuery, FleetSort } from "../../contracts/containers/fleet.ts";
import type { ContainerReason } from "../../contracts/containers/container-reasons.ts";
import type { PageMeta } from "../../contracts/core/page.ts";
import type { Tenant, TenantKind } from "../../contracts/core/tenant.ts";
import { pageOf } from "../../domain/core/page.ts";
import type { GlobalTransaction } from "../core/database.ts";
import { actAsAdministrator } from "../core/administrator.ts";
import { listNamedEvents, type NamedContainerEvent } from "./container-events.ts";
import { likePattern } from "../core/like-pattern.ts";

export interface FleetListRow {
  readonly id: string;
  readonly tenant: Tenant;
  readonly kind: TenantKind;
  readonly ownerName: string;
  readonly name: string;
  readonly status: ContainerStatus;
  readonly phase: ContainerPhase;
  readonly reason: ContainerReason | null;
  readonly host: string | null;
  readonly image: string | null;
  readonly generation: number;
  readonly startedAt: Date | null;
  readonly lastActivityAt: Date | null;
  readonly statusChangedAt: Date;
}

export type FleetCounts = Readonly<Record<ContainerStatus, number>>;

const CONTAINERS = "mosaic.agent_containers c";
const NAMED = `${CONTAINERS}
  LEFT JOIN mosaic.users u ON 'human:' || u.id::text = c.tenant
  LEFT JOIN mosaic.system_containers s ON s.tenant = c.tenant
  LEFT JOIN mosaic.agent_users a ON a.tenant = c.tenant`;
const COLUMNS = `c.id, c.tenant, c.kind, coalesce(u.name, s.display_name, a.handle, c.tenant) AS "ownerName", c.name, c.status,
  c.phase, c.reason, c.host, c.image, c.generation, c.started_at AS "startedAt", c.last_activity_at AS "lastActivityAt",
  c.status_changed_at AS "statusChangedAt"`;
const FILTER = "c.retired_at IS NULL AND ($1::text IS NULL OR c.status = $1) AND ($2::text IS NULL OR c.kind = $2)";
const SEARCH = `AND (u.name ILIKE $3 OR u.email LIKE lower($3) OR s.name LIKE lower($3) OR s.display_name ILIKE $3 OR a.handle LIKE lower($3)
    OR c.name LIKE lower($3) OR c.host ILIKE $3 OR c.image ILIKE $3)`;
/** `attention` has one direction: what needs someone comes first. What is not known comes last in both. */
const ORDERS: Readonly<Record<FleetSort, Readonly<Record<"asc" | "desc", string>>>> = {
  attention: both("array_position(ARRAY['error', 'starting', 'running', 'stopped'], c.status), c.status_changed_at DESC"),
  owner: directed("lower(coalesce(u.name, s.display_name, a.handle, c.tenant))"),
  host: directed("c.host"),
  image: directed("c.image"),
  lastActivity: directed("c.last_activity_at"),
};

/** A page past the end is the last one. For administrators. */
export async function listContainers(
  tx: GlobalTransaction,
  query: FleetListQuery,
): Promise<{ containers: FleetListRow[]; meta: PageMeta; counts: FleetCounts }> {
  await actAsAdministrator(tx);
  const pattern = likePattern(query.search);
  const filter = [query.status ?? null, query.kind ?? null, ...(pattern === null ? [] : [pattern])];
  const where = `WHERE ${FILTER} ${pattern === null ? "" : SEARCH}`;
  const searched = pattern === null ? CONTAINERS : NAMED;
  const [counted] = await tx.sql<{ total: number }>(`SELECT count(*)::int AS total FROM ${searched} ${where}`, filter);
  const { offset, ...meta } = pageOf(query, counted?.total ?? 0);
  // Names are looked up for the rows of the page alone, unless they decide which rows those are.
  const sorted = query.sort === "owner" ? NAMED : searched;
  const order = `${ORDERS[query.sort][query.order]}, c.id`;
  const containers = await tx.sql<FleetListRow & Record<string, unknown>>(
    `WITH page AS MATERIALIZED (SELECT c.id FROM ${sorted} ${where} ORDER BY ${order}
                                 LIMIT $${filter.length + 1} OFFSET $${filter.length + 2})
     SELECT ${COLUMNS} FROM page JOIN (${NAMED}) ON c.id = page.id ORDER BY ${order}`,
    [...filter, meta.limit, offset],
  );
  return { containers, meta, counts: await countByStatus(tx) };
}

function both(order: string): Readonly<Record<"asc" | "desc", string>> {
  return { asc: order, desc: order };
}

function directed(column: string): Readonly<Record<"asc" | "desc", string>> {
  return { asc: `${column} ASC NULLS LAST`, desc: `${column} DESC NULLS LAST` };
}

async function countByStatus(tx: GlobalTransaction): Promise<FleetCounts> {
  const rows = await tx.sql<{ status: ContainerStatus; count: number }>(
    "SELECT status, count(*)::int AS count FROM mosaic.agent_containers WHERE retired_at IS NULL GROUP BY status",
  );
  const counts = { stopped: 0, starting: 0, running: 0, error: 0 };
  for (const { status, count } of rows) counts[status] = count;
  return counts;
}

export interface FleetDetailRow extends FleetListRow {
  readonly configRevision: number;
  readonly appliedRevision: number | null;
}

/** For administrators. @throws FleetError NOT_FOUND */
export async function getFleetContainer(tx: GlobalTransaction, id: string): Promise<FleetDetailRow> {
  await actAsAdministrator(tx);
  const [row] = await tx.sql<FleetDetailRow & Record<string, unknown>>(
    `SELECT ${COLUMNS}, c.config_revision AS "configRevision", c.fetched_revision AS "appliedRevision" FROM ${NAMED} WHERE c.id = $1 AND c.retired_at IS NULL`,
    [id],
  );
  if (row === undefined) throw new FleetError("NOT_FOUND", "There is no such container.");
  return row;
}

/** Those of the ids that exist, with their tenants. For administrators. */
export async function findFleetTenants(
  tx: GlobalTransaction,
  ids: readonly string[],
): Promise<{ readonly id: string; readonly tenant: Tenant }[]> {
  await actAsAdministrator(tx);
  return await tx.sql<{ id: string; tenant: Tenant }>(
    "SELECT id, tenant FROM mosaic.agent_containers WHERE id = ANY ($1::uuid[]) AND retired_at IS NULL ORDER BY id",
    [ids],
  );
}

/** By tenant; for the list of system agents. For administrators. */
export async function listSystemAgentContainers(tx: GlobalTransaction): Promise<FleetListRow[]> {
  await actAsAdministrator(tx);
  return await tx.sql<FleetListRow & Record<string, unknown>>(
    `SELECT ${COLUMNS} FROM ${NAMED} WHERE c.kind = 'system' AND c.retired_at IS NULL ORDER BY c.tenant`,
  );
}

/** Newest first. For administrators. */
export async function listContainerEvents(
  tx: GlobalTransaction,
  { tenant, limit }: { readonly tenant: Tenant; readonly limit: number },
): Promise<NamedContainerEvent[]> {
  await actAsAdministrator(tx);
  return await listNamedEvents(tx, { tenant, limit });
}
