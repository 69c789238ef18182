// Pieces of SQL that the statements about credentials share.
import type { LeaseRefusal } from "../../contracts/leases/credential-broker.ts";
import { WAIT_LIMITS } from "../../contracts/leases/credential-lease.ts";

/** A guarded change: done, or refused by the rules of domain/leases/credential-lease-policy.ts with nothing changed. */
export type Guarded<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly refusal: LeaseRefusal };

/**
 * One reading of the clock per statement, in whole milliseconds as the wire shows it: what is compared with an expiry and
 * what becomes the next one must be the same moment.
 */
export const CLOCK = "clock AS MATERIALIZED (SELECT date_trunc('milliseconds', mosaic.now()) AS now)";

/** The waiter `w` was seen a moment ago. One from the future is of before the clock was set back. */
export const IS_WAITING = `
  w.last_seen_at > clock.now - interval '${WAIT_LIMITS.liveMs} milliseconds'
    AND w.last_seen_at < clock.now + interval '${WAIT_LIMITS.liveMs} milliseconds'`;

/** Empties the lease of a row of qa_credentials, for SET. The fence and the time of the last lease stay. */
export const NO_LEASE = `
  lease_id = NULL, lease_owner_id = NULL, lease_actor_role = NULL, lease_actor_id = NULL, lease_token_hash = NULL,
  lease_acquired_at = NULL, lease_heartbeat_at = NULL, lease_expires_at = NULL, lease_must_end_at = NULL,
  lease_quarantine_on_expiry = false, lease_payload_revision = NULL, lease_chunk_count = NULL, expiry_recorded_at = NULL`;

/** The cool-down of the kind of the credential `c` after an expiry; null if it has none. */
export const COOL_DOWN = `
  (SELECT k.cool_down_ms * interval '1 millisecond' FROM mosaic.credential_kinds k WHERE k.kind = c.kind)`;

/**
 * When the credential `c` becomes available without anyone's action; null: never. A lease with quarantine on expiry waits for
 * its expiry to be recorded, which disables the credential. Once an expiry is recorded, the end of the cool-down is in
 * `cool_until`, where a maintainer may end it: the row keeps the lease, but the kind's cool-down no longer applies.
 */
export const AVAILABLE_AT = `
  CASE WHEN c.status <> 'active' OR c.lease_quarantine_on_expiry THEN NULL
       ELSE coalesce(greatest(c.cool_until, c.lease_expires_at +
              CASE WHEN c.expiry_recorded_at IS NULL THEN coalesce(${COOL_DOWN}, interval '0') ELSE interval '0' END),
              timestamptz 'epoch') END`;

/** What the credential `c` is at \`clock.now\`: free, or why not (UNAVAILABLE_REASONS). */
export const STATE = `
  CASE WHEN c.status = 'disabled' THEN CASE WHEN c.quarantined_at IS NULL THEN 'disabled' ELSE 'quarantined' END
       WHEN c.lease_expires_at > clock.now THEN 'leased'
       WHEN c.lease_quarantine_on_expiry THEN 'expiry_pending'
       WHEN ${AVAILABLE_AT} > clock.now THEN 'cooling_down'
       ELSE 'free' END`;

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** What is no id of ours cannot be found; Postgres would refuse the whole statement. */
export function isUuid(text: string): boolean {
  return UUID.test(text);
}

/** As Postgres writes ids, for comparing them as texts. */
export function asIds(texts: readonly string[]): string[] {
  return texts.map((text) => text.toLowerCase());
}
