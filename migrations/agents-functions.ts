// Look-ups and writes of agents' keys, as for people's: exact keys, at most one row, for the api alone.
import { authFunctions } from "./administration-access.ts";

const ATTRIBUTES = "SECURITY DEFINER SET search_path = pg_catalog, pg_temp";

/** Neither a disabled agent nor one of a deactivated owner resolves. `lender`: whose providers it may use beside its own. */
const RESOLVE_AGENT_KEY = `
CREATE FUNCTION auth.resolve_agent_key(wanted_key_id text, hashes bytea[])
RETURNS TABLE ("keyId" text, "userId" uuid, "ownerId" uuid, name text, tenant text, scopes text[], lender text)
LANGUAGE sql VOLATILE ${ATTRIBUTES} AS $$
  WITH found AS (
    SELECT k.id, k.key_id, a.id AS agent_id, a.owner_id, a.handle, k.tenant, k.scopes,
           CASE WHEN a.uses_owner_providers THEN a.owner_tenant END AS lender
      FROM mosaic.agent_api_keys k
      JOIN mosaic.agent_users a ON a.tenant = k.tenant
      JOIN mosaic.users u ON u.id = a.owner_id
     WHERE k.key_id = wanted_key_id AND k.hash = ANY (hashes) AND k.revoked_at IS NULL
       AND (k.expires_at IS NULL OR k.expires_at > mosaic.now()) AND a.status = 'active' AND u.deactivated_at IS NULL),
  used AS (
    UPDATE mosaic.agent_api_keys k SET last_used_at = mosaic.now() FROM found
     WHERE k.id = found.id AND (k.last_used_at IS NULL OR k.last_used_at < mosaic.now() - interval '1 minute'))
  SELECT key_id, agent_id, owner_id, handle, tenant, scopes, lender FROM found
$$`;

const CREDENTIAL_PROOF = `
CREATE FUNCTION auth.credential_proof(carrier text, wanted_key_id text, hashes bytea[])
RETURNS TABLE (proof bytea, hash bytea) LANGUAGE sql STABLE ${ATTRIBUTES} AS $$
  SELECT s.proof, s.id FROM mosaic.sessions s WHERE carrier = 'session' AND s.id = ANY (hashes)
   UNION ALL
  SELECT k.proof, k.hash FROM mosaic.personal_api_keys k
   WHERE carrier = 'key' AND k.key_id = wanted_key_id AND k.hash = ANY (hashes)
   UNION ALL
  SELECT k.proof, k.hash FROM mosaic.agent_api_keys k
   WHERE carrier = 'agent' AND k.key_id = wanted_key_id AND k.hash = ANY (hashes)
   LIMIT 1
$$`;

/** As before, for agents too. "systemRole" is a person's, "ownerId" an agent's. */
const ADMIT_CHAT = `
CREATE FUNCTION auth.admit_chat(carrier text, wanted_key_id text, hashes bytea[])
RETURNS TABLE ("userId" uuid, "ownerId" uuid, name text, "systemRole" text, scopes text[], tenant text, "containerId" uuid,
  status text, phase text, address text, generation integer, "sealedGatewayToken" text, "sealedGatewayCertificate" text,
  "hasUsableProvider" boolean)
LANGUAGE plpgsql VOLATILE ${ATTRIBUTES} AS $$
#variable_conflict use_column
DECLARE
  caller_id uuid; owner_id uuid; caller_name text; caller_role text; caller_scopes text[]; caller_tenant text; lender text;
BEGIN
  IF carrier = 'session' THEN
    SELECT s."userId", s.name, s."systemRole", NULL, 'human:' || s."userId"::text
      INTO caller_id, caller_name, caller_role, caller_scopes, caller_tenant FROM auth.resolve_session(hashes) s;
  ELSIF carrier = 'key' THEN
    SELECT k."userId", k.name, k."systemRole", k.scopes, k.tenant
      INTO caller_id, caller_name, caller_role, caller_scopes, caller_tenant FROM auth.resolve_api_key(wanted_key_id, hashes) k;
  ELSIF carrier = 'agent' THEN
    SELECT k."userId", k."ownerId", k.name, k.scopes, k.tenant, k.lender
      INTO caller_id, owner_id, caller_name, caller_scopes, caller_tenant, lender
      FROM auth.resolve_agent_key(wanted_key_id, hashes) k;
  END IF;
  IF caller_id IS NULL THEN
    RETURN;
  END IF;
  UPDATE mosaic.agent_containers c SET last_activity_at = mosaic.now()
   WHERE c.tenant = caller_tenant AND c.status = 'running' AND c.phase = 'ready'
     AND (c.last_activity_at IS NULL OR c.last_activity_at < mosaic.now() - interval '30 seconds');
  RETURN QUERY
    SELECT caller_id, owner_id, caller_name, caller_role, caller_scopes, caller_tenant, c.id, c.status, c.phase, c.address,
           c.generation, s.gateway_token, s.gateway_certificate,
           EXISTS (SELECT 1 FROM mosaic.llm_providers p
                    WHERE p.tenant = ANY (ARRAY[caller_tenant, lender]) AND p.is_active AND jsonb_array_length(p.models) > 0)
      FROM (SELECT 1) one
      LEFT JOIN mosaic.agent_containers c ON c.tenant = caller_tenant AND c.retired_at IS NULL
      LEFT JOIN mosaic.container_secrets s ON s.container_id = c.id;
END
$$`;

