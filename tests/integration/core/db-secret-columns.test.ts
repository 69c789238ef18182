// Who may read what is secret: column by column, as the catalogue grants it, against a list that was reviewed by hand.
import { useDatabase } from "../../support/core/database.ts";

const ROLES = ["api", "worker", "fleet"] as const;
type Role = (typeof ROLES)[number];

/**
 * Sealed values, hashes of credentials, and what people wrote for themselves. `api` and `worker` read a tenant's rows under
 * row-level security; nobody reads a password's hash but through the look-up of a sign-in.
 */
const READERS: Readonly<Record<string, readonly Role[]>> = {
  // The look-up of a call alone reads them.
  "agent_api_keys.hash": [],
  "agent_api_keys.proof": [],
  "authority.secret": [],
  "breakglass_users.password_hash": [],
  "container_secrets.agent_token": ["worker"],
  "container_secrets.agent_token_hash": ["worker"],
  "container_secrets.gateway_key": ["api", "worker"],
  "container_secrets.gateway_token": ["api", "worker"],
  "container_secrets.last_log_lines": ["api", "worker"],
  "credential_broker_keys.hash": ["api"],
  "crypto_keys.wrapped": ["api", "worker"],
  "invites.token_hash": ["api"],
  "llm_providers.api_key": ["api", "worker"],
  "local_passwords.password_hash": [],
  // Digests of configurations, which hold keys: of no use without the digest key, and nobody's business all the same.
  "agent_containers.fetched_digest": ["api", "worker"],
  "oidc_sign_ins.id": ["api"],
  "oidc_sign_ins.sealed": ["api"],
  // No secret: whom a message is about.
  "outbox.subject": ["fleet"],
  "personal_api_keys.hash": ["api"],
  "personal_api_keys.proof": ["api"],
  "qa_credential_payload_chunks.sealed": ["api"],
  "qa_credentials.lease_token_hash": ["api"],
  "registered_agent_secrets.token": ["api"],
  "sessions.id": ["api", "worker"],
  "sessions.proof": ["api"],
  "sign_in_budgets.subject": ["api"],
  "sign_in_failures.subject": ["api"],
  "sign_in_places.subject": ["api"],
  "system_config.sealed": ["api", "worker"],
  "user_agent_configs.personality": ["api", "worker"],
  // What stands for a person at the identity provider: the look-up of a sign-in alone reads it.
  "user_identities.subject": [],
};
const SOUNDS_SECRET =
  "hash$|sealed|secret|token|password|wrapped|digest|verifier|nonce|^api_key$|personality|log_lines|^subject$|gateway_key";

const database = useDatabase();

test("every column that is made of bytes, or sounds secret, has its readers reviewed", async () => {
  const columns = await database.asOwner<{ name: string }>(
    `SELECT table_name || '.' || column_name AS name FROM information_schema.columns
      WHERE table_schema = 'mosaic' AND (data_type = 'bytea' OR column_name ~ $1)`,
    [SOUNDS_SECRET],
  );
  expect(columns.map(({ name }) => name).toSorted()).toEqual(Object.keys(READERS).toSorted());
});

test.each(Object.entries(READERS))("%s is read by %j and no other service", async (column, readers) => {
  const [table = "", name = ""] = column.split(".");
  const granted = await Promise.all(
    ROLES.map(async (role) => {
      const sql = "SELECT has_column_privilege($1, ('mosaic.' || $2)::regclass, $3, 'SELECT') AS may";
      const [row] = await database.asOwner<{ may: boolean }>(sql, [`mosaic_${role}`, table, name]);
      return row?.may === true ? [role] : [];
    }),
  );
  expect(granted.flat()).toEqual(readers);
});

test("rights on tables, columns and functions are granted to the groups alone: to no login, and not to the public", async () => {
  const grantees = await database.asOwner<{ name: string }>(
    `SELECT DISTINCT coalesce(r.rolname, 'PUBLIC') AS name
       FROM (SELECT relacl AS acl, relowner AS owner FROM pg_class WHERE relnamespace = 'mosaic'::regnamespace
             UNION ALL SELECT attacl, relowner FROM pg_attribute JOIN pg_class c ON c.oid = attrelid
              WHERE relnamespace = 'mosaic'::regnamespace
             UNION ALL SELECT coalesce(proacl, acldefault('f', proowner)), proowner FROM pg_proc
              WHERE pronamespace IN ('mosaic'::regnamespace, 'auth'::regnamespace)) granted
      CROSS JOIN LATERAL aclexplode(acl) one LEFT JOIN pg_roles r ON r.oid = one.grantee
      WHERE one.grantee <> owner ORDER BY 1`,
  );
  expect(grantees.map(({ name }) => name)).toEqual(["mosaic_api", "mosaic_auth", "mosaic_fleet", "mosaic_worker"]);
});
