// Those who wait for a credential of a kind, strictly in order of arrival. A ticket is drawn when the wait begins.
import { randomUUID } from "node:crypto";
import { CREDENTIAL_CHANNEL } from "../../contracts/core/channels.ts";
import { WAIT_LIMITS, type BrokerActor } from "../../contracts/leases/credential-lease.ts";
import type { Database, GlobalTransaction } from "../core/database.ts";
import { asIds, AVAILABLE_AT, CLOCK, IS_WAITING, isUuid } from "./credential-sql.ts";

export interface NewWaiter {
  readonly kind: string;
  readonly ownerId: string;
  readonly actor: BrokerActor;
  readonly excludeCredentialIds: readonly string[];
}

/**
 * Role api. The lock makes tickets rise in the order of commits: who sees a ticket sees all before it. Resolves to the
 * waiter's id.
 */
export async function joinQueue(database: Database, input: NewWaiter): Promise<string> {
  const id = randomUUID();
  await database.autocommit.sql(
    `WITH lock AS MATERIALIZED (SELECT pg_advisory_xact_lock(hashtextextended('credential-queue:' || $2, 0)) AS held), ${CLOCK}
     INSERT INTO mosaic.credential_waiters (id, kind, owner_id, actor_role, actor_id, exclude, enqueued_at, last_seen_at)
     SELECT $1, $2, $3, $4, $5, $6::text[], clock.now, clock.now FROM lock, clock`,
    [id, input.kind, input.ownerId, input.actor.role, input.actor.id, asIds(input.excludeCredentialIds)],
  );
  return id;
}

/**
 * Keeps the place of a waiter who came back in time, with the exclusions of the new request. False when it was away for
 * longer, whether it was removed since or not, when it was served, or is another's: join again.
 */
export async function rejoinQueue(database: Database, waiterId: string, input: NewWaiter): Promise<boolean> {
  if (!isUuid(waiterId)) return false;
  const rows = await database.autocommit.sql(
    `UPDATE mosaic.credential_waiters SET last_seen_at = date_trunc('milliseconds', mosaic.now()), exclude = $5::text[]
      WHERE id = $1 AND kind = $2 AND owner_id = $3 AND actor_id = $4
        AND last_seen_at > mosaic.now() - $6 * interval '1 millisecond' RETURNING id`,
    [...[waiterId, input.kind, input.ownerId, input.actor.id, asIds(input.excludeCredentialIds)], WAIT_LIMITS.placeKeptMs],
  );
  return rows.length > 0;
}

/** For waiters whose requests this process holds, every WAIT_LIMITS.touchEveryMs. One statement for all. */
export async function touchWaiters(database: Database, waiterIds: readonly string[]): Promise<void> {
  await database.autocommit.sql(
    "UPDATE mosaic.credential_waiters SET last_seen_at = date_trunc('milliseconds', mosaic.now()) WHERE id = ANY ($1::uuid[])",
    [waiterIds],
  );
}

/** The waiter went away; those behind it are notified. Does nothing if it is already gone. */
export async function leaveQueue(database: Database, waiterId: string): Promise<void> {
  if (!isUuid(waiterId)) return;
  await database.autocommit.sql(
    `WITH gone AS (DELETE FROM mosaic.credential_waiters WHERE id = $1 RETURNING kind)
     SELECT count(pg_notify('${CREDENTIAL_CHANNEL}', kind)) FROM gone`,
    [waiterId],
  );
}

export interface QueuePlace {
  /** 1 is the next to be served. */
  readonly position: number;
  /** Milliseconds until its turn if every lease before runs to its expiry; null: cannot be told. */
  readonly expectedWaitMs: number | null;
}

/** Null when the waiter is gone. */
export async function queuePlace(database: Database, waiterId: string): Promise<QueuePlace | null> {
  if (!isUuid(waiterId)) return null;
  const [place] = await database.autocommit.sql<QueuePlace>(
    `WITH ${CLOCK},
       me AS (SELECT w.kind, w.ticket, w.exclude FROM mosaic.credential_waiters w WHERE w.id = $1),
       place AS (
         SELECT count(w.ticket) + 1 AS position FROM me CROSS JOIN clock LEFT JOIN mosaic.credential_waiters w
             ON w.kind = me.kind AND w.ticket < me.ticket
            AND ${IS_WAITING}),
       turns AS (
         SELECT ${AVAILABLE_AT} AS at, row_number() OVER (ORDER BY ${AVAILABLE_AT}) AS turn
           FROM me JOIN mosaic.qa_credentials c ON c.kind = me.kind AND c.id::text <> ALL (me.exclude))
     SELECT place.position, CASE WHEN turns.at IS NOT NULL THEN
              ceil(extract(epoch FROM greatest(turns.at - clock.now, interval '0')) * 1000)::bigint END AS "expectedWaitMs"
       FROM me CROSS JOIN clock CROSS JOIN place LEFT JOIN turns ON turns.turn = place.position`,
    [waiterId],
  );
  return place ?? null;
}

/** Removes waiters that lost their place; resolves to how many. Roles worker and fleet. */
export async function purgeWaiters(tx: GlobalTransaction): Promise<number> {
  const rows = await tx.sql(
    "DELETE FROM mosaic.credential_waiters WHERE last_seen_at < mosaic.now() - $1 * interval '1 millisecond' RETURNING id",
    [WAIT_LIMITS.placeKeptMs],
  );
  return rows.length;
}
