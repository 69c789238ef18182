// Who may do what: row-level security of tenants' tables, grants by role. What is not granted here is forbidden.
import { rowLevelSecurity, tenantTable, visibleToAuth } from "./support.ts";

const ROW_LEVEL_SECURITY: readonly string[] = [
  ...tenantTable({ name: "personal_api_keys", kind: "private" }),
  ...tenantTable({ name: "llm_providers", kind: "private" }),
  ...tenantTable({ name: "user_agent_configs", kind: "private" }),
  ...tenantTable({ name: "container_secrets", kind: "private" }),
  ...tenantTable({ name: "agent_containers", kind: "fleet" }),
  ...tenantTable({ name: "container_events", kind: "fleet" }),
  ...tenantTable({ name: "outbox", kind: "fleet" }),
  ...visibleToAuth("personal_api_keys", "update"),
  ...visibleToAuth("llm_providers", "select"),
  ...visibleToAuth("container_secrets", "select"),
  ...visibleToAuth("agent_containers", "update"),
  // Nobody reads or changes the audit trail; what is older than it must be kept may be removed.
  ...rowLevelSecurity("audit_events"),
  "CREATE POLICY append ON mosaic.audit_events FOR INSERT TO mosaic_api, mosaic_worker WITH CHECK (true)",
  `CREATE POLICY retain ON mosaic.audit_events FOR DELETE TO mosaic_fleet USING (occurred_at < mosaic.now() - interval '400 days')`,
];

const SCHEMA_GRANTS: readonly string[] = [
  "REVOKE ALL ON SCHEMA public FROM PUBLIC",
  "REVOKE ALL ON SCHEMA mosaic, auth FROM PUBLIC",
  "GRANT USAGE ON SCHEMA mosaic TO mosaic_api, mosaic_worker, mosaic_fleet, mosaic_auth",
  "GRANT USAGE ON SCHEMA auth TO mosaic_api, mosaic_auth",
  "REVOKE ALL ON FUNCTION mosaic.now(), mosaic.tenant() FROM PUBLIC",
  "GRANT EXECUTE ON FUNCTION mosaic.now(), mosaic.tenant() TO mosaic_api, mosaic_worker, mosaic_fleet, mosaic_auth",
];

const API_GRANTS: readonly string[] = [
  "GRANT SELECT, INSERT, UPDATE ON mosaic.system_config, mosaic.users, mosaic.system_containers TO mosaic_api",
  "GRANT SELECT ON mosaic.crypto_keys, mosaic.engines TO mosaic_api",
  "GRANT INSERT, UPDATE (username, password_hash) ON mosaic.breakglass_users, mosaic.local_passwords TO mosaic_api",
  "GRANT SELECT (user_id, username) ON mosaic.breakglass_users, mosaic.local_passwords TO mosaic_api",
  "GRANT SELECT, INSERT, UPDATE, DELETE ON mosaic.sign_in_failures TO mosaic_api",
  "GRANT SELECT, INSERT, DELETE ON mosaic.sessions TO mosaic_api",
  "GRANT SELECT, INSERT, UPDATE (name, revoked_at) ON mosaic.personal_api_keys TO mosaic_api",
  "GRANT SELECT, INSERT, UPDATE, DELETE ON mosaic.llm_providers TO mosaic_api",
  "GRANT SELECT, INSERT, UPDATE ON mosaic.user_agent_configs TO mosaic_api",
  `GRANT SELECT, INSERT, UPDATE (config_revision, fetched_revision, fetched_digest, retired_at, created_at)
      ON mosaic.agent_containers TO mosaic_api`,
  `GRANT SELECT (container_id, tenant, gateway_token, generation, last_log_lines), INSERT (container_id, tenant)
      ON mosaic.container_secrets TO mosaic_api`,
  "GRANT SELECT, INSERT ON mosaic.container_events TO mosaic_api",
  "GRANT INSERT ON mosaic.outbox, mosaic.audit_events TO mosaic_api",
];

const WORKER_GRANTS: readonly string[] = [
  "GRANT SELECT, INSERT, UPDATE ON mosaic.system_config, mosaic.engines TO mosaic_worker",
  "GRANT SELECT ON mosaic.crypto_keys, mosaic.users, mosaic.system_containers TO mosaic_worker",
  "GRANT SELECT ON mosaic.llm_providers, mosaic.user_agent_configs TO mosaic_worker",
  "GRANT SELECT, INSERT, UPDATE ON mosaic.agent_containers, mosaic.container_secrets TO mosaic_worker",
  "GRANT SELECT, INSERT, DELETE ON mosaic.container_events TO mosaic_worker",
  "GRANT INSERT ON mosaic.outbox, mosaic.audit_events TO mosaic_worker",
];

const FLEET_GRANTS: readonly string[] = [
  "GRANT SELECT (key, value, updated_at) ON mosaic.system_config TO mosaic_fleet",
  "GRANT SELECT ON mosaic.system_containers TO mosaic_fleet",
  "GRANT SELECT, INSERT, UPDATE ON mosaic.engines TO mosaic_fleet",
  `GRANT SELECT (id, tenant, kind, name, volume_name, status, phase, reason, host, image, engine_container_id, generation,
          start_id, config_revision, fetched_revision, last_activity_at, started_at, status_changed_at, observed_at,
          observed_state, created_at, retired_at),
        UPDATE (observed_at, observed_state) ON mosaic.agent_containers TO mosaic_fleet`,
  "GRANT SELECT (id, tenant, container_id, at, cause, phase, generation) ON mosaic.container_events TO mosaic_fleet",
  "GRANT SELECT, DELETE, UPDATE (sent_at, attempts, next_attempt_at, last_error) ON mosaic.outbox TO mosaic_fleet",
  "GRANT DELETE ON mosaic.audit_events TO mosaic_fleet",
  "GRANT SELECT (expires_at), DELETE ON mosaic.sessions TO mosaic_fleet",
  "GRANT SELECT (last_failed_at), DELETE ON mosaic.sign_in_failures TO mosaic_fleet",
];

/** What the SECURITY DEFINER functions of schema auth need, column by column. */
const AUTH_GRANTS: readonly string[] = [
  "GRANT SELECT (id, name, system_role, deactivated_at) ON mosaic.users TO mosaic_auth",
  "GRANT SELECT (id, user_id, created_at, last_seen_at, expires_at), UPDATE (last_seen_at) ON mosaic.sessions TO mosaic_auth",
  "GRANT SELECT (user_id, username, password_hash) ON mosaic.breakglass_users, mosaic.local_passwords TO mosaic_auth",
  `GRANT SELECT (id, tenant, user_id, key_id, hash, scopes, expires_at, revoked_at, last_used_at), UPDATE (last_used_at)
      ON mosaic.personal_api_keys TO mosaic_auth`,
  `GRANT SELECT (id, tenant, status, phase, address, generation, last_activity_at, retired_at), UPDATE (last_activity_at)
      ON mosaic.agent_containers TO mosaic_auth`,
  "GRANT SELECT (container_id, tenant, agent_token_hash, gateway_token, generation) ON mosaic.container_secrets TO mosaic_auth",
  "GRANT SELECT (tenant, is_active, models) ON mosaic.llm_providers TO mosaic_auth",
];

export const FOUNDATION_ACCESS: readonly string[] = [
  ...ROW_LEVEL_SECURITY,
  ...SCHEMA_GRANTS,
  ...API_GRANTS,
  ...WORKER_GRANTS,
  ...FLEET_GRANTS,
  ...AUTH_GRANTS,
];
