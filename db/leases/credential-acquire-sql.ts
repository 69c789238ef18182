// The statement that acquires a lease, with everything that belongs to it: events, outbox, request id, place in the queue.
import { announce, milliseconds } from "./lease-outbox.ts";
import { AVAILABLE_AT, CLOCK, IS_WAITING } from "./credential-sql.ts";

/**
 * $1 kind, $2 owner, $3 role, $4 actor, $5 lease id, $6 token hash, $7 TTL in ms, $8 quarantine on expiry, $9 request id,
 * $10 excluded ids, $11 waiter id, $12 whether a failure is recorded, $13 whether the kind's lock is held.
 */
const TERMS = `
  ${CLOCK},
  terms AS MATERIALIZED (
    SELECT clock.now,
           clock.now + least($7, k.max_lease_ttl_ms, k.max_lifetime_ms) * interval '1 millisecond' AS expires_at,
           clock.now + k.max_lifetime_ms * interval '1 millisecond' AS must_end_at,
           k.max_leases,
           k.max_leases IS NOT NULL AND NOT $13 AS needs_lock,
           EXISTS (SELECT 1 FROM mosaic.credential_proof_requests r WHERE r.request_id = $9) AS consumed
      FROM clock LEFT JOIN mosaic.credential_kinds k ON k.kind = $1),
  ahead AS MATERIALIZED (
    SELECT w.exclude FROM mosaic.credential_waiters w, clock
     WHERE w.kind = $1 AND ${IS_WAITING}
       AND w.ticket < coalesce((SELECT me.ticket FROM mosaic.credential_waiters me WHERE me.id = $11::uuid AND me.kind = $1),
                               9223372036854775807))`;

/**
 * A waiter before leaves to others only what it excludes itself. After a row's lock was won its conditions are looked at
 * again on its newest version: that is what keeps two acquires from one credential.
 */
const PICKED = `
  picked AS (
    SELECT c.id, c.lease_id, c.lease_owner_id, c.lease_actor_role, c.lease_actor_id, c.fence, c.lease_expires_at, c.expiry_recorded_at
      FROM mosaic.qa_credentials c
     WHERE c.kind = $1 AND c.status = 'active'
       AND ${AVAILABLE_AT} <= (SELECT now FROM terms)
       AND c.id::text <> ALL ($10::text[])
       AND NOT EXISTS (SELECT 1 FROM ahead WHERE c.id::text <> ALL (ahead.exclude))
       AND NOT (SELECT consumed OR needs_lock FROM terms)
       AND (SELECT CASE WHEN max_leases IS NULL THEN true ELSE max_leases > (
              SELECT count(*) FROM mosaic.qa_credentials held WHERE held.kind = $1 AND held.lease_expires_at >= terms.now) END FROM terms)
     ORDER BY c.last_leased_at, c.id LIMIT 1 FOR UPDATE SKIP LOCKED)`;

const LEASED = `
  leased AS (
    UPDATE mosaic.qa_credentials c
       SET fence = c.fence + 1, lease_id = $5, lease_owner_id = $2, lease_actor_role = $3, lease_actor_id = $4,
           lease_token_hash = $6, lease_acquired_at = t.now, lease_heartbeat_at = t.now, lease_expires_at = t.expires_at,
           lease_must_end_at = t.must_end_at, lease_quarantine_on_expiry = $8, lease_payload_revision = c.payload_revision,
           lease_chunk_count = c.chunk_count, expiry_recorded_at = NULL, cool_until = NULL, last_leased_at = t.now, updated_at = t.now
      FROM picked, terms t WHERE c.id = picked.id
    RETURNING c.id, c.fence, c.lease_expires_at, c.lease_must_end_at, c.payload_revision, c.payload_length, c.chunk_count, t.now),
  claimed AS (
    INSERT INTO mosaic.credential_proof_requests (request_id, kind, owner_id, credential_id, claimed_at)
    SELECT $9, $1, $2, id, now FROM leased WHERE $9::text IS NOT NULL),
  served AS (DELETE FROM mosaic.credential_waiters w USING leased WHERE w.id = $11::uuid RETURNING w.enqueued_at)`;

/** The lease before, if nobody recorded its end, comes first: ids of events rise in the order of what happened. */
const TRACES = `
  traced AS (
    INSERT INTO mosaic.credential_lease_events
           (type, occurred_at, kind, credential_id, lease_id, fence, owner_id, actor_role, actor_id, expires_at, code)
    SELECT e.type, e.at, $1, e.credential_id, e.lease_id, e.fence, e.owner_id, e.actor_role, e.actor_id, e.expires_at, e.code
      FROM (SELECT 1 AS step, 'expired' AS type, t.now AS at, p.id AS credential_id, p.lease_id, p.fence,
                   p.lease_owner_id AS owner_id, p.lease_actor_role AS actor_role, p.lease_actor_id AS actor_id,
                   p.lease_expires_at AS expires_at, NULL AS code
              FROM picked p, terms t WHERE p.lease_id IS NOT NULL AND p.expiry_recorded_at IS NULL
            UNION ALL
            SELECT 2, 'acquire', l.now, l.id, $5, l.fence, $2, $3, $4, l.lease_expires_at, NULL FROM leased l
            UNION ALL
            SELECT 3, 'acquire_failed', t.now, NULL, NULL, NULL, $2, $3, $4, NULL, 'POOL_EXHAUSTED' FROM terms t
             WHERE $12 AND NOT t.consumed AND NOT t.needs_lock AND NOT EXISTS (SELECT 1 FROM leased)) e
     ORDER BY e.step),
  announced AS (${announce({
    topic: "credential-lease.started",
    facts: {
      ...{
        leaseId: "$5::uuid",
        credentialId: "l.id",
        kind: "$1::text",
        ownerId: "$2::text",
        actorId: "$4::text",
        fence: "l.fence",
      },
      expiresAtMs: milliseconds("l.lease_expires_at"),
      mustEndAtMs: milliseconds("l.lease_must_end_at"),
      quarantineOnExpiry: "$8::boolean",
    },
    from: "leased l",
  })})`;

/** One row always. */
export const ACQUIRE_STATEMENT = `
WITH ${TERMS}, ${PICKED}, ${LEASED}, ${TRACES}
SELECT t.needs_lock AS "needsLock", t.consumed, l.id AS "credentialId", l.fence, l.lease_expires_at AS "expiresAt", l.lease_must_end_at AS "mustEndAt",
       (extract(epoch FROM l.lease_expires_at - l.now) * 1000)::bigint AS "leaseTtlMs",
       l.payload_revision AS revision, l.payload_length AS "byteLength", l.chunk_count AS "chunkCount", p.sealed,
       (SELECT (extract(epoch FROM t.now - enqueued_at) * 1000)::bigint FROM served) AS "waitedMs"
  FROM terms t
  LEFT JOIN leased l ON true
  LEFT JOIN mosaic.qa_credential_payload_chunks p
    ON l.chunk_count = 1 AND p.credential_id = l.id AND p.revision = l.payload_revision AND p.chunk_index = 0`;
