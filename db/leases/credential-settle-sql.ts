// What becomes of a lease that ran out, as pieces of SQL. Whoever is the first to notice records it: the lease's workflow,
// its holder who releases it late, or a maintainer.
import { LEASE_EXPIRED_QUARANTINE_CODE } from "../../contracts/leases/lease-codes.ts";
import { COOL_DOWN, NO_LEASE } from "./credential-sql.ts";

/** The lease of the row `c` is over and nobody recorded it. At the very moment of expiry a heartbeat may still come. */
export const IS_DUE = "c.lease_expires_at < clock.now AND c.expiry_recorded_at IS NULL";

/** The lease of the row `c`, for a CTE `held` that locks the row: the other pieces read it. */
export const LEASE_AT_HAND = `
  c.id, c.kind, c.lease_id, c.fence, c.lease_owner_id, c.lease_actor_role, c.lease_actor_id, c.lease_acquired_at, c.lease_expires_at,
  ${IS_DUE} AS is_due, ${IS_DUE} AND c.lease_quarantine_on_expiry AS quarantines,
  CASE WHEN ${IS_DUE} THEN c.lease_expires_at + ${COOL_DOWN} ELSE c.cool_until END AS cool_until`;

/** Disables the credential if the expiry of \`held\` quarantines it. Its row is emptied: the reason is in the events. */
export const QUARANTINED_BY_EXPIRY = `
  quarantined AS (
    UPDATE mosaic.qa_credentials c
       SET status = 'disabled', quarantined_at = clock.now, quarantine_reason = '${LEASE_EXPIRED_QUARANTINE_CODE}',
           updated_at = clock.now, ${NO_LEASE}
      FROM held, clock WHERE c.id = held.id AND held.quarantines)`;

/** Steps for `traced`. */
export const EXPIRED_STEP = "(1, 'expired', NULL::text, NULL::text, NULL::text, held.is_due)";
export const QUARANTINED_STEP = `(2, 'quarantine', '${LEASE_EXPIRED_QUARANTINE_CODE}', NULL, NULL, held.quarantines)`;

/** Events of \`held\` in the order of the steps: number, type, code, actor (null: the one who acquired), message, condition. */
export function traced(...steps: readonly string[]): string {
  return `
  traced AS (
    INSERT INTO mosaic.credential_lease_events
           (type, occurred_at, kind, credential_id, lease_id, fence, owner_id, actor_role, actor_id, expires_at, code, message)
    SELECT step.type, clock.now, held.kind, held.id, held.lease_id, held.fence, held.lease_owner_id, held.lease_actor_role,
           coalesce(step.actor, held.lease_actor_id), held.lease_expires_at, step.code, step.message
      FROM held CROSS JOIN clock
      CROSS JOIN LATERAL (VALUES ${steps.join(", ")}) AS step (n, type, code, actor, message, happened)
     WHERE step.happened ORDER BY step.n)`;
}
