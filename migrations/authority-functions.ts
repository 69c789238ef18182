// Functions that write what makes an account or a way into one. Each takes its values as texts, and a code over them.
import { authFunctions } from "./administration-access.ts";

const ATTRIBUTES = "SECURITY DEFINER SET search_path = pg_catalog, pg_temp";

/**
 * The code is a keyed hash (two nested ones, as HMAC) over the transaction's id, the function's name and its values, each with
 * its length. The key comes from the root key: SQL as a service can neither read it nor use a code again.
 */
const ASSERT_AUTHORISED = `
CREATE FUNCTION auth.assert_authorised(action text, parts text[], code bytea) RETURNS void LANGUAGE plpgsql VOLATILE ${ATTRIBUTES} AS $$
DECLARE
  message text;
  key bytea;
BEGIN
  SELECT a.secret INTO key FROM mosaic.authority a;
  SELECT pg_current_xact_id()::text || '|' || action || coalesce(string_agg(
           '|' || CASE WHEN given.part IS NULL THEN '-' ELSE octet_length(given.part)::text || ':' || given.part END, '' ORDER BY given.n), '')
    INTO message FROM unnest(parts) WITH ORDINALITY AS given(part, n);
  IF key IS NULL OR code IS DISTINCT FROM
     sha256('\\x02'::bytea || key || sha256('\\x01'::bytea || key || convert_to(message, 'UTF8'))) THEN
    RAISE EXCEPTION 'auth.% is for the api alone', action USING ERRCODE = 'insufficient_privilege';
  END IF;
END
$$`;

/** `returns` and `body` of a function that is called with (parts, code). */
function authorised(name: string, body: string, returns = "void"): string {
  return `
CREATE FUNCTION auth.${name}(parts text[], code bytea) RETURNS ${returns} LANGUAGE plpgsql VOLATILE ${ATTRIBUTES} AS $$
#variable_conflict use_column
BEGIN
  PERFORM auth.assert_authorised('${name}', parts, code);
  ${body}
END
$$`;
}

const DEFINITIONS: readonly string[] = [
  ASSERT_AUTHORISED,
  authorised("set_system_role", "UPDATE mosaic.users SET system_role = parts[2] WHERE id = parts[1]::uuid;"),
  authorised(
    "add_local_password",
    "INSERT INTO mosaic.local_passwords (user_id, username, password_hash) VALUES (parts[1]::uuid, parts[2], parts[3]);",
  ),
  authorised(
    "add_breakglass",
    `INSERT INTO mosaic.breakglass_users (id, user_id, username, password_hash)
     VALUES (gen_random_uuid(), parts[1]::uuid, parts[2], parts[3]);`,
  ),
  authorised(
    "set_password",
    `RETURN QUERY
     WITH b AS (UPDATE mosaic.breakglass_users SET password_hash = parts[2] WHERE username = parts[1] RETURNING user_id),
          l AS (UPDATE mosaic.local_passwords SET password_hash = parts[2] WHERE username = parts[1] RETURNING user_id)
     SELECT user_id FROM b UNION SELECT user_id FROM l;`,
    `TABLE ("userId" uuid)`,
  ),
  authorised(
    "open_session",
    `INSERT INTO mosaic.sessions (id, proof, user_id, expires_at, remote_address, user_agent)
     VALUES (decode(parts[1], 'hex'), decode(parts[2], 'hex'), parts[3]::uuid,
             mosaic.now() + make_interval(hours => parts[4]::integer), parts[5], parts[6]);`,
  ),
  authorised(
    "add_identity",
    `INSERT INTO mosaic.user_identities (id, user_id, issuer, subject, last_used_at)
     VALUES (parts[1]::uuid, parts[2]::uuid, parts[3], parts[4], mosaic.now());`,
  ),
  authorised(
    "add_invite",
    `INSERT INTO mosaic.invites (id, token_hash, email, system_role, expires_at, invited_by)
     VALUES (parts[1]::uuid, decode(parts[2], 'hex'), parts[3], parts[4],
             mosaic.now() + make_interval(hours => parts[5]::integer), parts[6]::uuid);`,
  ),
  authorised(
    "add_api_key",
    `INSERT INTO mosaic.personal_api_keys (id, tenant, user_id, key_id, name, hash, proof, last_four, scopes, expires_at)
     VALUES (parts[1]::uuid, 'human:' || parts[2], parts[2]::uuid, parts[3], parts[4], decode(parts[5], 'hex'),
             decode(parts[6], 'hex'), parts[7], string_to_array(parts[8], ' '), parts[9]::timestamptz);`,
  ),
  authorised(
    "write_config",
    `INSERT INTO mosaic.system_config (key, value, sealed, updated_by) VALUES (parts[1], parts[2]::jsonb, parts[3], parts[4])
     ON CONFLICT (key) DO UPDATE SET value = excluded.value, sealed = excluded.sealed, updated_by = excluded.updated_by,
       updated_at = mosaic.now();`,
  ),
  authorised("delete_config", "DELETE FROM mosaic.system_config WHERE key = parts[1];"),
];

/** What a look-up found comes with the proof that binds it to its user; the api's process checks it. */
const CREDENTIAL_PROOF = `
CREATE FUNCTION auth.credential_proof(carrier text, wanted_key_id text, hashes bytea[])
RETURNS TABLE (proof bytea, hash bytea) LANGUAGE sql STABLE ${ATTRIBUTES} AS $$
  SELECT s.proof, s.id FROM mosaic.sessions s WHERE carrier = 'session' AND s.id = ANY (hashes)
   UNION ALL
  SELECT k.proof, k.hash FROM mosaic.personal_api_keys k
   WHERE carrier = 'key' AND k.key_id = wanted_key_id AND k.hash = ANY (hashes)
   LIMIT 1
$$`;

const WRITERS = [
  "set_system_role",
  "add_local_password",
  "add_breakglass",
  "set_password",
  "open_session",
  "add_identity",
  "add_invite",
  "add_api_key",
  "write_config",
  "delete_config",
];

export const AUTHORITY_FUNCTIONS: readonly string[] = authFunctions(
  [...DEFINITIONS, CREDENTIAL_PROOF],
  [
    "auth.assert_authorised(text, text[], bytea)",
    "auth.credential_proof(text, text, bytea[])",
    ...WRITERS.map((name) => `auth.${name}(text[], bytea)`),
  ],
);
