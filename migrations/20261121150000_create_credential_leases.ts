// Credentials for CI and their leases: tables and grants.
import { Migration } from "@mikro-orm/migrations";
import { CREDENTIAL_LEASES_ACCESS } from "./credential-leases-access.ts";
import { CREDENTIAL_LEASES_TABLES } from "./credential-leases-tables.ts";

export class CreateCredentialLeases extends Migration {
  override up(): void {
    for (const statement of [...CREDENTIAL_LEASES_TABLES, ...CREDENTIAL_LEASES_ACCESS]) {
      this.addSql(statement);
    }
  }
}
