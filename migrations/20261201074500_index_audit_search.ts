// The search in the audit log finds events by an index, and so do the events of one target.
import { Migration } from "@mikro-orm/migrations";

const STATEMENTS: readonly string[] = [
  "CREATE INDEX audit_events_actor_name_index ON mosaic.audit_events (actor_name, occurred_at)",
  "CREATE INDEX audit_events_target_id_index ON mosaic.audit_events (target_id, occurred_at)",
  `CREATE INDEX audit_events_words_index ON mosaic.audit_events (occurred_at)
    WHERE jsonb_exists_any(detail, ARRAY['reason', 'name'])`,
];

export class IndexAuditSearch extends Migration {
  override up(): void {
    for (const statement of STATEMENTS) this.addSql(statement);
  }
}
