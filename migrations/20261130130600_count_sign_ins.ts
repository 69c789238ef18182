// Sign-ins under way beside failed ones, budgets of names, and from where a name signed in before.
import { Migration } from "@mikro-orm/migrations";

const TABLES: readonly string[] = [
  // An attempt is no miss before its password was compared; what a process that died left pending is void after a while.
  `ALTER TABLE mosaic.sign_in_failures
     ADD COLUMN pending integer NOT NULL DEFAULT 0,
     ADD COLUMN pending_until timestamptz(6) NULL`,
  "CREATE INDEX sign_in_failures_last_failed_at_index ON mosaic.sign_in_failures (last_failed_at)",

  `CREATE TABLE mosaic.sign_in_budgets (
     subject bytea PRIMARY KEY,
     used integer NOT NULL,
     window_ends_at timestamptz(6) NOT NULL)`,
  "CREATE INDEX sign_in_budgets_window_ends_at_index ON mosaic.sign_in_budgets (window_ends_at)",

  `CREATE TABLE mosaic.sign_in_places (
     subject bytea PRIMARY KEY,
     last_used_at timestamptz(6) NOT NULL)`,
  "CREATE INDEX sign_in_places_last_used_at_index ON mosaic.sign_in_places (last_used_at)",
];

const ACCESS: readonly string[] = [
  "GRANT SELECT, INSERT, UPDATE ON mosaic.sign_in_budgets, mosaic.sign_in_places TO mosaic_api",
  "GRANT SELECT (window_ends_at), DELETE ON mosaic.sign_in_budgets TO mosaic_fleet",
  "GRANT SELECT (last_used_at), DELETE ON mosaic.sign_in_places TO mosaic_fleet",
];

export class CountSignIns extends Migration {
  override up(): void {
    for (const statement of [...TABLES, ...ACCESS]) this.addSql(statement);
  }
}
