// The row of a tenant's agent container: its phase, its starts and their tokens. Only workflows' activities change it.
import { randomUUID } from "node:crypto";
import { newAgentToken, newGatewayToken } from "../../adapters/credentials.ts";
import { engineName, STATUS_OF_PHASE, type ContainerPhase } from "../../contracts/agent-container.ts";
import { CONTAINER_CHANGED_CHANNEL } from "../../contracts/channels.ts";
import { FleetError } from "../../contracts/errors.ts";
import type { Secret, SecretPlace } from "../../contracts/secret.ts";
import { tenantParts } from "../../contracts/tenant.ts";
import type { TenantTransaction } from "../database.ts";
import { AgentContainer, type AgentContainerRow } from "../entities/agent-container.ts";

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
  const name = engineName(tx.tenant);
  await tx.sql(
    `INSERT INTO mosaic.agent_containers AS c (id, tenant, kind, name, volume_name, config_revision)
     VALUES ($1, $2, $3, $4, $4, coalesce((SELECT revision FROM mosaic.user_agent_configs WHERE tenant = $2), 0))
     ON CONFLICT (tenant) DO UPDATE SET retired_at = NULL, created_at = mosaic.now(),
       config_revision = excluded.config_revision
      WHERE c.retired_at IS NOT NULL`,
    [randomUUID(), tx.tenant, tenantParts(tx.tenant).kind, name],
  );
  await tx.sql(
    `INSERT INTO mosaic.container_secrets (container_id, tenant)
     SELECT id, tenant FROM mosaic.agent_containers WHERE tenant = $1 ON CONFLICT (container_id) DO NOTHING`,
    [tx.tenant],
  );
  return existing(await findContainer(tx));
}

export interface PhaseChange {
  readonly phase: ContainerPhase;
  readonly reason: string;
  /** For the owner alone; replaces what stood there. */
  readonly lastLogLines?: readonly string[];
}

/** Writes phase, status and reason, and tells the listeners. `ready` counts as activity: the idle time begins there. */
export async function setPhase(tx: TenantTransaction, change: PhaseChange): Promise<void> {
  await tx.sql(
    `UPDATE mosaic.agent_containers
        SET status_changed_at = CASE WHEN status = $2 AND phase = $3 THEN status_changed_at ELSE mosaic.now() END,
            last_activity_at = CASE WHEN $3 = 'ready' THEN mosaic.now() ELSE last_activity_at END,
            status = $2, phase = $3, reason = $4
      WHERE tenant = $1`,
    [tx.tenant, STATUS_OF_PHASE[change.phase], change.phase, change.reason],
  );
  if (change.lastLogLines !== undefined) {
    await tx.sql("UPDATE mosaic.container_secrets SET last_log_lines = $2::jsonb WHERE tenant = $1", [
      tx.tenant,
      JSON.stringify(change.lastLogLines),
    ]);
  }
  await notifyChanged(tx);
}

export interface ClaimedStart {
  readonly containerId: string;
  readonly generation: number;
  readonly agentToken: Secret;
  readonly gatewayToken: Secret;
}

/**
 * Begins a start: a new generation with new tokens, the old ones void. Idempotent by `startId`: the same start gets the
 * same generation and tokens again, because the container that carries them may exist already. The generation is higher
 * than `above`, which the engine knows and a database that was restored from a backup may not.
 * @throws FleetError NOT_FOUND when there is no row or it was retired.
 */
