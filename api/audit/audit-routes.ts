// The audit log for administrators: a list with filters, and an export as JSON lines.
import { once } from "node:events";
import type { Response } from "express";
import { auditExportQuerySchema, auditListQuerySchema, auditPageSchema } from "../../contracts/audit/audit.ts";
import type { AuditEventView, AuditFilter } from "../../contracts/audit/audit.ts";
import { shownName, shownRecord } from "../../contracts/core/name.ts";
import type { Database } from "../../db/core/database.ts";
import { listAuditEvents, readAuditBatch, type AuditCursor, type AuditLogRow } from "../../db/audit/audit-log.ts";
import { defineRoute, STREAMED, type Route } from "../http/define-route.ts";
import type { ApiDeps } from "../deps.ts";

const PATH = "/api/audit-events";
const EXPORT_TYPE = "application/x-ndjson";
const EXPORT_BATCH = 1_000;

export function createAuditEventRoutes({ db }: Pick<ApiDeps, "db">): readonly Route[] {
  return [createListRoute(db), createExportRoute(db)];
}

function createListRoute(db: Database): Route {
  return defineRoute({
    method: "get",
    path: PATH,
    operationId: "listAuditEvents",
    summary: "List audit events, newest first",
    who: "admin",
    rateLimit: "read",
    query: auditListQuerySchema,
    responses: { 200: { description: "One page. A page past the end returns the last page.", schema: auditPageSchema } },
    handler: async ({ query }) => {
      const { events, ...page } = await db.globally((tx) => listAuditEvents(tx, query));
      return { status: 200, body: { ...page, events: events.map(eventView) } };
    },
  });
}

function createExportRoute(db: Database): Route {
  return defineRoute({
    method: "get",
    path: `${PATH}/export`,
    operationId: "exportAuditEvents",
    summary: "Export the audit log as JSON lines, newest first",
    who: "admin",
    rateLimit: "read",
    audit: { action: "audit.export", target: "audit-log" },
    query: auditExportQuerySchema,
    responses: { 200: { description: "One JSON event per line, with the fields of the list.", contentType: EXPORT_TYPE } },
    handler: async ({ query, response, clientGone, writeGlobally }) => {
      await writeGlobally(
        () => Promise.resolve(),
        () => ({ detail: { filter: query } }),
      );
      // The first batch comes before the status, so that a database that is unavailable is still an error of its own.
      const first = await db.globally((tx) => readAuditBatch(tx, query, { after: null, size: EXPORT_BATCH }));
      response.status(200).type(EXPORT_TYPE).set("content-disposition", 'attachment; filename="audit-events.jsonl"');
      await writeAll({ db, query, first, response, clientGone });
      response.end();
      return STREAMED;
    },
  });
}

interface Export {
  readonly db: Database;
  readonly query: AuditFilter;
  readonly first: readonly AuditLogRow[];
  readonly response: Response;
  readonly clientGone: AbortSignal;
}

/** One batch at a time, as fast as the client takes them: memory stays the same whatever the length of the log. */
async function writeAll({ db, query, first, response, clientGone }: Export): Promise<void> {
  for (let batch = first; batch.length > 0 && !clientGone.aborted;) {
    const lines = batch.map((row) => `${JSON.stringify(eventView(row))}\n`).join("");
    if (!response.write(lines)) await drained(response, clientGone);
    const after: AuditCursor | null = batch.at(-1) ?? null;
    batch = await db.globally((tx) => readAuditBatch(tx, query, { after, size: EXPORT_BATCH }));
  }
}

async function drained(response: Response, clientGone: AbortSignal): Promise<void> {
  await once(response, "drain", { signal: clientGone }).catch((error: unknown) => {
    if (!clientGone.aborted) throw error;
  });
}

function eventView({ occurredAt, cursor: _cursor, ...row }: AuditLogRow): AuditEventView {
  return {
    ...row,
    actorName: row.actorName === null ? null : shownName(row.actorName),
    targetName: row.targetName === null ? null : shownName(row.targetName),
    detail: shownRecord(row.detail),
    occurredAt: occurredAt.toISOString(),
  };
}
