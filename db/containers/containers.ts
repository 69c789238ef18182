// The row of a tenant's agent container: its phase, its starts and their tokens. Only workflows' activities change it.
import { randomUUID } from "node:crypto";
import {
  containerNameOf,
  STATUS_OF_PHASE,
  volumeNameOf,
  type ContainerPhase,
} from "../../contracts/containers/agent-container.ts";
import { plainReason, type ContainerReason } from "../../contracts/containers/container-reasons.ts";
import { CONTAINER_CHANGED_CHANNEL } from "../../contracts/core/channels.ts";
import { FleetError } from "../../contracts/core/errors.ts";
import { tenantParts, type Tenant } from "../../contracts/core/tenant.ts";
import type { TenantTransaction } from "../core/database.ts";
import { AgentContainer, type AgentContainerRow } from "./agent-container.ts";
import { reasonColumn } from "./container-events.ts";
import { newStartSecrets, readSecrets, storeSecrets, voidSecrets, type StartSecrets } from "./container-secrets.ts";

/** Null while there is none, and after it was retired. */
export async function findContainer(tx: TenantTransaction): Promise<AgentContainerRow | null> {
  return tx.em.findOne(AgentContainer, { tenant: tx.tenant, retiredAt: null }, { disableIdentityMap: true });
}

/** The same, and nobody else changes it before this transaction ends. */
export async function lockContainer(tx: TenantTransaction): Promise<AgentContainerRow | null> {
  await tx.sql("SELECT 1 FROM mosaic.agent_containers WHERE tenant = $1 FOR UPDATE", [tx.tenant]);
  return findContainer(tx);
}

/** Of the newest start, also of a container that was retired; 0 when there never was one. */
export async function readGeneration(tx: TenantTransaction): Promise<number> {
  const [row] = await tx.sql<{ generation: number }>("SELECT generation FROM mosaic.agent_containers WHERE tenant = $1", [
    tx.tenant,
  ]);
  return row?.generation ?? 0;
}

/** Idempotent. Brings a retired row back; its generation goes on counting, so that no old token fits again. */
export async function ensureContainerRow(tx: TenantTransaction): Promise<AgentContainerRow> {
  await tx.sql(
    `INSERT INTO mosaic.agent_containers AS c (id, tenant, kind, name, volume_name, config_revision)
     VALUES ($1, $2, $3, $4, $5, coalesce((SELECT revision FROM mosaic.user_agent_configs WHERE tenant = $2), 0))
     ON CONFLICT (tenant) DO UPDATE SET retired_at = NULL, created_at = mosaic.now(),
       config_revision = excluded.config_revision
      WHERE c.retired_at IS NOT NULL`,
    [randomUUID(), tx.tenant, tenantParts(tx.tenant).kind, newContainerName(tx.tenant), volumeNameOf(tx.tenant)],
  );
  await tx.sql(
    `INSERT INTO mosaic.container_secrets (container_id, tenant)
     SELECT id, tenant FROM mosaic.agent_containers WHERE tenant = $1 ON CONFLICT (container_id) DO NOTHING`,
    [tx.tenant],
  );
  return existing(await findContainer(tx));
}

/** An id of its own, not the row's: that is what the container calls itself when it fetches its configuration. */
function newContainerName(tenant: Tenant): string {
  return containerNameOf(tenant, randomUUID());
}

export interface PhaseChange {
  readonly phase: ContainerPhase;
  readonly reason: ContainerReason | null;
  /** For the owner alone; replaces what stood there. */
  readonly lastLogLines?: readonly string[];
}

