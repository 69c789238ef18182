// What Postgres lets everybody call by default: for the api alone, like every other function.
import { Migration } from "@mikro-orm/migrations";

export class CloseIsAdministrator extends Migration {
  override up(): void {
    this.addSql("REVOKE ALL ON FUNCTION mosaic.is_administrator() FROM PUBLIC");
    this.addSql("GRANT EXECUTE ON FUNCTION mosaic.is_administrator() TO mosaic_api");
  }
}
