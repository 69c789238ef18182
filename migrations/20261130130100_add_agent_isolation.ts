// What the worker found about the isolation of agents, beside the engine's health.
import { Migration } from "@mikro-orm/migrations";

export class AddAgentIsolation extends Migration {
  override up(): void {
    this.addSql("ALTER TABLE mosaic.engines ADD COLUMN isolation jsonb NULL");
  }
}
