// Sign-in through an identity provider: who is whom there, and attempts that are under way.
import { Migration } from "@mikro-orm/migrations";
import { authFunctions } from "./administration-access.ts";

const TABLES: readonly string[] = [
  // One identity is one user's. It is found by what the provider promises never to give to somebody else, not by e-mail.
  `CREATE TABLE mosaic.user_identities (
     id uuid PRIMARY KEY,
     user_id uuid NOT NULL REFERENCES mosaic.users ON DELETE CASCADE,
     issuer text NOT NULL,
     subject text NOT NULL,
     created_at timestamptz(6) NOT NULL DEFAULT mosaic.now(),
     last_used_at timestamptz(6) NULL,
     CONSTRAINT user_identities_issuer_subject_unique UNIQUE (issuer, subject))`,
  "CREATE INDEX user_identities_user_id_index ON mosaic.user_identities (user_id)",

  // id: the hash of the cookie that binds the attempt to one browser. sealed: state, nonce, code verifier, return address.
  `CREATE TABLE mosaic.oidc_sign_ins (
     id bytea PRIMARY KEY,
     purpose text NOT NULL CHECK (purpose IN ('sign-in', 'link', 'test')),
     issuer text NOT NULL,
     revision integer NOT NULL,
     sealed text NOT NULL CHECK (sealed LIKE 'enc:%'),
     return_to text NOT NULL,
     user_id uuid NULL REFERENCES mosaic.users ON DELETE CASCADE,
     invite_id uuid NULL REFERENCES mosaic.invites ON DELETE CASCADE,
     created_at timestamptz(6) NOT NULL DEFAULT mosaic.now(),
     expires_at timestamptz(6) NOT NULL)`,
  "CREATE INDEX oidc_sign_ins_expires_at_index ON mosaic.oidc_sign_ins (expires_at)",
];

/** The api adds, counts and removes identities of a user it knows, but only this function finds a user by one. */
const IDENTITY_LOGIN = `
CREATE FUNCTION auth.identity_login(wanted_issuer text, wanted_subject text)
RETURNS TABLE ("identityId" uuid, "userId" uuid, name text, "systemRole" text, deactivated boolean, "hasBreakglass" boolean)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT i.id, u.id, u.name, u.system_role, u.deactivated_at IS NOT NULL,
         EXISTS (SELECT 1 FROM mosaic.breakglass_users b WHERE b.user_id = u.id)
    FROM mosaic.user_identities i JOIN mosaic.users u ON u.id = i.user_id
   WHERE i.issuer = wanted_issuer AND i.subject = wanted_subject
$$`;

const ACCESS: readonly string[] = [
  "GRANT SELECT (id, user_id, issuer, created_at, last_used_at), INSERT, DELETE, UPDATE (last_used_at) ON mosaic.user_identities TO mosaic_api",
  "GRANT SELECT, INSERT, DELETE ON mosaic.oidc_sign_ins TO mosaic_api",
  "GRANT SELECT (expires_at), DELETE ON mosaic.oidc_sign_ins TO mosaic_fleet",
  "GRANT SELECT (id, user_id, issuer, subject) ON mosaic.user_identities TO mosaic_auth",
  ...authFunctions([IDENTITY_LOGIN], ["auth.identity_login(text, text)"]),
];

export class AddOidc extends Migration {
  override up(): void {
    for (const statement of [...TABLES, ...ACCESS]) this.addSql(statement);
  }
}
