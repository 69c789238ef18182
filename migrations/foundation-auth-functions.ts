// Look-ups that come before a tenant is known: exact keys only, at most one row, for the api alone. They run as
// mosaic_auth, which sees the columns it was granted and nothing else. Result columns are named as the code reads them.

const ATTRIBUTES = "SECURITY DEFINER SET search_path = pg_catalog, pg_temp";

/** Idle 8 h, absolute 24 h; administrators 1 h and 12 h. Deactivated users never resolve. */
const RESOLVE_SESSION = `
CREATE FUNCTION auth.resolve_session(hashes bytea[])
RETURNS TABLE ("sessionId" bytea, "userId" uuid, name text, "systemRole" text, "expiresAt" timestamptz)
LANGUAGE sql VOLATILE ${ATTRIBUTES} AS $$
  WITH found AS (
    SELECT s.id, s.user_id, u.name, u.system_role, s.expires_at, s.last_seen_at
      FROM mosaic.sessions s JOIN mosaic.users u ON u.id = s.user_id
     WHERE s.id = ANY (hashes) AND u.deactivated_at IS NULL AND s.expires_at > mosaic.now()
       AND s.last_seen_at > mosaic.now() - CASE u.system_role WHEN 'admin' THEN interval '1 hour' ELSE interval '8 hours' END
       AND s.created_at > mosaic.now() - CASE u.system_role WHEN 'admin' THEN interval '12 hours' ELSE interval '24 hours' END
     LIMIT 1),
  seen AS (
    UPDATE mosaic.sessions s SET last_seen_at = mosaic.now() FROM found
     WHERE s.id = found.id AND s.last_seen_at < mosaic.now() - interval '1 minute')
  SELECT id, user_id, name, system_role, expires_at FROM found
$$`;

const RESOLVE_API_KEY = `
CREATE FUNCTION auth.resolve_api_key(wanted_key_id text, hashes bytea[])
RETURNS TABLE ("keyId" text, "userId" uuid, name text, "systemRole" text, tenant text, scopes text[])
LANGUAGE sql VOLATILE ${ATTRIBUTES} AS $$
  WITH found AS (
    SELECT k.id, k.key_id, k.user_id, u.name, u.system_role, k.tenant, k.scopes
      FROM mosaic.personal_api_keys k JOIN mosaic.users u ON u.id = k.user_id
     WHERE k.key_id = wanted_key_id AND k.hash = ANY (hashes) AND k.revoked_at IS NULL AND u.deactivated_at IS NULL
       AND (k.expires_at IS NULL OR k.expires_at > mosaic.now())),
  used AS (
    UPDATE mosaic.personal_api_keys k SET last_used_at = mosaic.now() FROM found
     WHERE k.id = found.id AND (k.last_used_at IS NULL OR k.last_used_at < mosaic.now() - interval '1 minute'))
  SELECT key_id, user_id, name, system_role, tenant, scopes FROM found
$$`;

const RESOLVE_CONTAINER_TOKEN = `
CREATE FUNCTION auth.resolve_container_token(hashes bytea[])
RETURNS TABLE ("containerId" uuid, tenant text, generation integer, retired boolean)
LANGUAGE sql STABLE ${ATTRIBUTES} AS $$
  SELECT c.id, c.tenant, c.generation, c.retired_at IS NOT NULL
    FROM mosaic.container_secrets s JOIN mosaic.agent_containers c ON c.id = s.container_id
   WHERE s.agent_token_hash = ANY (hashes) AND s.generation = c.generation LIMIT 1
$$`;

const PASSWORD_LOGIN = `
CREATE FUNCTION auth.password_login(wanted_username text)
RETURNS TABLE ("userId" uuid, name text, "systemRole" text, "passwordHash" text, kind text, deactivated boolean)
LANGUAGE sql STABLE ${ATTRIBUTES} AS $$
  SELECT u.id, u.name, u.system_role, p.password_hash, p.kind, u.deactivated_at IS NOT NULL
    FROM (SELECT user_id, password_hash, 'breakglass' AS kind FROM mosaic.breakglass_users WHERE username = lower(wanted_username)
          UNION ALL
          SELECT user_id, password_hash, 'local' FROM mosaic.local_passwords WHERE username = lower(wanted_username)) p
    JOIN mosaic.users u ON u.id = p.user_id LIMIT 1
$$`;

