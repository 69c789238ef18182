// Each order that the list of users can have comes from an index, in both directions; and whose a container is, too.
import { Migration } from "@mikro-orm/migrations";

export class IndexUserLists extends Migration {
  override up(): void {
    this.addSql("CREATE INDEX users_name_index ON mosaic.users (lower(name), id)");
    this.addSql("CREATE INDEX users_last_sign_in_at_index ON mosaic.users (last_sign_in_at NULLS FIRST, id)");
    this.addSql("CREATE INDEX users_tenant_index ON mosaic.users (('human:' || id::text))");
  }
}
