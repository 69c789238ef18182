// The outbox: written with a change, relayed to Temporal by the worker, in order per subject (a tenant, a lease).
import { OUTBOX_CHANNEL } from "../../contracts/core/channels.ts";
import type { OutboxMessage } from "../../contracts/core/outbox.ts";
import type { Tenant } from "../../contracts/core/tenant.ts";
import type { GlobalTransaction, TenantTransaction } from "./database.ts";

/** One message to deliver. */
export interface OutboxDelivery {
  /** All rows it stands for: the newest of a covering topic stands for the older ones. */
  readonly ids: readonly number[];
  readonly subject: string;
  /** Null: about something that belongs to no tenant. */
  readonly tenant: Tenant | null;
  readonly topic: string;
  /** Not read yet: during an update of the product it may be one that only the newer version knows. */
  readonly payload: unknown;
  readonly attempts: number;
}

interface OutboxRow extends Omit<OutboxDelivery, "ids"> {
  readonly id: number;
}

/** About the transaction's tenant, which is the ordering key. */
export async function addOutbox(tx: TenantTransaction, message: OutboxMessage): Promise<void> {
  await tx.sql("INSERT INTO mosaic.outbox (subject, tenant, topic, payload) VALUES ($1, $1, $2, $3::jsonb)", [
    tx.tenant,
    message.topic,
    JSON.stringify(message),
  ]);
  await tx.sql("SELECT pg_notify($1, '')", [OUTBOX_CHANNEL]);
}

export interface Batch {
  readonly subjects: number;
  readonly leaseSeconds?: number;
  /** Topics of which the newest message says all that the older ones said. */
  readonly covering: ReadonlySet<string>;
}

/**
 * Takes the messages of up to `subjects` subjects and leases them for `leaseSeconds`: if the relay dies they come up
 * again. The oldest unsent row of a subject stands for its whole queue, so that two relays never deliver messages of
 * one subject side by side. Role fleet.
 */
export async function takeBatch(
  tx: GlobalTransaction,
  { subjects, leaseSeconds = 30, covering }: Batch,
): Promise<OutboxDelivery[]> {
  const rows = await tx.sql<OutboxRow>(
    `WITH heads AS (
       SELECT o.subject FROM mosaic.outbox o
        WHERE o.sent_at IS NULL AND o.next_attempt_at <= mosaic.now()
          AND NOT EXISTS (SELECT 1 FROM mosaic.outbox e WHERE e.subject = o.subject AND e.sent_at IS NULL AND e.id < o.id)
        ORDER BY o.id LIMIT $1 FOR UPDATE SKIP LOCKED)
     UPDATE mosaic.outbox o
        SET attempts = o.attempts + 1, next_attempt_at = mosaic.now() + make_interval(secs => $2)
       FROM heads WHERE o.subject = heads.subject AND o.sent_at IS NULL
     RETURNING o.id, o.subject, o.tenant, o.topic, o.payload, o.attempts`,
    [subjects, leaseSeconds],
  );
  return coalesce(
    rows.toSorted((a, b) => a.id - b.id),
    covering,
  );
}

export async function markSent(tx: GlobalTransaction, delivery: OutboxDelivery): Promise<void> {
  await tx.sql("UPDATE mosaic.outbox SET sent_at = mosaic.now(), last_error = NULL WHERE id = ANY($1::bigint[])", [
    delivery.ids,
  ]);
}

/**
 * `queue`: the delivery that failed, and after it those of its subject from the same batch, which wait with it. All their
 * rows come up again together: the oldest unsent one, which stands for the queue, may belong to a later message.
 * `error`: a code or a short text without secrets.
 */
export async function markFailed(
  tx: GlobalTransaction,
  queue: readonly OutboxDelivery[],
  failure: { error: string; retrySeconds: number },
): Promise<void> {
  const ids = queue.flatMap((delivery) => delivery.ids);
  await tx.sql(
    `UPDATE mosaic.outbox
        SET last_error = CASE WHEN id = ANY($2::bigint[]) THEN $3 ELSE last_error END,
            next_attempt_at = mosaic.now() + make_interval(secs => $4)
      WHERE id = ANY($1::bigint[])`,
    [ids, queue[0]?.ids ?? [], failure.error.slice(0, 500), failure.retrySeconds],
  );
}

/** Removes delivered rows older than `days`; returns how many. Role fleet. */
export async function purgeSentOutbox(tx: GlobalTransaction, days: number): Promise<number> {
  const rows = await tx.sql("DELETE FROM mosaic.outbox WHERE sent_at < mosaic.now() - make_interval(days => $1) RETURNING id", [
    days,
  ]);
  return rows.length;
}

/** Keeps one message per subject and covering topic, the newest, at its newest place in the order. */
function coalesce(rows: readonly OutboxRow[], covering: ReadonlySet<string>): OutboxDelivery[] {
  const covered = new Map<string, number[]>();
  const deliveries: OutboxDelivery[] = [];
  for (const { id, ...row } of rows.toReversed()) {
    const key = `${row.subject}/${row.topic}`;
    const older = covered.get(key);
    if (older !== undefined) {
      older.push(id);
      continue;
    }
    const ids = [id];
    if (covering.has(row.topic)) covered.set(key, ids);
    deliveries.unshift({ ...row, ids });
  }
  return deliveries;
}
