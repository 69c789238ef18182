// The statements of a lease's holder. Each is guarded by its own conditions, and tells what a refusal is decided by.
import { EXPIRED_STEP, LEASE_AT_HAND, QUARANTINED_BY_EXPIRY, QUARANTINED_STEP, traced } from "./credential-settle-sql.ts";
import { announce, milliseconds } from "./lease-outbox.ts";
import { CLOCK, COOL_DOWN, NO_LEASE } from "./credential-sql.ts";

/** $1 credential, $2 kind, $3 owner, $4 role, $5 hashes that the token may have, $6 actor; what follows is the call's own. */
const HOLDS = `c.id = $1 AND c.kind = $2 AND c.lease_owner_id = $3 AND c.lease_actor_role = $4 AND c.lease_token_hash = ANY ($5::bytea[])`;
const LIVE = "c.status = 'active' AND c.lease_expires_at >= clock.now AND c.expiry_recorded_at IS NULL";

const FACTS = `
  clock.now, c.kind, c.status, c.lease_id AS "leaseId", c.lease_owner_id AS "ownerId", c.lease_actor_role AS "actorRole",
  c.lease_token_hash = ANY ($5::bytea[]) AS "tokenFits", c.lease_expires_at AS "leaseExpiresAt",
  c.expiry_recorded_at IS NOT NULL AS "expiryRecorded", $6::text AS actor`;

/**
 * $7 TTL in ms. A heartbeat that brings the expiry forward tells the lease's workflow, which sleeps until the later one;
 * all others cost one row and no message.
 */
export const HEARTBEAT_STATEMENT = `
WITH ${CLOCK},
  beaten AS (
    UPDATE mosaic.qa_credentials c
       SET lease_heartbeat_at = clock.now, updated_at = clock.now,
           lease_expires_at = least(clock.now + least($7::bigint, (SELECT k.max_lease_ttl_ms FROM mosaic.credential_kinds k WHERE k.kind = $2))
                                      * interval '1 millisecond', c.lease_must_end_at)
      FROM clock WHERE ${HOLDS} AND ${LIVE}
    RETURNING c.id, c.kind, c.lease_id, c.lease_expires_at, c.fence),
  shortened AS (
    SELECT b.* FROM beaten b JOIN mosaic.qa_credentials before ON before.id = b.id WHERE b.lease_expires_at < before.lease_expires_at),
  announced AS (${announce({
    topic: "credential-lease.shortened",
    facts: { leaseId: "s.lease_id", expiresAtMs: milliseconds("s.lease_expires_at") },
    from: "shortened s",
  })})
SELECT b.id IS NOT NULL AS applied, b.lease_expires_at AS "newExpiresAt", b.fence, ${FACTS},
       EXISTS (SELECT FROM shortened) AS shortened
  FROM clock LEFT JOIN beaten b ON true LEFT JOIN mosaic.qa_credentials c ON c.id = $1`;

/** The lease as it was when its row was locked: what events and messages tell. */
const HELD = `
  held AS (SELECT ${LEASE_AT_HAND} FROM mosaic.qa_credentials c, clock WHERE ${HOLDS} FOR UPDATE OF c)`;

/** Announces nothing for a lease that its expiry quarantined: its workflow reads that itself. */
function ended(how: "released" | "quarantined"): string {
  return `
  announced AS (${announce({
    topic: "credential-lease.ended",
    facts: { leaseId: "held.lease_id", how: `'${how}'`, coolUntilMs: milliseconds("done.cool_until") },
    from: "held JOIN done ON done.id = held.id",
  })})
SELECT held.id IS NOT NULL AS applied, (extract(epoch FROM clock.now - held.lease_acquired_at) * 1000)::bigint AS "heldMs", ${FACTS}
  FROM clock LEFT JOIN held ON true LEFT JOIN mosaic.qa_credentials c ON c.id = $1`;
}

/**
 * $7 whether what the lease was held for failed: then the credential rests as after an expiry. Late, it records the expiry before: it is answered with yes, but neither quarantine nor rest is escaped by it.
 */
export const RELEASE_STATEMENT = `
WITH ${CLOCK}, ${HELD}, ${QUARANTINED_BY_EXPIRY},
  done AS (
    UPDATE mosaic.qa_credentials c
       SET updated_at = clock.now, cool_until = greatest(held.cool_until, CASE WHEN $7::boolean THEN clock.now + ${COOL_DOWN} END),
           ${NO_LEASE}
      FROM held, clock WHERE c.id = held.id AND NOT held.quarantines RETURNING c.id, c.cool_until),
  ${traced(EXPIRED_STEP, QUARANTINED_STEP, "(3, 'release', NULL, $6, NULL, NOT held.quarantines)")}, ${ended("released")}`;

/** $7 reason, which says more than that the lease ran out. */
export const QUARANTINE_STATEMENT = `
WITH ${CLOCK}, ${HELD},
  done AS (
    UPDATE mosaic.qa_credentials c
       SET status = 'disabled', quarantined_at = clock.now, quarantine_reason = $7::text, updated_at = clock.now, ${NO_LEASE}
      FROM held, clock WHERE c.id = held.id RETURNING c.id, c.cool_until),
  ${traced(EXPIRED_STEP, "(3, 'quarantine', NULL, $6, $7::text, true)")}, ${ended("quarantined")}`;

/** $7 index. Everything in it is of one snapshot: lease, revision and chunk fit together. */
export const CHUNK_STATEMENT = `
WITH ${CLOCK},
  held AS (
    SELECT c.id, c.kind, c.lease_id, c.fence, c.lease_expires_at, c.lease_payload_revision, c.lease_chunk_count
      FROM mosaic.qa_credentials c, clock WHERE ${HOLDS} AND ${LIVE}),
  chunk AS (
    SELECT p.sealed FROM held JOIN mosaic.qa_credential_payload_chunks p
        ON p.credential_id = held.id AND p.revision = held.lease_payload_revision AND p.chunk_index = $7::bigint
     WHERE held.lease_chunk_count > 1),
  traced AS (
    INSERT INTO mosaic.credential_lease_events
           (type, occurred_at, kind, credential_id, lease_id, fence, owner_id, actor_role, actor_id, expires_at, message)
    SELECT 'payload_read', clock.now, h.kind, h.id, h.lease_id, h.fence, $3, $4, $6, h.lease_expires_at, 'chunk ' || $7::bigint
      FROM held h, clock, chunk),
  audited AS (
    INSERT INTO mosaic.audit_events
           (id, actor_kind, actor_id, action, target_kind, target_id, outcome, remote_address, request_id, detail)
    SELECT gen_random_uuid(), 'broker', $6::text, 'credential.read_payload', 'credential', h.id, 'success', $8::text, $9::text,
           jsonb_build_object('role', $4::text, 'leaseId', h.lease_id)
      FROM held h, chunk
     WHERE NOT EXISTS (SELECT 1 FROM mosaic.credential_lease_events e
                        WHERE e.credential_id = h.id AND e.lease_id = h.lease_id AND e.type = 'payload_read'))
SELECT h.id IS NOT NULL AS applied, h.lease_payload_revision AS revision, h.lease_chunk_count AS "chunkCount", chunk.sealed, ${FACTS}
  FROM clock LEFT JOIN held h ON true LEFT JOIN chunk ON true LEFT JOIN mosaic.qa_credentials c ON c.id = $1`;
