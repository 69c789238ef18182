// Agents with keys of their own: people make them, they sign in by a key, and each is a tenant with a container of its own.
import { Migration } from "@mikro-orm/migrations";
import { AGENTS_ACCESS } from "./agents-access.ts";
import { AGENTS_FUNCTIONS } from "./agents-functions.ts";
import { AGENTS_TABLES } from "./agents-tables.ts";

export class CreateAgents extends Migration {
  override up(): void {
    for (const statement of [...AGENTS_TABLES, ...AGENTS_ACCESS, ...AGENTS_FUNCTIONS]) this.addSql(statement);
  }
}
