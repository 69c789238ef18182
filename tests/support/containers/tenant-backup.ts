// A backup of what the database knows of tenants' containers, as of a moment, and its restoration.
import { Client } from "pg";
import type { Tenant } from "../../../contracts/core/tenant.ts";
import type { TestDatabase } from "../core/database.ts";

const TABLES = ["agent_containers", "container_secrets", "container_events", "container_intents"] as const;

/** Gives what restores it. Workflows that go on meanwhile see either what was, or what the backup says, and nothing between. */
export async function backUpContainers(database: TestDatabase, tenants: readonly Tenant[]): Promise<() => Promise<void>> {
  const backup = new Map<string, string>();
  for (const table of TABLES) {
    const [found] = await database.asOwner<{ rows: string }>(
      `SELECT coalesce(jsonb_agg(t), '[]')::text AS rows FROM mosaic.${table} t WHERE tenant = ANY($1)`,
      [tenants],
    );
    backup.set(table, found?.rows ?? "[]");
  }
  return async () => {
    const owner = new Client({ connectionString: database.ownerUrl });
    await owner.connect();
    try {
      await owner.query("BEGIN");
      await owner.query("DELETE FROM mosaic.agent_containers WHERE tenant = ANY($1)", [tenants]);
      await owner.query("DELETE FROM mosaic.container_intents WHERE tenant = ANY($1)", [tenants]);
      for (const [table, rows] of backup) {
        const records = `jsonb_populate_recordset(NULL::mosaic.${table}, $1::jsonb)`;
        await owner.query(`INSERT INTO mosaic.${table} SELECT * FROM ${records}`, [rows]);
      }
      await owner.query("COMMIT");
    } finally {
      await owner.end();
    }
  };
}