/** Writes phase, status and reason, and tells the listeners. `ready` counts as activity: the idle time begins there. */
export async function setPhase(tx: TenantTransaction, change: PhaseChange): Promise<void> {
  await tx.sql(
    `UPDATE mosaic.agent_containers
        SET status_changed_at = CASE WHEN status = $2 AND phase = $3 THEN status_changed_at ELSE mosaic.now() END,
            last_activity_at = CASE WHEN $3 = 'ready' THEN mosaic.now() ELSE last_activity_at END,
            status = $2, phase = $3, reason = $4::jsonb
      WHERE tenant = $1`,
    [tx.tenant, STATUS_OF_PHASE[change.phase], change.phase, reasonColumn(change.reason)],
  );
  if (change.lastLogLines !== undefined) {
    await tx.sql("UPDATE mosaic.container_secrets SET last_log_lines = $2::jsonb WHERE tenant = $1", [
      tx.tenant,
      JSON.stringify(change.lastLogLines),
    ]);
  }
  await notifyChanged(tx);
}

export interface ClaimedStart extends StartSecrets {
  readonly containerId: string;
  readonly generation: number;
  readonly name: string;
}

/**
 * Begins a start: a new generation with new tokens and a new certificate, the old ones void. Idempotent by `startId`: the
 * same start gets the same ones again, because the container that carries them may exist already. The generation is higher
 * than `above`, which the engine knows and a database that was restored from a backup may not.
 * @throws FleetError NOT_FOUND when there is no row or it was retired.
 */
export async function claimStart(
  tx: TenantTransaction,
  start: { readonly startId: string; readonly above?: number },
): Promise<ClaimedStart> {
  const { above = 0 } = start;
  const [row] = await tx.sql<{ id: string; startId: string | null; generation: number; name: string }>(
    `SELECT id, start_id AS "startId", generation, name FROM mosaic.agent_containers
      WHERE tenant = $1 AND retired_at IS NULL FOR UPDATE`,
    [tx.tenant],
  );
  const { id, generation, startId, name } = existing(row ?? null);
  if (startId === start.startId && generation > above) {
    const secrets = await readSecrets(tx, id);
    if (secrets !== null) return { containerId: id, generation, name, ...secrets };
  }
  const next = Math.max(generation, above) + 1;
  // Rows made before names were random carry the volume's; the container that has it is replaced by this start.
  const newName = name === volumeNameOf(tx.tenant) ? newContainerName(tx.tenant) : name;
  const claimed = { containerId: id, generation: next, name: newName, ...newStartSecrets() };
  await storeClaim(tx, claimed, start.startId);
  return claimed;
}

export interface StartedContainer {
  readonly startId: string;
  readonly host: string;
  readonly image: string;
  readonly engineContainerId: string;
  readonly address: string | null;
}

/** False, and nothing written, when another start was claimed meanwhile. */
export async function recordStarted(tx: TenantTransaction, started: StartedContainer): Promise<boolean> {
  const rows = await tx.sql(
    `UPDATE mosaic.agent_containers
        SET host = $3, image = $4, engine_container_id = $5, address = $6, started_at = mosaic.now(),
            last_activity_at = mosaic.now()
      WHERE tenant = $1 AND start_id = $2 RETURNING id`,
    [tx.tenant, started.startId, started.host, started.image, started.engineContainerId, started.address],
  );
  return rows.length > 0;
}

/** What the container of this transaction's tenant just got: the revision, and the digest of configuration and files. */
export async function recordFetched(
  tx: TenantTransaction,
  fetched: { readonly revision: number; readonly digest: string },
): Promise<void> {
  await tx.sql("UPDATE mosaic.agent_containers SET fetched_revision = $2, fetched_digest = $3 WHERE tenant = $1", [
    tx.tenant,
    fetched.revision,
    fetched.digest,
  ]);
}

/**
 * Turns a ready container that was idle long enough into a stopping one; false when someone was faster. The row's lock
 * makes this statement and a chat's admission see each other: after it, no request is admitted.
 */
