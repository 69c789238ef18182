// The audit log as administrators read it: filtered, in pages, or all of it in batches.
import type { AuditEventView, AuditFilter, AuditListQuery } from "../../contracts/audit/audit.ts";
import type { PageMeta } from "../../contracts/core/page.ts";
import { pageOf } from "../../domain/core/page.ts";
import type { GlobalTransaction } from "../core/database.ts";
import { actAsAdministrator } from "../core/administrator.ts";

export interface AuditLogRow extends Omit<AuditEventView, "occurredAt"> {
  readonly occurredAt: Date;
  /** To the microsecond: where the next batch goes on. */
  readonly cursor: string;
}

/** Where a batch goes on: after this event, towards older ones. */
export type AuditCursor = Pick<AuditLogRow, "cursor" | "id">;

const COLUMNS = `id, occurred_at AS "occurredAt", actor_kind AS "actorKind", actor_id AS "actorId", actor_name AS "actorName",
  action, target_kind AS "targetKind", target_id AS "targetId", outcome, remote_address AS "remoteAddress",
  request_id AS "requestId", detail, occurred_at::text AS cursor`;
/** An action that ends in a dot stands for all of its noun. */
const FILTER = `($1::text IS NULL OR CASE WHEN right($1, 1) = '.' THEN starts_with(action, $1) ELSE action = $1 END)
  AND ($2::text IS NULL OR actor_id = $2) AND ($3::text IS NULL OR target_id = $3) AND ($4::text IS NULL OR outcome = $4)
  AND ($5::timestamptz IS NULL OR occurred_at >= $5) AND ($6::timestamptz IS NULL OR occurred_at < $6)`;

/** Jumps from one action to the next in the index, instead of reading every row. */
const ACTIONS = `WITH RECURSIVE found AS (
    (SELECT action FROM mosaic.audit_events ORDER BY action LIMIT 1)
    UNION ALL
    SELECT (SELECT e.action FROM mosaic.audit_events e WHERE e.action > found.action ORDER BY e.action LIMIT 1)
      FROM found WHERE found.action IS NOT NULL)
  SELECT action FROM found WHERE action IS NOT NULL`;

/** Newest first; a page past the end is the last one. For administrators. */
export async function listAuditEvents(
  tx: GlobalTransaction,
  query: AuditListQuery,
): Promise<{ events: AuditLogRow[]; meta: PageMeta; actions: string[] }> {
  await actAsAdministrator(tx);
  const filter = filterValues(query);
  const [counted] = await tx.sql<{ total: number }>(
    `SELECT count(*)::int AS total FROM mosaic.audit_events WHERE ${FILTER}`,
    filter,
  );
  const { offset, ...meta } = pageOf(query, counted?.total ?? 0);
  const events = await tx.sql<AuditLogRow & Record<string, unknown>>(
    `SELECT ${COLUMNS} FROM mosaic.audit_events WHERE ${FILTER} ORDER BY occurred_at DESC, id DESC LIMIT $7 OFFSET $8`,
    [...filter, meta.limit, offset],
  );
  const actions = await tx.sql<{ action: string }>(ACTIONS);
  return { events, meta, actions: actions.map(({ action }) => action) };
}

/** Up to `size` events, newest first, after the one given. For administrators. */
export async function readAuditBatch(
  tx: GlobalTransaction,
  filter: AuditFilter,
  { after, size }: { readonly after: AuditCursor | null; readonly size: number },
): Promise<AuditLogRow[]> {
  await actAsAdministrator(tx);
  return await tx.sql<AuditLogRow & Record<string, unknown>>(
    `SELECT ${COLUMNS} FROM mosaic.audit_events
      WHERE ${FILTER} AND ($7::timestamptz IS NULL OR (occurred_at, id) < ($7, $8::uuid))
      ORDER BY occurred_at DESC, id DESC LIMIT $9`,
    [...filterValues(filter), after?.cursor ?? null, after?.id ?? null, size],
  );
}

function filterValues({ action, actorId, targetId, outcome, from, to }: AuditFilter): (string | null)[] {
  return [action, actorId, targetId, outcome, from, to].map((value) => value ?? null);
}
