// The names that registered and system agents share: whoever takes one waits for the other, and finds it taken.
import type { GlobalTransaction } from "./database.ts";

const TABLES = { registered: "mosaic.registered_agents", system: "mosaic.system_containers" } as const;

/** Until the end of the transaction nobody else takes a name. True: an agent of that kind has this one. */
export async function isAgentName(tx: GlobalTransaction, kind: keyof typeof TABLES, name: string): Promise<boolean> {
  await tx.sql("SELECT pg_advisory_xact_lock(hashtextextended('mosaic.agent_names', 0))");
  const rows = await tx.sql(`SELECT 1 AS taken FROM ${TABLES[kind]} WHERE name = $1`, [name]);
  return rows.length > 0;
}
