// Whoever gets to run SQL as the api must not become somebody else by it. What makes an account or a way into one (roles,
// password hashes, sessions, keys, identities, invitations, the identity provider's settings) is written by functions alone,
// which ask for a code that only the api's process can make, for this transaction and these values. Sessions and keys
// carry a proof that binds them to their user.
import { Migration } from "@mikro-orm/migrations";
import { AUTHORITY_ACCESS } from "./authority-access.ts";
import { AUTHORITY_FUNCTIONS } from "./authority-functions.ts";

const TABLES: readonly string[] = [
  // Set by every run of the migrations, from the root key. No service may read it.
  `CREATE TABLE mosaic.authority (
     id boolean PRIMARY KEY DEFAULT true CHECK (id),
     secret bytea NOT NULL)`,
  // There is no proof for the sessions that are open: their owners sign in again.
  "DELETE FROM mosaic.sessions",
  "ALTER TABLE mosaic.sessions ADD COLUMN proof bytea NOT NULL",
  // Keys from before this migration have none, and go on working: nobody but the function below can make another such row.
  "ALTER TABLE mosaic.personal_api_keys ADD COLUMN proof bytea NULL",
  "ALTER TABLE mosaic.users ALTER COLUMN system_role SET DEFAULT 'member'",
];

export class BindCredentials extends Migration {
  override up(): void {
    for (const statement of [...TABLES, ...AUTHORITY_ACCESS, ...AUTHORITY_FUNCTIONS]) this.addSql(statement);
  }
}
