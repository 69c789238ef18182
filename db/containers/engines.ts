// What the watcher knows of the container engines; the api reads it, for it has no socket.
import { ENGINE_CHANGED_CHANNEL } from "../../contracts/core/channels.ts";
import { ISOLATION_UNKNOWN, isolationSchema, type Isolation } from "../../contracts/installation/agent-isolation.ts";
import type { GlobalTransaction } from "../core/database.ts";
import { Engine, type EngineRow } from "../installation/system.ts";

export interface EngineReport {
  readonly name: string;
  readonly ok: boolean;
  readonly detail: string;
  readonly version: string | null;
  readonly networkId: string | null;
  readonly subnet: string | null;
  readonly gatewayAddress: string | null;
}

/** Writes the report with the database's time; tells the listeners when the agents' network is another one. */
export async function upsertEngine(tx: GlobalTransaction, report: EngineReport): Promise<void> {
  const [before] = await tx.sql<{ networkId: string | null }>(
    `SELECT network_id AS "networkId" FROM mosaic.engines WHERE name = $1 FOR UPDATE`,
    [report.name],
  );
  await tx.sql(
    `INSERT INTO mosaic.engines (name, last_seen, ok, detail, version, network_id, subnet, gateway_address)
     VALUES ($1, mosaic.now(), $2, $3, $4, $5, $6, $7)
     ON CONFLICT (name) DO UPDATE SET last_seen = excluded.last_seen, ok = excluded.ok, detail = excluded.detail,
       version = coalesce(excluded.version, engines.version), network_id = coalesce(excluded.network_id, engines.network_id),
       subnet = coalesce(excluded.subnet, engines.subnet),
       gateway_address = coalesce(excluded.gateway_address, engines.gateway_address)`,
    [report.name, report.ok, report.detail, report.version, report.networkId, report.subnet, report.gatewayAddress],
  );
  if (report.networkId !== null && before?.networkId !== report.networkId) {
    await tx.sql("SELECT pg_notify($1, '')", [ENGINE_CHANGED_CHANNEL]);
  }
}

/** What a worker found about the isolation of agents on this engine, which answered it just now. */
export async function noteIsolation(
  tx: GlobalTransaction,
  { name, isolation }: { readonly name: string; readonly isolation: Isolation },
): Promise<void> {
  await tx.sql(
    `INSERT INTO mosaic.engines (name, last_seen, ok, detail, isolation) VALUES ($1, mosaic.now(), true, '', $2::jsonb)
     ON CONFLICT (name) DO UPDATE SET isolation = excluded.isolation`,
    [name, JSON.stringify(isolation)],
  );
}

/** For the role worker. Goes on counting over restarts. */
export async function nextAgentAddressNumber(tx: GlobalTransaction): Promise<number> {
  const [row] = await tx.sql<{ number: string }>("SELECT nextval('mosaic.agent_address_numbers') AS number");
  return Number(row?.number ?? 0);
}

export interface SeenEngine extends Omit<EngineRow, "isolation"> {
  /** By the database's clock. */
  readonly ageSeconds: number;
  readonly isolation: Isolation;
}

export async function listEngines(tx: GlobalTransaction): Promise<SeenEngine[]> {
  const rows = await tx.em.find(Engine, {}, { orderBy: { name: "asc" }, disableIdentityMap: true });
  const now = await databaseNow(tx);
  return rows.map((row) => ({
    ...row,
    ageSeconds: Math.max(0, (now.getTime() - row.lastSeen.getTime()) / 1000),
    isolation: isolationSchema.catch(ISOLATION_UNKNOWN).parse(row.isolation),
  }));
}

/** The clock that all of the SQL goes by; tests move it. */
export async function databaseNow(tx: GlobalTransaction): Promise<Date> {
  const [row] = await tx.sql<{ now: Date }>("SELECT mosaic.now() AS now");
  return row?.now ?? new Date();
}