/** Keys of both kinds are in one list: the beginning of a key tells which it is. */
const VOID_CREDENTIALS = `
CREATE FUNCTION auth.void_credentials(session_ids bytea[], key_ids text[])
RETURNS TABLE ("credentialId" text)
LANGUAGE sql STABLE ${ATTRIBUTES} AS $$
  SELECT encode(wanted.id, 'hex') FROM unnest(session_ids) AS wanted(id)
   WHERE NOT EXISTS (SELECT 1 FROM mosaic.sessions s JOIN mosaic.users u ON u.id = s.user_id
                      WHERE s.id = wanted.id AND u.deactivated_at IS NULL AND s.expires_at > mosaic.now())
  UNION ALL
  SELECT wanted.id FROM unnest(key_ids) AS wanted(id)
   WHERE NOT EXISTS (SELECT 1 FROM mosaic.personal_api_keys k JOIN mosaic.users u ON u.id = k.user_id
                      WHERE k.key_id = wanted.id AND u.deactivated_at IS NULL AND k.revoked_at IS NULL
                        AND (k.expires_at IS NULL OR k.expires_at > mosaic.now()))
     AND NOT EXISTS (SELECT 1 FROM mosaic.agent_api_keys k JOIN mosaic.agent_users a ON a.tenant = k.tenant
                       JOIN mosaic.users u ON u.id = a.owner_id
                      WHERE k.key_id = wanted.id AND u.deactivated_at IS NULL AND a.status = 'active' AND k.revoked_at IS NULL
                        AND (k.expires_at IS NULL OR k.expires_at > mosaic.now()))
$$`;

/** What administrators see of the keys of agents: how many, and when one was used. */
const COUNT_AGENT_KEYS = `
CREATE FUNCTION auth.count_agent_keys(tenants text[])
RETURNS TABLE (tenant text, active integer, total integer, "lastUsedAt" timestamptz)
LANGUAGE sql STABLE ${ATTRIBUTES} AS $$
  SELECT k.tenant, (count(*) FILTER (WHERE k.revoked_at IS NULL AND (k.expires_at IS NULL OR k.expires_at > mosaic.now())))::integer,
         count(*)::integer, max(k.last_used_at)
    FROM mosaic.agent_api_keys k WHERE k.tenant = ANY (tenants) GROUP BY k.tenant
$$`;

const ADD_AGENT_KEY = authorised(
  "add_agent_key",
  `INSERT INTO mosaic.agent_api_keys (id, tenant, owner_tenant, key_id, hash, proof, last_four, scopes, description, expires_at)
   SELECT parts[1]::uuid, a.tenant, a.owner_tenant, parts[3], decode(parts[4], 'hex'), decode(parts[5], 'hex'), parts[6],
          string_to_array(parts[7], ' '), parts[8], parts[9]::timestamptz
     FROM mosaic.agent_users a WHERE a.id = parts[2]::uuid;`,
);
const SET_AGENT_KEY_SCOPES = authorised(
  "set_agent_key_scopes",
  "UPDATE mosaic.agent_api_keys SET scopes = string_to_array(parts[2], ' ') WHERE key_id = parts[1];",
);

function authorised(name: string, body: string): string {
  return `
CREATE FUNCTION auth.${name}(parts text[], code bytea) RETURNS void LANGUAGE plpgsql VOLATILE ${ATTRIBUTES} AS $$
BEGIN
  PERFORM auth.assert_authorised('${name}', parts, code);
  ${body}
END
$$`;
}

const DEFINITIONS: Readonly<Record<string, string>> = {
  "auth.resolve_agent_key(text, bytea[])": RESOLVE_AGENT_KEY,
  "auth.credential_proof(text, text, bytea[])": CREDENTIAL_PROOF,
  "auth.admit_chat(text, text, bytea[])": ADMIT_CHAT,
  "auth.void_credentials(bytea[], text[])": VOID_CREDENTIALS,
  "auth.count_agent_keys(text[])": COUNT_AGENT_KEYS,
  "auth.add_agent_key(text[], bytea)": ADD_AGENT_KEY,
  "auth.set_agent_key_scopes(text[], bytea)": SET_AGENT_KEY_SCOPES,
};

export const AGENTS_FUNCTIONS: readonly string[] = [
  // They belong to mosaic_auth, so that the schema's owner has to drop them first.
  "DROP FUNCTION auth.credential_proof(text, text, bytea[])",
  "DROP FUNCTION auth.admit_chat(text, text, bytea[])",
  "DROP FUNCTION auth.void_credentials(bytea[], text[])",
  ...authFunctions(Object.values(DEFINITIONS), Object.keys(DEFINITIONS)),
];