export async function claimStart(
  tx: TenantTransaction,
  start: { readonly startId: string; readonly above?: number },
): Promise<ClaimedStart> {
  const { above = 0 } = start;
  const [row] = await tx.sql<{ id: string; startId: string | null; generation: number }>(
    `SELECT id, start_id AS "startId", generation FROM mosaic.agent_containers
      WHERE tenant = $1 AND retired_at IS NULL FOR UPDATE`,
    [tx.tenant],
  );
  const { id, generation, startId } = existing(row ?? null);
  if (startId === start.startId && generation > above) {
    const tokens = await readTokens(tx, id);
    if (tokens !== null) return { containerId: id, generation, ...tokens };
  }
  const next = Math.max(generation, above) + 1;
  const claimed = { containerId: id, generation: next, agentToken: newAgentToken(), gatewayToken: newGatewayToken() };
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
 * Turns a ready container that was idle long enough into a stopping one; false when somebody was faster. The row's lock
 * makes this statement and a chat's admission see each other: after it, no request is admitted.
 */
export async function beginIdleStop(tx: TenantTransaction, idleTimeoutMin: number): Promise<boolean> {
  const rows = await tx.sql(
    `UPDATE mosaic.agent_containers
        SET phase = 'stopping', status = 'stopped', reason = 'Nobody has used it for a while.', status_changed_at = mosaic.now()
      WHERE tenant = $1 AND phase = 'ready' AND status = 'running'
        AND coalesce(last_activity_at, started_at, created_at) <= mosaic.now() - make_interval(mins => $2)
      RETURNING id`,
    [tx.tenant, idleTimeoutMin],
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
  await tx.sql(
    "UPDATE mosaic.container_secrets SET agent_token_hash = NULL, agent_token = NULL, gateway_token = NULL WHERE tenant = $1",
    [tx.tenant],
  );
  await setPhase(tx, change);
}

/**
 * The same, but false and nothing written unless `generation` is still the newest: an attempt that was taken for dead
 * and goes on all the same must not void the tokens of the start that came after it.
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
  await recordStopped(tx, { phase: "never_started", reason: "", lastLogLines: [] });
  await tx.sql("DELETE FROM mosaic.container_events WHERE tenant = $1", [tx.tenant]);
  await tx.sql(
    `UPDATE mosaic.agent_containers SET retired_at = coalesce(retired_at, mosaic.now()), host = NULL, image = NULL,
            started_at = NULL, last_activity_at = NULL, observed_at = NULL, observed_state = NULL
      WHERE tenant = $1`,
    [tx.tenant],
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

/** Null while no start is claimed. @throws FleetError SECRET_UNREADABLE */
export async function openGatewayToken(tx: TenantTransaction): Promise<Secret | null> {
  const [row] = await tx.sql<{ id: string; sealed: string | null }>(
    `SELECT container_id AS id, gateway_token AS sealed FROM mosaic.container_secrets WHERE tenant = $1`,
    [tx.tenant],
  );
  return row === undefined || row.sealed === null ? null : tx.secrets.open(row.sealed, tokenPlace(tx, row.id, "gateway_token"));
}

/** The last lines the container printed; for its owner alone. */
export async function readLastLogLines(tx: TenantTransaction): Promise<string[]> {
  const [row] = await tx.sql<{ lines: string[] }>(
    "SELECT last_log_lines AS lines FROM mosaic.container_secrets WHERE tenant = $1",
    [tx.tenant],
  );
  return row?.lines ?? [];
}

type TokenName = "agentToken" | "gatewayToken";
type TokenColumn = "agent_token" | "gateway_token";

function tokenPlace(tx: TenantTransaction, containerId: string, column: TokenColumn): SecretPlace {
  return { table: "container_secrets", column, tenant: tx.tenant, rowId: containerId, binding: "" };
}

/**
 * A statement of its own, after the container's row was locked: joined to the locking one it would see the secrets as
 * they were before the wait.
 */
async function readTokens(tx: TenantTransaction, containerId: string): Promise<Pick<ClaimedStart, TokenName> | null> {
  const [row] = await tx.sql<{ agentToken: string | null; gatewayToken: string | null }>(
    `SELECT agent_token AS "agentToken", gateway_token AS "gatewayToken" FROM mosaic.container_secrets WHERE container_id = $1`,
    [containerId],
  );
  if (row === undefined || row.agentToken === null || row.gatewayToken === null) return null;
  return {
    agentToken: tx.secrets.open(row.agentToken, tokenPlace(tx, containerId, "agent_token")),
    gatewayToken: tx.secrets.open(row.gatewayToken, tokenPlace(tx, containerId, "gateway_token")),
  };
}

async function storeClaim(tx: TenantTransaction, claim: ClaimedStart, startId: string): Promise<void> {
  await tx.sql(
    `UPDATE mosaic.agent_containers
        SET generation = $2, start_id = $3, engine_container_id = NULL, address = NULL,
            fetched_revision = NULL, fetched_digest = NULL, observed_at = NULL, observed_state = NULL
      WHERE tenant = $1`,
    [tx.tenant, claim.generation, startId],
  );
  const seal = (column: TokenColumn, token: Secret): string =>
    tx.secrets.seal(token, tokenPlace(tx, claim.containerId, column));
  await tx.sql(
    `UPDATE mosaic.container_secrets
        SET agent_token_hash = $2, agent_token = $3, gateway_token = $4, generation = $5, last_log_lines = '[]'
      WHERE tenant = $1`,
    [
      ...[tx.tenant, tx.tokens.hash(claim.agentToken), seal("agent_token", claim.agentToken)],
      ...[seal("gateway_token", claim.gatewayToken), claim.generation],
    ],
  );
}

async function notifyChanged(tx: TenantTransaction): Promise<void> {
  await tx.sql("SELECT pg_notify($1, $2)", [CONTAINER_CHANGED_CHANNEL, tx.tenant]);
}

function existing<T>(row: T | null): T {
  if (row === null) throw new FleetError("NOT_FOUND", "There is no such container.");
  return row;
}
