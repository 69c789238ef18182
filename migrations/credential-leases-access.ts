// Who may do what with credentials: the api serves the broker; worker and fleet end what expired and remove what is old.

const API: readonly string[] = [
  "GRANT SELECT, INSERT, UPDATE ON mosaic.qa_credentials, mosaic.credential_kinds TO mosaic_api",
  "GRANT SELECT, INSERT, DELETE ON mosaic.qa_credential_payload_chunks TO mosaic_api",
  "GRANT SELECT, INSERT ON mosaic.credential_proof_requests TO mosaic_api",
  "GRANT SELECT, INSERT, DELETE, UPDATE (exclude, last_seen_at) ON mosaic.credential_waiters TO mosaic_api",
  "GRANT SELECT, INSERT ON mosaic.credential_lease_events, mosaic.credential_admin_events TO mosaic_api",
  "GRANT SELECT, INSERT, UPDATE (revoked_at, last_used_at) ON mosaic.credential_broker_keys TO mosaic_api",
];

/** Neither sees a token's hash, a payload or a key; both may empty a lease that was quarantined on expiry. */
const WORKER_AND_FLEET: readonly string[] = [
  `GRANT SELECT (id, kind, status, note, payload_revision, payload_length, chunk_count, created_at, updated_at, last_leased_at,
          quarantined_at, quarantine_reason, cool_until, fence, lease_id, lease_owner_id, lease_actor_role, lease_actor_id,
          lease_acquired_at, lease_heartbeat_at, lease_expires_at, lease_must_end_at, lease_quarantine_on_expiry,
          lease_payload_revision, lease_chunk_count, expiry_recorded_at),
        UPDATE (status, updated_at, quarantined_at, quarantine_reason, cool_until, expiry_recorded_at, lease_id, lease_owner_id,
          lease_actor_role, lease_actor_id, lease_token_hash, lease_acquired_at, lease_heartbeat_at, lease_expires_at,
          lease_must_end_at, lease_quarantine_on_expiry, lease_payload_revision, lease_chunk_count)
      ON mosaic.qa_credentials TO mosaic_worker, mosaic_fleet`,
  "GRANT SELECT (credential_id, revision, chunk_index), DELETE ON mosaic.qa_credential_payload_chunks TO mosaic_worker, mosaic_fleet",
  "GRANT SELECT ON mosaic.credential_kinds TO mosaic_worker, mosaic_fleet",
  "GRANT SELECT, DELETE ON mosaic.credential_waiters TO mosaic_worker, mosaic_fleet",
  "GRANT SELECT (request_id, claimed_at), DELETE ON mosaic.credential_proof_requests TO mosaic_worker, mosaic_fleet",
  "GRANT SELECT, INSERT, DELETE ON mosaic.credential_lease_events TO mosaic_worker, mosaic_fleet",
  "GRANT SELECT (id, occurred_at), DELETE ON mosaic.credential_admin_events TO mosaic_worker, mosaic_fleet",
];

export const CREDENTIAL_LEASES_ACCESS: readonly string[] = [...API, ...WORKER_AND_FLEET];
