// Who may do what with agents and their keys: the agent itself, its owner, administrators.
import { rowLevelSecurity, visibleToAuth } from "./support.ts";

const OWN = "tenant = (SELECT mosaic.tenant())";
const OF_OWNER = "owner_tenant = (SELECT mosaic.tenant())";
const SERVICES = "mosaic_api, mosaic_worker";

/** An agent cannot make or move agents: its own row it sees, and changes what the grants below let it. */
const AGENT_USERS: readonly string[] = [
  ...rowLevelSecurity("agent_users"),
  `CREATE POLICY tenant ON mosaic.agent_users FOR SELECT TO ${SERVICES} USING (${OWN})`,
  `CREATE POLICY tenant_update ON mosaic.agent_users FOR UPDATE TO ${SERVICES} USING (${OWN}) WITH CHECK (${OWN})`,
  `CREATE POLICY owner ON mosaic.agent_users FOR ALL TO ${SERVICES} USING (${OF_OWNER}) WITH CHECK (${OF_OWNER})`,
  `CREATE POLICY administrator ON mosaic.agent_users FOR SELECT TO mosaic_api USING ((SELECT mosaic.is_administrator()))`,
  ...visibleToAuth("agent_users", "select"),
  "GRANT SELECT ON mosaic.agent_users TO mosaic_api, mosaic_worker",
  `GRANT INSERT (id, tenant, owner_id, owner_tenant, handle, description, uses_owner_providers),
     UPDATE (handle, description, status, disabled_by, disabled_reason, uses_owner_providers) ON mosaic.agent_users TO mosaic_api`,
  `GRANT SELECT (id, tenant, owner_id, owner_tenant, handle, status, uses_owner_providers) ON mosaic.agent_users TO mosaic_auth`,
];

/** Hashes and proofs are read by the look-up alone. A key is made, and its scopes are changed, by functions of schema auth. */
const AGENT_KEYS: readonly string[] = [
  ...rowLevelSecurity("agent_api_keys"),
  `CREATE POLICY tenant ON mosaic.agent_api_keys FOR ALL TO ${SERVICES} USING (${OWN}) WITH CHECK (${OWN})`,
  `CREATE POLICY owner ON mosaic.agent_api_keys FOR ALL TO ${SERVICES} USING (${OF_OWNER}) WITH CHECK (${OF_OWNER})`,
  ...visibleToAuth("agent_api_keys", "update"),
  "CREATE POLICY auth_insert ON mosaic.agent_api_keys FOR INSERT TO mosaic_auth WITH CHECK (true)",
  `GRANT SELECT (id, tenant, owner_tenant, key_id, last_four, scopes, description, created_at, last_used_at, expires_at,
       revoked_at, replaced_by), UPDATE (description, expires_at, revoked_at, replaced_by) ON mosaic.agent_api_keys TO mosaic_api`,
  `GRANT SELECT (id, tenant, owner_tenant, key_id, expires_at, revoked_at, replaced_by), UPDATE (revoked_at)
     ON mosaic.agent_api_keys TO mosaic_worker`,
  `GRANT SELECT, INSERT, UPDATE (last_used_at, scopes) ON mosaic.agent_api_keys TO mosaic_auth`,
];

/** What was ended stays ended, and the end of a key only comes nearer. */
const ENDED: readonly string[] = [
  `CREATE TRIGGER revoked_at_stays BEFORE UPDATE OF revoked_at ON mosaic.agent_api_keys FOR EACH ROW
     WHEN (OLD.revoked_at IS NOT NULL AND NEW.revoked_at IS NULL) EXECUTE FUNCTION mosaic.refuse_revival()`,
  `CREATE TRIGGER expires_at_stays BEFORE UPDATE OF expires_at ON mosaic.agent_api_keys FOR EACH ROW
     WHEN (OLD.expires_at IS NOT NULL AND (NEW.expires_at IS NULL OR NEW.expires_at > OLD.expires_at))
     EXECUTE FUNCTION mosaic.refuse_revival()`,
];

/** Ends of access are told to every process. A disabled agent is told like a locked-out user, by its id. */
const REVOCATIONS: readonly string[] = [
  `CREATE OR REPLACE FUNCTION mosaic.notify_access_revoked() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
   BEGIN
     IF TG_TABLE_NAME = 'sessions' THEN
       PERFORM pg_notify('mosaic_access_revoked', 'session:' || encode(OLD.id, 'hex'));
     ELSIF TG_TABLE_NAME IN ('personal_api_keys', 'agent_api_keys') THEN
       PERFORM pg_notify('mosaic_access_revoked', 'key:' || OLD.key_id);
     ELSE
       PERFORM pg_notify('mosaic_access_revoked', 'user:' || OLD.id::text);
     END IF;
     RETURN NULL;
   END $$`,
  `CREATE TRIGGER access_revoked AFTER UPDATE OF revoked_at ON mosaic.agent_api_keys
     FOR EACH ROW WHEN (OLD.revoked_at IS NULL AND NEW.revoked_at IS NOT NULL) EXECUTE FUNCTION mosaic.notify_access_revoked()`,
  `CREATE TRIGGER access_revoked AFTER UPDATE OF status ON mosaic.agent_users
     FOR EACH ROW WHEN (OLD.status = 'active' AND NEW.status = 'disabled') EXECUTE FUNCTION mosaic.notify_access_revoked()`,
];

/** An agent reads the providers of the owner who lends them; only the agent's own are its to change. */
const LENDING: readonly string[] = [
  `CREATE FUNCTION mosaic.lender() RETURNS text LANGUAGE sql STABLE SET search_path = pg_catalog AS $$
     SELECT a.owner_tenant FROM mosaic.agent_users a WHERE a.tenant = mosaic.tenant() AND a.uses_owner_providers $$`,
  "REVOKE ALL ON FUNCTION mosaic.lender() FROM PUBLIC",
  `GRANT EXECUTE ON FUNCTION mosaic.lender() TO ${SERVICES}`,
  `CREATE POLICY lent ON mosaic.llm_providers FOR SELECT TO ${SERVICES} USING (tenant = (SELECT mosaic.lender()))`,
];

export const AGENTS_ACCESS: readonly string[] = [...AGENT_USERS, ...AGENT_KEYS, ...ENDED, ...REVOCATIONS, ...LENDING];
