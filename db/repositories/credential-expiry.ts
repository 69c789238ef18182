// The end of leases that nobody gave back: recorded by the lease's workflow, with quarantine and cool-down where set.
import { CREDENTIAL_CHANNEL } from "../../contracts/channels.ts";
import { LEASE_EXPIRED_QUARANTINE_CODE } from "../../contracts/lease-codes.ts";
import type { GlobalTransaction } from "../database.ts";
import { CLOCK, COOL_DOWN, NO_LEASE } from "./credential-sql.ts";

export type LeaseLook =
  /** Given back or taken away. */
  | { readonly state: "gone" }
  | { readonly state: "held"; readonly leftMs: number; readonly expiresAtMs: number }
  /** Recorded, by this look or before, by an acquire that took the credential over among others. */
  | {
      readonly state: "expired";
      readonly expiresAtMs: number;
      readonly quarantined: boolean;
      readonly coolUntilMs: number | null;
    };

interface LookRow {
  readonly expiresAt: Date | null;
  readonly leftMs: number;
  readonly isRecorded: boolean;
  readonly coolUntil: Date | null;
  readonly quarantined: boolean;
}

interface Lease {
  readonly leaseId: string;
  readonly credentialId: string;
}

/**
 * At the very moment of expiry a heartbeat may still come, so that it is recorded after it. Two statements, because the
 * row of a quarantined lease is emptied: why it lasted no longer then stands in the events alone.
 */
const RECORD = `
WITH ${CLOCK},
  due AS (
    SELECT c.id, c.kind, c.lease_id, c.fence, c.lease_owner_id, c.lease_actor_role, c.lease_actor_id, c.lease_expires_at,
           c.lease_quarantine_on_expiry AS quarantines, c.lease_expires_at + ${COOL_DOWN} AS cool_until
      FROM mosaic.qa_credentials c, clock
     WHERE c.id = $1 AND c.lease_id = $2 AND c.expiry_recorded_at IS NULL AND c.lease_expires_at < clock.now FOR UPDATE OF c),
  rested AS (
    UPDATE mosaic.qa_credentials c SET expiry_recorded_at = clock.now, cool_until = due.cool_until
      FROM due, clock WHERE c.id = due.id AND NOT due.quarantines),
  quarantined AS (
    UPDATE mosaic.qa_credentials c
       SET status = 'disabled', quarantined_at = clock.now, quarantine_reason = $3::text, updated_at = clock.now, ${NO_LEASE}
      FROM due, clock WHERE c.id = due.id AND due.quarantines),
  traced AS (
    INSERT INTO mosaic.credential_lease_events
           (type, occurred_at, kind, credential_id, lease_id, fence, owner_id, actor_role, actor_id, expires_at, code)
    SELECT step.type, clock.now, due.kind, due.id, due.lease_id, due.fence, due.lease_owner_id, due.lease_actor_role,
           due.lease_actor_id, due.lease_expires_at, step.code
      FROM due CROSS JOIN clock CROSS JOIN (VALUES (1, 'expired', NULL), (2, 'quarantine', $3::text)) AS step (n, type, code)
     WHERE step.n = 1 OR due.quarantines ORDER BY step.n)
SELECT count(pg_notify('${CREDENTIAL_CHANNEL}', kind)) FROM due`;

const LOOK = `
WITH ${CLOCK},
  recorded AS (
    SELECT max(e.expires_at) AS expires_at, bool_or(e.type = 'quarantine' AND e.code = $3::text) AS quarantined
      FROM mosaic.credential_lease_events e
     WHERE e.credential_id = $1 AND e.lease_id = $2 AND (e.type = 'expired' OR (e.type = 'quarantine' AND e.code = $3::text)))
SELECT coalesce(recorded.expires_at, c.lease_expires_at) AS "expiresAt", recorded.expires_at IS NOT NULL AS "isRecorded",
       coalesce(recorded.quarantined, false) AS quarantined, c.cool_until AS "coolUntil",
       (extract(epoch FROM c.lease_expires_at - clock.now) * 1000)::bigint AS "leftMs"
  FROM clock CROSS JOIN recorded LEFT JOIN mosaic.qa_credentials c ON c.id = $1 AND c.lease_id = $2`;

/**
 * Looks at a lease and, when its time is over, records that: event `expired`, `expiry_recorded_at`, quarantine where asked,
 * cool-down where set, and tells the waiters. Idempotent: the second time gives the same answer and changes nothing.
 * Roles worker and fleet.
 */
export async function lookAtLease(tx: GlobalTransaction, lease: Lease): Promise<LeaseLook> {
  const parameters = [lease.credentialId, lease.leaseId, LEASE_EXPIRED_QUARANTINE_CODE];
  await tx.sql(RECORD, parameters);
  const [row] = await tx.sql<LookRow>(LOOK, parameters);
  if (row === undefined || row.expiresAt === null) return { state: "gone" };
  const expiresAtMs = row.expiresAt.getTime();
  if (!row.isRecorded) return { state: "held", leftMs: Math.max(0, row.leftMs), expiresAtMs };
  return { state: "expired", expiresAtMs, quarantined: row.quarantined, coolUntilMs: row.coolUntil?.getTime() ?? null };
}

/** Leases that expired more than `graceMs` ago and were not recorded, oldest first: what a lost workflow would leave. */
export async function listOverdueLeases(
  tx: GlobalTransaction,
  filter: { readonly graceMs: number; readonly limit: number },
): Promise<Lease[]> {
  return tx.sql<Lease>(
    `SELECT c.lease_id AS "leaseId", c.id AS "credentialId" FROM mosaic.qa_credentials c
      WHERE c.lease_expires_at < mosaic.now() - $1 * interval '1 millisecond' AND c.expiry_recorded_at IS NULL
      ORDER BY c.lease_expires_at LIMIT $2`,
    [filter.graceMs, filter.limit],
  );
}
