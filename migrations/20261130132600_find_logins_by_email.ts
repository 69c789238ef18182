// A sign-in finds somebody by user name, or else by the e-mail address that was shown to be theirs.
import { Migration } from "@mikro-orm/migrations";
import { authFunctions } from "./administration-access.ts";

/** One statement for every name, so that known and unknown ones take the same time. Of the two a user name comes first. */
const SIGN_IN_LOGIN = `
CREATE FUNCTION auth.sign_in_login(wanted text)
RETURNS TABLE ("userId" uuid, name text, "systemRole" text, "passwordHash" text, kind text, deactivated boolean, username text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  WITH passwords AS NOT MATERIALIZED (
    SELECT user_id, username, password_hash, 'breakglass' AS kind FROM mosaic.breakglass_users
     UNION ALL
    SELECT user_id, username, password_hash, 'local' FROM mosaic.local_passwords)
  SELECT found.id, found.name, found.system_role, found.password_hash, found.kind, found.deactivated_at IS NOT NULL, found.username
    FROM (SELECT u.*, p.username, p.password_hash, p.kind, 1 AS rank
            FROM passwords p JOIN mosaic.users u ON u.id = p.user_id WHERE p.username = lower(wanted)
          UNION ALL
          SELECT u.*, p.username, p.password_hash, p.kind, 2
            FROM mosaic.users u JOIN passwords p ON p.user_id = u.id WHERE u.email = lower(wanted) AND u.email_verified) found
   ORDER BY found.rank LIMIT 1
$$`.replaceAll("u.*", "u.id, u.name, u.system_role, u.deactivated_at");

const STATEMENTS: readonly string[] = [
  "GRANT SELECT (email, email_verified) ON mosaic.users TO mosaic_auth",
  ...authFunctions([SIGN_IN_LOGIN], ["auth.sign_in_login(text)"]),
];

export class FindLoginsByEmail extends Migration {
  override up(): void {
    for (const statement of STATEMENTS) this.addSql(statement);
  }
}
