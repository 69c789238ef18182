// What the api's login may no longer write by itself, and what the functions that write it in its place need.

const API_GRANTS: readonly string[] = [
  "REVOKE INSERT, UPDATE ON mosaic.users FROM mosaic_api",
  `GRANT INSERT (id, name, email, email_verified, image, is_local_auth, invited_at, invited_by),
     UPDATE (name, email, email_verified, image, deactivated_at, last_sign_in_at, preferences) ON mosaic.users TO mosaic_api`,
  "REVOKE INSERT, UPDATE ON mosaic.breakglass_users, mosaic.local_passwords FROM mosaic_api",
  "REVOKE INSERT ON mosaic.sessions, mosaic.user_identities, mosaic.invites, mosaic.personal_api_keys FROM mosaic_api",
];

const AUTH_GRANTS: readonly string[] = [
  "GRANT SELECT ON mosaic.authority TO mosaic_auth",
  "GRANT UPDATE (system_role) ON mosaic.users TO mosaic_auth",
  `GRANT INSERT, UPDATE (password_hash) ON mosaic.breakglass_users, mosaic.local_passwords TO mosaic_auth`,
  "GRANT INSERT, SELECT (proof) ON mosaic.sessions TO mosaic_auth",
  "GRANT INSERT ON mosaic.user_identities, mosaic.invites TO mosaic_auth",
  "GRANT INSERT, SELECT (proof) ON mosaic.personal_api_keys TO mosaic_auth",
  "CREATE POLICY auth_insert ON mosaic.personal_api_keys FOR INSERT TO mosaic_auth WITH CHECK (true)",
  "GRANT SELECT, INSERT, UPDATE, DELETE ON mosaic.system_config TO mosaic_auth",
];

/** Settings decide who may join and who becomes an administrator by group; all other settings stay open to services. */
const SETTINGS: readonly string[] = [
  "ALTER TABLE mosaic.system_config ENABLE ROW LEVEL SECURITY",
  "CREATE POLICY readers ON mosaic.system_config FOR SELECT TO mosaic_api, mosaic_worker, mosaic_fleet USING (true)",
  `CREATE POLICY plain_insert ON mosaic.system_config FOR INSERT TO mosaic_api, mosaic_worker WITH CHECK (key NOT LIKE 'oidc.%')`,
  `CREATE POLICY plain_update ON mosaic.system_config FOR UPDATE TO mosaic_api, mosaic_worker
     USING (key NOT LIKE 'oidc.%') WITH CHECK (key NOT LIKE 'oidc.%')`,
  `CREATE POLICY plain_delete ON mosaic.system_config FOR DELETE TO mosaic_api USING (key NOT LIKE 'oidc.%')`,
  "CREATE POLICY auth_all ON mosaic.system_config FOR ALL TO mosaic_auth USING (true) WITH CHECK (true)",
];

/** What was ended stays so: a revoked key or a used invitation is no credential again. */
const ENDED: readonly string[] = [
  `CREATE FUNCTION mosaic.refuse_revival() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
   BEGIN
     RAISE EXCEPTION 'what was ended in % stays ended', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
   END $$`,
  "REVOKE ALL ON FUNCTION mosaic.refuse_revival() FROM PUBLIC",
  ...[
    ["personal_api_keys", "revoked_at"],
    ["credential_broker_keys", "revoked_at"],
    ["invites", "revoked_at"],
    ["invites", "used_at"],
  ].map(
    ([table, column]) =>
      `CREATE TRIGGER ${column}_stays BEFORE UPDATE OF ${column} ON mosaic.${table} FOR EACH ROW
         WHEN (OLD.${column} IS NOT NULL AND NEW.${column} IS NULL) EXECUTE FUNCTION mosaic.refuse_revival()`,
  ),
];

export const AUTHORITY_ACCESS: readonly string[] = [...API_GRANTS, ...AUTH_GRANTS, ...SETTINGS, ...ENDED];
