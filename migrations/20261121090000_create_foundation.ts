// The foundation: clock, tenant, tables, row-level security, grants, and the look-ups before a tenant is known.
import { Migration } from "@mikro-orm/migrations";
import { FOUNDATION_ACCESS } from "./foundation-access.ts";
import { FOUNDATION_AUTH_FUNCTIONS } from "./foundation-auth-functions.ts";
import { FOUNDATION_TABLES } from "./foundation-tables.ts";

/** The one clock of all SQL: tests move it by replacing this function, so never use the transaction's now(). */
const NOW = `
CREATE FUNCTION mosaic.now() RETURNS timestamptz LANGUAGE sql STABLE SET search_path = pg_catalog
AS $$ SELECT clock_timestamp() $$`;

/** After a SET LOCAL ended the setting is '', not NULL. */
const TENANT = `
CREATE FUNCTION mosaic.tenant() RETURNS text LANGUAGE sql STABLE SET search_path = pg_catalog
AS $$ SELECT nullif(current_setting('mosaic.tenant', true), '') $$`;

export class CreateFoundation extends Migration {
  override up(): void {
    const statements = [
      "CREATE SCHEMA auth",
      NOW,
      TENANT,
      ...FOUNDATION_TABLES,
      ...FOUNDATION_ACCESS,
      ...FOUNDATION_AUTH_FUNCTIONS,
    ];
    for (const statement of statements) this.addSql(statement);
  }
}
