// The audit log as administrators read it: filtered, in pages, or all of it in batches.
import type { AuditEventView, AuditFilter, AuditListQuery } from "../../contracts/audit/audit.ts";
import type { PageMeta } from "../../contracts/core/page.ts";
import { pageOf } from "../../domain/core/page.ts";
import type { GlobalTransaction } from "../core/database.ts";
import { actAsAdministrator } from "../core/administrator.ts";
import { ACTIONS, matches, searchValues, type SearchValues } from "./audit-search.ts";
import { TARGET_NAME } from "./target-names.ts";

export interface AuditLogRow extends Omit<AuditEventView, "occurredAt"> {
  readonly occurredAt: Date;
  /** To the microsecond: where the next batch goes on. */
  readonly cursor: string;
}

/** Where a batch goes on: after this event, towards older ones. */
export type AuditCursor = Pick<AuditLogRow, "cursor" | "id">;

const COLUMNS = `e.id, e.occurred_at AS "occurredAt", e.actor_kind AS "actorKind", e.actor_id AS "actorId",
  e.actor_name AS "actorName", e.action, e.target_kind AS "targetKind", e.target_id AS "targetId", e.outcome,
  e.remote_address AS "remoteAddress", e.request_id AS "requestId", e.detail, e.occurred_at::text AS cursor,
  ${TARGET_NAME} AS "targetName"`;
/** An action that ends in a dot stands for all of its noun. */
const FILTER = `($1::text IS NULL OR CASE WHEN right($1, 1) = '.' THEN starts_with(e.action, $1) ELSE e.action = $1 END)
  AND ($2::text IS NULL OR e.actor_id = $2) AND ($3::text IS NULL OR e.target_id = $3)
  AND ($4::text IS NULL OR e.outcome = $4)
  AND ($5::timestamptz IS NULL OR e.occurred_at >= $5) AND ($6::timestamptz IS NULL OR e.occurred_at < $6)`;
/** A search brings its values after the six of the filter. */
const SEARCH_FROM = 7;
const NEWEST_FIRST = "e.occurred_at DESC, e.id DESC";

interface Found {
  readonly total: number;
  readonly events: readonly AuditLogRow[];
}

/** Newest first; a page past the end is the last one. For administrators. */
export async function listAuditEvents(
  tx: GlobalTransaction,
  query: AuditListQuery,
): Promise<{ events: readonly AuditLogRow[]; meta: PageMeta; actions: string[] }> {
  await actAsAdministrator(tx);
  const found = await searchValues(tx, query.search);
  const { events, total } = found === null ? await readPage(tx, query) : await searchPage(tx, query, found);
  const { offset: _, ...meta } = pageOf(query, total);
  const actions = await tx.sql<{ value: string }>(ACTIONS);
  return { events, meta, actions: actions.map(({ value }) => value) };
}

/** The index of the times gives the page, and stops there. */
async function readPage(tx: GlobalTransaction, query: AuditListQuery): Promise<Found> {
  const values = filterValues(query);
  const [{ total } = { total: 0 }] = await tx.sql<{ total: number }>(
    `SELECT count(*)::int AS total FROM mosaic.audit_events e WHERE ${FILTER}`,
    values,
  );
  const { limit, offset } = pageOf(query, total);
  const events = await tx.sql<AuditLogRow & Record<string, unknown>>(
    `WITH page AS MATERIALIZED (
       SELECT * FROM mosaic.audit_events e WHERE ${FILTER} ORDER BY ${NEWEST_FIRST} LIMIT $7 OFFSET $8)
     SELECT ${COLUMNS} FROM page e ORDER BY ${NEWEST_FIRST}`,
    [...values, limit, offset],
  );
  return { total, events };
}

/**
 * One pass gives the number and the page. Nobody knows beforehand how many reasons match: Postgres would go through the whole
 * log by time for a page that has two events.
 */
async function searchPage(tx: GlobalTransaction, query: AuditListQuery, found: SearchValues): Promise<Found> {
  const rows = await tx.sql<AuditLogRow & { total: number } & Record<string, unknown>>(
    `WITH found AS MATERIALIZED (
       SELECT e.id, e.occurred_at FROM mosaic.audit_events e WHERE ${FILTER} AND ${matches(SEARCH_FROM)}),
     page AS (
       SELECT e.id FROM found e ORDER BY ${NEWEST_FIRST} LIMIT $11
       OFFSET (SELECT least(($12::int - 1) * $11::int, greatest(count(*) - 1, 0) / $11 * $11) FROM found))
     SELECT ${COLUMNS}, (SELECT count(*)::int FROM found) AS total
       FROM page JOIN mosaic.audit_events e ON e.id = page.id ORDER BY ${NEWEST_FIRST}`,
    [...filterValues(query), ...found, query.limit, query.page],
  );
  const events = rows.map((row) => {
    const { total: _, ...event } = row;
    return event;
  });
  return { total: rows[0]?.total ?? 0, events };
}

/** Up to `size` events, newest first, after the one given. For administrators. */
export async function readAuditBatch(
  tx: GlobalTransaction,
  filter: AuditFilter,
  { after, size }: { readonly after: AuditCursor | null; readonly size: number },
): Promise<AuditLogRow[]> {
  await actAsAdministrator(tx);
  const found = await searchValues(tx, filter.search);
  const values = [...filterValues(filter), ...(found ?? [])];
  const [at, id, limit] = [1, 2, 3].map((index) => `$${values.length + index}`);
  return await tx.sql<AuditLogRow & Record<string, unknown>>(
    `SELECT ${COLUMNS} FROM mosaic.audit_events e
      WHERE ${FILTER} ${found === null ? "" : `AND ${matches(SEARCH_FROM)}`}
        AND (${at}::timestamptz IS NULL OR (e.occurred_at, e.id) < (${at}, ${id}::uuid))
      ORDER BY ${NEWEST_FIRST} LIMIT ${limit}`,
    [...values, after?.cursor ?? null, after?.id ?? null, size],
  );
}

function filterValues({ action, actorId, targetId, outcome, from, to }: AuditFilter): (string | null)[] {
  return [action, actorId, targetId, outcome, from, to].map((value) => value ?? null);
}