/**
 * The hot path. Each statement has a snapshot of its own: when the idle stop came first, the UPDATE waits for it and
 * matches nothing, and the SELECT after it sees the stop. When the activity is younger than 30 s no stop can be due.
 */
const ADMIT_CHAT = `
CREATE FUNCTION auth.admit_chat(carrier text, wanted_key_id text, hashes bytea[])
RETURNS TABLE ("userId" uuid, name text, "systemRole" text, scopes text[], tenant text, "containerId" uuid, status text,
  phase text, address text, generation integer, "sealedGatewayToken" text, "hasUsableProvider" boolean)
LANGUAGE plpgsql VOLATILE ${ATTRIBUTES} AS $$
#variable_conflict use_column
DECLARE
  caller_id uuid; caller_name text; caller_role text; caller_scopes text[]; caller_tenant text;
BEGIN
  IF carrier = 'session' THEN
    SELECT s."userId", s.name, s."systemRole", NULL, 'human:' || s."userId"::text
      INTO caller_id, caller_name, caller_role, caller_scopes, caller_tenant FROM auth.resolve_session(hashes) s;
  ELSIF carrier = 'key' THEN
    SELECT k."userId", k.name, k."systemRole", k.scopes, k.tenant
      INTO caller_id, caller_name, caller_role, caller_scopes, caller_tenant FROM auth.resolve_api_key(wanted_key_id, hashes) k;
  END IF;
  IF caller_id IS NULL THEN
    RETURN;
  END IF;
  UPDATE mosaic.agent_containers c SET last_activity_at = mosaic.now()
   WHERE c.tenant = caller_tenant AND c.status = 'running' AND c.phase = 'ready'
     AND (c.last_activity_at IS NULL OR c.last_activity_at < mosaic.now() - interval '30 seconds');
  RETURN QUERY
    SELECT caller_id, caller_name, caller_role, caller_scopes, caller_tenant, c.id, c.status, c.phase, c.address, c.generation,
           s.gateway_token,
           EXISTS (SELECT 1 FROM mosaic.llm_providers p
                    WHERE p.tenant = caller_tenant AND p.is_active AND jsonb_array_length(p.models) > 0)
      FROM (SELECT 1) one
      LEFT JOIN mosaic.agent_containers c ON c.tenant = caller_tenant AND c.retired_at IS NULL
      LEFT JOIN mosaic.container_secrets s ON s.container_id = c.id;
END
$$`;

const TOUCH_ACTIVITY = `
CREATE FUNCTION auth.touch_activity(tenants text[]) RETURNS void
LANGUAGE sql VOLATILE ${ATTRIBUTES} AS $$
  UPDATE mosaic.agent_containers SET last_activity_at = mosaic.now()
   WHERE tenant = ANY (tenants) AND status = 'running' AND phase = 'ready'
$$`;

const SIGNATURES = [
  "auth.resolve_session(bytea[])",
  "auth.resolve_api_key(text, bytea[])",
  "auth.resolve_container_token(bytea[])",
  "auth.password_login(text)",
  "auth.admit_chat(text, text, bytea[])",
  "auth.touch_activity(text[])",
];

export const FOUNDATION_AUTH_FUNCTIONS: readonly string[] = [
  ...[RESOLVE_SESSION, RESOLVE_API_KEY, RESOLVE_CONTAINER_TOKEN, PASSWORD_LOGIN, ADMIT_CHAT, TOUCH_ACTIVITY],
  // An owner that is no superuser may only hand functions over to a role that may create in their schema.
  "GRANT CREATE ON SCHEMA auth TO mosaic_auth",
  ...SIGNATURES.flatMap((signature) => [
    `REVOKE ALL ON FUNCTION ${signature} FROM PUBLIC`,
    `GRANT EXECUTE ON FUNCTION ${signature} TO mosaic_api`,
    `ALTER FUNCTION ${signature} OWNER TO mosaic_auth`,
  ]),
  "REVOKE CREATE ON SCHEMA auth FROM mosaic_auth",
];
