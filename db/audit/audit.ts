// The audit trail: written in the transaction of the change that it records; no service can read or change it.
import { randomUUID } from "node:crypto";
import type { AuditAction, AuditTarget } from "../../contracts/audit/actions.ts";
import { derivedId } from "../core/derived-id.ts";
import type { GlobalTransaction } from "../core/database.ts";

export interface AuditRecord {
  readonly actorKind: "human" | "agent" | "container" | "system" | "broker" | "anonymous";
  readonly actorId: string | null;
  readonly actorName: string | null;
  readonly action: AuditAction;
  readonly targetKind: AuditTarget | null;
  readonly targetId: string | null;
  readonly outcome: "success" | "denied" | "failed";
  readonly remoteAddress: string | null;
  readonly requestId: string | null;
  /** Facts without secrets. */
  readonly detail?: Readonly<Record<string, unknown>>;
  /** Writes the row once, however often it is reported under this key: activities may run again. */
  readonly onceKey?: string;
}

export async function appendAudit(tx: GlobalTransaction, event: AuditRecord): Promise<void> {
  // The id is made here: without a right to read, INSERT … RETURNING would fail.
  await tx.sql(
    `INSERT INTO mosaic.audit_events (id, actor_kind, actor_id, actor_name, action, target_kind, target_id, outcome,
       remote_address, request_id, detail) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11::jsonb) ON CONFLICT DO NOTHING`,
    [
      ...[event.onceKey === undefined ? randomUUID() : derivedId(`audit/${event.onceKey}`)],
      ...[event.actorKind, event.actorId, event.actorName, event.action, event.targetKind, event.targetId],
      ...[event.outcome, event.remoteAddress, event.requestId, JSON.stringify(event.detail ?? {})],
    ],
  );
}
