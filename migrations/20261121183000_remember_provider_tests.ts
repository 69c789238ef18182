// How the last connection test of a provider went, so that its card can tell.
import { Migration } from "@mikro-orm/migrations";

export class RememberProviderTests extends Migration {
  override up(): void {
    this.addSql(`ALTER TABLE mosaic.llm_providers
      ADD COLUMN last_test_at timestamptz(6) NULL,
      ADD COLUMN last_test_reason text NULL,
      ADD COLUMN last_test_status integer NULL`);
  }
}
