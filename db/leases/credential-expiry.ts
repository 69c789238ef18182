// The end of leases that nobody gave back: recorded by the lease's workflow, with quarantine and cool-down where set.
import type { CredentialLeaseInput } from "../../contracts/leases/credential-lease-workflow.ts";
import { CREDENTIAL_CHANNEL } from "../../contracts/core/channels.ts";
import { LEASE_EXPIRED_QUARANTINE_CODE } from "../../contracts/leases/lease-codes.ts";
import type { CredentialLeaseEnding } from "../../contracts/leases/credential-lease-workflow.ts";
import type { GlobalTransaction } from "../core/database.ts";
import {
  EXPIRED_STEP,
  IS_DUE,
  LEASE_AT_HAND,
  QUARANTINED_BY_EXPIRY,
  QUARANTINED_STEP,
  traced,
} from "./credential-settle-sql.ts";
import { CLOCK } from "./credential-sql.ts";

export type LeaseLook =
  /** Released or revoked; `ending` says how, and is null if nothing of the lease is left. Absent in looks of older releases. */
  | { readonly state: "gone"; readonly ending?: CredentialLeaseEnding | null }
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
  readonly endedHow: CredentialLeaseEnding["how"] | null;
  readonly restsUntil: Date | null;
}

interface Lease {
  readonly leaseId: string;
  readonly credentialId: string;
}

/** Two statements, record and look: a quarantined credential's row is emptied, so the lease's end is only in the events. */
const RECORD = `
WITH ${CLOCK},
  held AS (
    SELECT ${LEASE_AT_HAND} FROM mosaic.qa_credentials c, clock
     WHERE c.id = $1 AND c.lease_id = $2 AND ${IS_DUE} FOR UPDATE OF c),
  rested AS (
    UPDATE mosaic.qa_credentials c SET expiry_recorded_at = clock.now, cool_until = held.cool_until
      FROM held, clock WHERE c.id = held.id AND NOT held.quarantines),
  ${QUARANTINED_BY_EXPIRY}, ${traced(EXPIRED_STEP, QUARANTINED_STEP)}
SELECT count(pg_notify('${CREDENTIAL_CHANNEL}', kind)) FROM held`;

/** A released credential's cool-down is known until the credential is leased again. */
const LOOK = `
WITH ${CLOCK},
  ended AS (
    SELECT CASE e.type WHEN 'release' THEN 'released' WHEN 'force_release' THEN 'force_released' ELSE 'quarantined' END AS how, r.cool_until
      FROM mosaic.credential_lease_events e
      LEFT JOIN mosaic.qa_credentials r ON r.id = e.credential_id AND r.lease_id IS NULL AND r.fence = e.fence
     WHERE e.credential_id = $1 AND e.lease_id = $2
       AND (e.type IN ('release', 'force_release') OR (e.type = 'quarantine' AND e.code IS DISTINCT FROM $3::text))
     ORDER BY e.id DESC LIMIT 1),
  recorded AS (
    SELECT max(e.expires_at) AS expires_at, bool_or(e.type = 'quarantine' AND e.code = $3::text) AS quarantined
      FROM mosaic.credential_lease_events e
     WHERE e.credential_id = $1 AND e.lease_id = $2 AND (e.type = 'expired' OR (e.type = 'quarantine' AND e.code = $3::text)))
SELECT coalesce(recorded.expires_at, c.lease_expires_at) AS "expiresAt", recorded.expires_at IS NOT NULL AS "isRecorded",
       coalesce(recorded.quarantined, false) AS quarantined, c.cool_until AS "coolUntil",
       (extract(epoch FROM c.lease_expires_at - clock.now) * 1000)::bigint AS "leftMs",
       ended.how AS "endedHow", ended.cool_until AS "restsUntil"
  FROM clock CROSS JOIN recorded LEFT JOIN ended ON true LEFT JOIN mosaic.qa_credentials c ON c.id = $1 AND c.lease_id = $2`;

/**
 * Records the end of a lease whose time is over, for those who change the credential before its workflow did. Changes
 * nothing else, and nothing twice. Roles api, worker and fleet.
 */
export async function settleLease(tx: GlobalTransaction, lease: Lease): Promise<void> {
  await tx.sql(RECORD, [lease.credentialId, lease.leaseId]);
}

/**
 * Looks at a lease and, when its time is over, records that: event `expired`, `expiry_recorded_at`, quarantine where asked,
 * cool-down where set, and tells the waiters. Idempotent: the second time gives the same answer and changes nothing.
 * Roles worker and fleet.
 */
export async function lookAtLease(tx: GlobalTransaction, lease: Lease): Promise<LeaseLook> {
  await settleLease(tx, lease);
  const [row] = await tx.sql<LookRow>(LOOK, [lease.credentialId, lease.leaseId, LEASE_EXPIRED_QUARANTINE_CODE]);
  const coolUntilMs = (row?.coolUntil ?? row?.restsUntil)?.getTime() ?? null;
  if (row === undefined || row.expiresAt === null) return { state: "gone", ending: endingOf(row, coolUntilMs) };
  const expiresAtMs = row.expiresAt.getTime();
  if (!row.isRecorded) return { state: "held", leftMs: Math.max(0, row.leftMs), expiresAtMs };
  return { state: "expired", expiresAtMs, quarantined: row.quarantined, coolUntilMs };
}

function endingOf(row: LookRow | undefined, coolUntilMs: number | null): CredentialLeaseEnding | null {
  const how = row?.endedHow ?? null;
  return how === null ? null : { how, coolUntilMs };
}

/** The workflow inputs for those of `leaseIds` that are held, or whose credential is cooling down after them. */
export async function listHeldLeases(tx: GlobalTransaction, leaseIds: readonly string[]): Promise<CredentialLeaseInput[]> {
  return tx.sql<CredentialLeaseInput & Record<string, unknown>>(
    `SELECT c.lease_id AS "leaseId", c.id AS "credentialId", c.kind, c.lease_owner_id AS "ownerId",
            c.lease_actor_id AS "actorId", c.fence, c.lease_quarantine_on_expiry AS "quarantineOnExpiry",
            (extract(epoch FROM c.lease_expires_at) * 1000)::bigint AS "expiresAtMs",
            (extract(epoch FROM c.lease_must_end_at) * 1000)::bigint AS "mustEndAtMs"
       FROM mosaic.qa_credentials c
      WHERE c.lease_id::text = ANY($1::text[]) AND (c.expiry_recorded_at IS NULL OR c.cool_until IS NOT NULL)`,
    [leaseIds],
  );
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
