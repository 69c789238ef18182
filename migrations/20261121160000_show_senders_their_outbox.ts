// Who puts a message into the outbox may see whether the same one waits there already: metadata of its own tenant only.
import { Migration } from "@mikro-orm/migrations";

export class ShowSendersTheirOutbox extends Migration {
  override up(): void {
    this.addSql("GRANT SELECT (id, tenant, topic, sent_at, attempts) ON mosaic.outbox TO mosaic_api, mosaic_worker");
  }
}