export async function beginIdleStop(tx: TenantTransaction, idleTimeoutMin: number): Promise<boolean> {
  const rows = await tx.sql(
    `UPDATE mosaic.agent_containers
        SET phase = 'stopping', status = 'stopped', reason = $3::jsonb, status_changed_at = mosaic.now()
      WHERE tenant = $1 AND phase = 'ready' AND status = 'running'
        AND coalesce(last_activity_at, started_at, created_at) <= mosaic.now() - make_interval(mins => $2)
      RETURNING id`,
    [tx.tenant, idleTimeoutMin, reasonColumn(plainReason("idle"))],
  );
  if (rows.length > 0) await notifyChanged(tx);
  return rows.length > 0;
}

/** After the container was removed: its tokens are void, its place in the engine is forgotten. */
export async function recordStopped(tx: TenantTransaction, change: PhaseChange): Promise<void> {
  await tx.sql(
    `UPDATE mosaic.agent_containers
        SET start_id = NULL, engine_container_id = NULL, address = NULL, fetched_revision = NULL, fetched_digest = NULL
      WHERE tenant = $1`,
    [tx.tenant],
  );
  await voidSecrets(tx);
  await setPhase(tx, change);
}

/**
 * The same, but false and nothing written unless `generation` is still the newest: an attempt that was considered dead
 * but continues must not invalidate the tokens of the start that came after it.
 */
export async function recordStopOf(tx: TenantTransaction, generation: number, change: PhaseChange): Promise<boolean> {
  const row = await lockContainer(tx);
  if (row?.generation !== generation) return false;
  await recordStopped(tx, change);
  return true;
}

/**
 * After container and volume were removed. Idempotent. The timeline goes with it; the row stays for its generation. Nothing
 * is written unless `generation` is still the newest.
 */
export async function retireContainerRow(tx: TenantTransaction, generation: number): Promise<void> {
  await lockContainer(tx);
  if ((await readGeneration(tx)) !== generation) return;
  await recordStopped(tx, { phase: "never_started", reason: null, lastLogLines: [] });
  await tx.sql("DELETE FROM mosaic.container_events WHERE tenant = $1", [tx.tenant]);
  await tx.sql(
    `UPDATE mosaic.agent_containers SET retired_at = coalesce(retired_at, mosaic.now()), host = NULL, image = NULL,
            started_at = NULL, last_activity_at = NULL, observed_at = NULL, observed_state = NULL, name = $2
      WHERE tenant = $1`,
    [tx.tenant, newContainerName(tx.tenant)],
  );
}

/**
 * For a database that was restored from a backup, when the engine holds what a later start made: starts are counted on from
 * there. False when this generation is known.
 */
export async function catchUpGeneration(tx: TenantTransaction, generation: number): Promise<boolean> {
  const rows = await tx.sql(
    "UPDATE mosaic.agent_containers SET generation = $2 WHERE tenant = $1 AND generation < $2 RETURNING id",
    [tx.tenant, generation],
  );
  return rows.length > 0;
}

/** The last lines the container printed; for its owner alone. */
export async function readLastLogLines(tx: TenantTransaction): Promise<string[]> {
  const [row] = await tx.sql<{ lines: string[] }>(
    "SELECT last_log_lines AS lines FROM mosaic.container_secrets WHERE tenant = $1",
    [tx.tenant],
  );
  return row?.lines ?? [];
}

async function storeClaim(tx: TenantTransaction, claim: ClaimedStart, startId: string): Promise<void> {
  await tx.sql(
    `UPDATE mosaic.agent_containers
        SET generation = $2, start_id = $3, name = $4, engine_container_id = NULL, address = NULL,
            fetched_revision = NULL, fetched_digest = NULL, observed_at = NULL, observed_state = NULL
      WHERE tenant = $1`,
    [tx.tenant, claim.generation, startId, claim.name],
  );
  await storeSecrets(tx, claim);
}

async function notifyChanged(tx: TenantTransaction): Promise<void> {
  await tx.sql("SELECT pg_notify($1, $2)", [CONTAINER_CHANGED_CHANNEL, tx.tenant]);
}

function existing<T>(row: T | null): T {
  if (row === null) throw new FleetError("NOT_FOUND", "There is no such container.");
  return row;
}
