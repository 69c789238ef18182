// The outbox delivers in order per subject: a tenant, or a lease, which belongs to no tenant.
import { Migration } from "@mikro-orm/migrations";

const STATEMENTS: readonly string[] = [
  "ALTER TABLE mosaic.outbox ADD COLUMN subject text NULL",
  // The policies bind the table's owner too: without this the UPDATE would see no row.
  "ALTER TABLE mosaic.outbox NO FORCE ROW LEVEL SECURITY",
  "UPDATE mosaic.outbox SET subject = tenant",
  "ALTER TABLE mosaic.outbox FORCE ROW LEVEL SECURITY",
  "ALTER TABLE mosaic.outbox ALTER COLUMN subject SET NOT NULL, ALTER COLUMN tenant DROP NOT NULL",
  `ALTER TABLE mosaic.outbox ADD CONSTRAINT outbox_subject_check
     CHECK (CASE WHEN tenant IS NULL THEN subject LIKE 'credential-lease:%' ELSE subject = tenant END)`,
  `CREATE POLICY credential_lease ON mosaic.outbox FOR INSERT TO mosaic_api, mosaic_worker
     WITH CHECK (tenant IS NULL AND topic LIKE 'credential-lease.%')`,
  "DROP INDEX mosaic.outbox_unsent_index",
  "CREATE INDEX outbox_unsent_index ON mosaic.outbox (subject, id) WHERE sent_at IS NULL",
];

export class OrderOutboxBySubject extends Migration {
  override up(): void {
    for (const statement of STATEMENTS) this.addSql(statement);
  }
}
