// Administration: invitations, deactivations with their steps, workspaces and teams, ends of access that are told at once.
import { Migration } from "@mikro-orm/migrations";
import { ADMINISTRATION_ACCESS } from "./administration-access.ts";
import { ADMINISTRATION_TABLES } from "./administration-tables.ts";

export class AddAdministration extends Migration {
  override up(): void {
    for (const statement of [...ADMINISTRATION_TABLES, ...ADMINISTRATION_ACCESS]) this.addSql(statement);
  }
}
