// What people ask of a container is recorded before its workflow is told, and read again before anything is ended.
import { Migration } from "@mikro-orm/migrations";
import { tenantTable } from "./support.ts";

const STATEMENTS: readonly string[] = [
  `CREATE TABLE mosaic.container_intents (
     id uuid PRIMARY KEY,
     tenant text NOT NULL,
     kind text NOT NULL CHECK (kind IN ('restart', 'stop', 'retire')),
     requested_by text NOT NULL,
     reason text NOT NULL,
     generation integer NOT NULL,
     requested_at timestamptz(6) NOT NULL DEFAULT mosaic.now(),
     done_at timestamptz(6) NULL,
     done_by text NULL)`,
  "CREATE INDEX container_intents_tenant_requested_at_index ON mosaic.container_intents (tenant, requested_at)",
  // Requests of the release before that were not delivered yet. The outbox's policies bind its owner too, so they rest here.
  "ALTER TABLE mosaic.outbox NO FORCE ROW LEVEL SECURITY",
  `WITH waiting AS (
     SELECT id, gen_random_uuid() AS intent FROM mosaic.outbox
      WHERE sent_at IS NULL AND topic IN ('container.restart', 'container.stop', 'container.retire')
        AND payload #>> '{actor,by}' IS NOT NULL AND payload #>> '{actor,reason}' IS NOT NULL),
   recorded AS (
     INSERT INTO mosaic.container_intents (id, tenant, kind, requested_by, reason, generation, requested_at)
     SELECT waiting.intent, o.tenant, substr(o.topic, length('container.') + 1), o.payload #>> '{actor,by}',
            o.payload #>> '{actor,reason}', coalesce((o.payload ->> 'generation')::integer, 0), o.created_at
       FROM waiting JOIN mosaic.outbox o ON o.id = waiting.id)
   UPDATE mosaic.outbox o SET payload = jsonb_build_object('topic', o.topic, 'intentId', waiting.intent)
     FROM waiting WHERE o.id = waiting.id`,
  "ALTER TABLE mosaic.outbox FORCE ROW LEVEL SECURITY",
  ...tenantTable({ name: "container_intents", kind: "fleet" }),
  "GRANT SELECT, INSERT ON mosaic.container_intents TO mosaic_api",
  "GRANT SELECT, INSERT, UPDATE (done_at, done_by) ON mosaic.container_intents TO mosaic_worker",
  "GRANT SELECT (done_at), DELETE ON mosaic.container_intents TO mosaic_fleet",
];

export class CreateContainerIntents extends Migration {
  override up(): void {
    for (const statement of STATEMENTS) this.addSql(statement);
  }
}
