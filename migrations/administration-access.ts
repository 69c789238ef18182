// Who may do what with the tables of administration, and how processes learn that an access has ended.

/**
 * Sent by triggers, so that no statement that ends an access can forget it. A payload names a session by its stored hash, a
 * key by its public part, a user by id: nothing that could be used.
 */
const REVOCATIONS: readonly string[] = [
  `CREATE FUNCTION mosaic.notify_access_revoked() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
   BEGIN
     IF TG_TABLE_NAME = 'sessions' THEN
       PERFORM pg_notify('mosaic_access_revoked', 'session:' || encode(OLD.id, 'hex'));
     ELSIF TG_TABLE_NAME = 'personal_api_keys' THEN
       PERFORM pg_notify('mosaic_access_revoked', 'key:' || OLD.key_id);
     ELSE
       PERFORM pg_notify('mosaic_access_revoked', 'user:' || OLD.id::text);
     END IF;
     RETURN NULL;
   END $$`,
  "REVOKE ALL ON FUNCTION mosaic.notify_access_revoked() FROM PUBLIC",
  `CREATE TRIGGER access_revoked AFTER DELETE ON mosaic.sessions
     FOR EACH ROW EXECUTE FUNCTION mosaic.notify_access_revoked()`,
  `CREATE TRIGGER access_revoked AFTER UPDATE OF revoked_at ON mosaic.personal_api_keys
     FOR EACH ROW WHEN (OLD.revoked_at IS NULL AND NEW.revoked_at IS NOT NULL) EXECUTE FUNCTION mosaic.notify_access_revoked()`,
  `CREATE TRIGGER access_revoked AFTER UPDATE OF deactivated_at ON mosaic.users
     FOR EACH ROW WHEN (OLD.deactivated_at IS NULL AND NEW.deactivated_at IS NOT NULL)
     EXECUTE FUNCTION mosaic.notify_access_revoked()`,
];

const API_GRANTS: readonly string[] = [
  "GRANT SELECT, INSERT, UPDATE (cancelled_at) ON mosaic.user_deactivations TO mosaic_api",
  "GRANT SELECT, INSERT, UPDATE (used_at, used_by, revoked_at) ON mosaic.invites TO mosaic_api",
  "GRANT SELECT, INSERT, DELETE, UPDATE (name, description) ON mosaic.workspaces, mosaic.teams TO mosaic_api",
  "GRANT SELECT, INSERT, DELETE, UPDATE (role) ON mosaic.workspace_members TO mosaic_api",
  "GRANT SELECT, INSERT, DELETE ON mosaic.team_members TO mosaic_api",
  "GRANT DELETE ON mosaic.system_config TO mosaic_api",
];

/** What the deactivation of a user does. */
const WORKER_GRANTS: readonly string[] = [
  `GRANT SELECT, UPDATE (sessions_ended_at, sessions_ended, keys_revoked_at, keys_revoked, agent_stopped_at)
     ON mosaic.user_deactivations TO mosaic_worker`,
  "GRANT SELECT (id, user_id), DELETE ON mosaic.sessions TO mosaic_worker",
  "GRANT SELECT (id, tenant, key_id, revoked_at), UPDATE (revoked_at) ON mosaic.personal_api_keys TO mosaic_worker",
];

/**
 * Which of these credentials are void by now; for streams that are open while notifications do not arrive. A session that
 * merely idled is not: its stream is its use.
 */
const VOID_CREDENTIALS: readonly string[] = [
  `CREATE FUNCTION auth.void_credentials(session_ids bytea[], key_ids text[])
   RETURNS TABLE ("credentialId" text)
   LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
     SELECT encode(wanted.id, 'hex') FROM unnest(session_ids) AS wanted(id)
      WHERE NOT EXISTS (SELECT 1 FROM mosaic.sessions s JOIN mosaic.users u ON u.id = s.user_id
                         WHERE s.id = wanted.id AND u.deactivated_at IS NULL AND s.expires_at > mosaic.now())
     UNION ALL
     SELECT wanted.id FROM unnest(key_ids) AS wanted(id)
      WHERE NOT EXISTS (SELECT 1 FROM mosaic.personal_api_keys k JOIN mosaic.users u ON u.id = k.user_id
                         WHERE k.key_id = wanted.id AND u.deactivated_at IS NULL AND k.revoked_at IS NULL
                           AND (k.expires_at IS NULL OR k.expires_at > mosaic.now()))
   $$`,
];

/**
 * What administrators see of others (A5): the audit log, and what containers do and why. The setting is made by
 * `actAsAdministrator` for one transaction; no other table knows it.
 */
const ADMINISTRATORS: readonly string[] = [
  `CREATE FUNCTION mosaic.is_administrator() RETURNS boolean LANGUAGE sql STABLE SET search_path = pg_catalog
     AS $$ SELECT coalesce(current_setting('mosaic.administrator', true), '') = 'on' $$`,
  ...["audit_events", "agent_containers", "container_events"].map(
    (table) =>
      `CREATE POLICY administrator ON mosaic.${table} FOR SELECT TO mosaic_api USING ((SELECT mosaic.is_administrator()))`,
  ),
  "GRANT SELECT ON mosaic.audit_events TO mosaic_api",
  "GRANT DELETE ON mosaic.system_containers TO mosaic_api",
  "CREATE INDEX audit_events_action_index ON mosaic.audit_events (action, occurred_at)",
];

/** Functions of schema auth: for the api alone, run as mosaic_auth. */
export function authFunctions(definitions: readonly string[], signatures: readonly string[]): readonly string[] {
  return [
    ...definitions,
    "GRANT CREATE ON SCHEMA auth TO mosaic_auth",
    ...signatures.flatMap((signature) => [
      `REVOKE ALL ON FUNCTION ${signature} FROM PUBLIC`,
      `GRANT EXECUTE ON FUNCTION ${signature} TO mosaic_api`,
      `ALTER FUNCTION ${signature} OWNER TO mosaic_auth`,
    ]),
    "REVOKE CREATE ON SCHEMA auth FROM mosaic_auth",
  ];
}

export const ADMINISTRATION_ACCESS: readonly string[] = [
  ...REVOCATIONS,
  ...ADMINISTRATORS,
  ...API_GRANTS,
  ...WORKER_GRANTS,
  ...authFunctions(VOID_CREDENTIALS, ["auth.void_credentials(bytea[], text[])"]),
];
