// What is committed to the outbox about leases: mostly by the statements that change them, one fragment for each topic.
import { OUTBOX_CHANNEL } from "../../contracts/core/channels.ts";
import { credentialLeaseSubject, type CredentialLeaseMessage } from "../../contracts/leases/lease-messages.ts";
import type { GlobalTransaction } from "../core/database.ts";

type Topic = CredentialLeaseMessage["topic"];
type MessageOf<T extends Topic> = Extract<CredentialLeaseMessage, { readonly topic: T }>;

/** An SQL expression for each fact of the message, and the rows that they are read from: a message each. */
interface Announcement<T extends Topic> {
  readonly topic: T;
  readonly facts: Readonly<Record<Exclude<keyof MessageOf<T>, "topic">, string>>;
  readonly from: string;
}

/** The statement's part that commits the message to the outbox. */
export function announce<T extends Topic>({ topic, facts, from }: Announcement<T>): string {
  const pairs = Object.entries<string>(facts).map(([name, value]) => `'${name}', ${value}`);
  return `
    INSERT INTO mosaic.outbox (subject, topic, payload)
    SELECT 'credential-lease:' || ${facts.leaseId}, '${topic}', jsonb_build_object('topic', '${topic}', ${pairs.join(", ")})
      FROM ${from}`;
}

/** Milliseconds since 1970 of an SQL expression's time. */
export function milliseconds(time: string): string {
  return `(extract(epoch FROM ${time}) * 1000)::bigint`;
}

/** For changes that are more than one statement. */
export async function tellLease(tx: GlobalTransaction, message: CredentialLeaseMessage): Promise<void> {
  await tx.sql("INSERT INTO mosaic.outbox (subject, topic, payload) VALUES ($1, $2, $3::jsonb)", [
    ...[credentialLeaseSubject(message.leaseId), message.topic, JSON.stringify(message)],
  ]);
  await tx.sql("SELECT pg_notify($1, '')", [OUTBOX_CHANNEL]);
}

/**
 * Removes up to `limit` messages about leases that were delivered a day ago, oldest first; returns how many. There are two
 * for each lease, too many to be kept as long as the others. Role fleet.
 */
export async function purgeSentLeaseMessages(tx: GlobalTransaction, limit: number): Promise<number> {
  const rows = await tx.sql(
    `DELETE FROM mosaic.outbox WHERE id IN (
       SELECT id FROM mosaic.outbox WHERE tenant IS NULL AND sent_at < mosaic.now() - interval '1 day'
        ORDER BY id LIMIT $1 FOR UPDATE SKIP LOCKED)
     RETURNING id`,
    [limit],
  );
  return rows.length;
}
