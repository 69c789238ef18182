// Counts the addresses that agents were given, so that one just released rests while all others take their turn.
import { Migration } from "@mikro-orm/migrations";

export class NumberAgentAddresses extends Migration {
  override up(): void {
    this.addSql("CREATE SEQUENCE mosaic.agent_address_numbers");
    this.addSql("GRANT USAGE ON SEQUENCE mosaic.agent_address_numbers TO mosaic_worker");
  }
}
