// If an owner gave no reason, earlier releases stored a standard sentence. It only repeats who asked, so it is emptied.
import { Migration } from "@mikro-orm/migrations";

const SENTENCES = "('Its owner asked for it.', 'Its owner deleted it.')";
const TABLES = ["container_events", "container_intents", "agent_containers"];

/** The policies bind the owner of the tables too, so they rest here. */
export const EMPTY_STANDARD_REASONS: readonly string[] = TABLES.flatMap((table) => [
  `ALTER TABLE mosaic.${table} NO FORCE ROW LEVEL SECURITY`,
  `UPDATE mosaic.${table} SET reason = '' WHERE reason IN ${SENTENCES}`,
  `ALTER TABLE mosaic.${table} FORCE ROW LEVEL SECURITY`,
]);

export class EmptyStandardReasons extends Migration {
  override up(): void {
    for (const statement of EMPTY_STANDARD_REASONS) this.addSql(statement);
  }
}
