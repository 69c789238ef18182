// All containers at once, for watcher and reconciler (role fleet): statuses and observations, no secret column.
import type { ContainerPhase, ContainerStatus } from "../../contracts/containers/agent-container.ts";
import type { Tenant, TenantKind } from "../../contracts/core/tenant.ts";
import type { GlobalTransaction } from "../core/database.ts";

export interface FleetRow {
  readonly id: string;
  readonly tenant: Tenant;
  readonly kind: TenantKind;
  readonly status: ContainerStatus;
  readonly phase: ContainerPhase;
  readonly host: string | null;
  readonly engineContainerId: string | null;
  readonly startId: string | null;
  readonly generation: number;
  readonly statusChangedAt: Date;
  readonly observedAt: Date | null;
  readonly observedState: string | null;
  /** Nobody may repair what was retired. */
  readonly retiredAt: Date | null;
  /** An enabled system agent; it has no idle time. */
  readonly alwaysOn: boolean;
}

/** Every container row, retired ones too, and enabled system agents that have no row yet are not in it (see listAlwaysOn). */
export async function listFleet(tx: GlobalTransaction): Promise<FleetRow[]> {
  return tx.sql<FleetRow>(
    `SELECT c.id, c.tenant, c.kind, c.status, c.phase, c.host, c.engine_container_id AS "engineContainerId",
            c.start_id AS "startId", c.generation, c.status_changed_at AS "statusChangedAt",
            c.observed_at AS "observedAt", c.observed_state AS "observedState", c.retired_at AS "retiredAt",
            coalesce(s.is_enabled, false) AS "alwaysOn"
       FROM mosaic.agent_containers c LEFT JOIN mosaic.system_containers s ON s.tenant = c.tenant
      ORDER BY c.tenant`,
  );
}

/**
 * Tenants of system agents that must run: the enabled ones but those that people stopped. They have no idle time, so that
 * only a stop by people puts one to sleep, and it sleeps until someone restarts it or wants to use it.
 */
export async function listAlwaysOn(tx: GlobalTransaction): Promise<Tenant[]> {
  const rows = await tx.sql<{ tenant: Tenant }>(
    `SELECT s.tenant FROM mosaic.system_containers s
       LEFT JOIN mosaic.agent_containers c ON c.tenant = s.tenant AND c.retired_at IS NULL
      WHERE s.is_enabled AND c.phase IS DISTINCT FROM 'asleep' ORDER BY s.tenant`,
  );
  return rows.map((row) => row.tenant);
}

export interface Observation {
  readonly engineContainerId: string;
  /** As the engine names it: created, running, exited … */
  readonly state: string;
}

/** A container whose observed state is not what it was. `state` is `missing` when the engine no longer lists it. */
export interface Transition {
  readonly tenant: Tenant;
  readonly engineContainerId: string;
  readonly previous: string | null;
  readonly state: string;
}

/**
 * Writes what one engine lists, in one bulk statement, and returns the changes. Rows of that host whose container is not
 * listed become `missing`; rows that know no container are left alone.
 */
export async function applyObservations(
  tx: GlobalTransaction,
  engine: { readonly host: string; readonly observations: readonly Observation[] },
): Promise<Transition[]> {
  return tx.sql<Transition>(
    `WITH seen AS (SELECT * FROM unnest($2::text[], $3::text[]) AS seen(id, state)),
          before AS (
            SELECT c.id, c.tenant, c.engine_container_id, c.observed_state AS previous, coalesce(seen.state, 'missing') AS state
              FROM mosaic.agent_containers c LEFT JOIN seen ON seen.id = c.engine_container_id
             WHERE c.host = $1 AND c.engine_container_id IS NOT NULL FOR UPDATE OF c),
          written AS (
            UPDATE mosaic.agent_containers c SET observed_at = mosaic.now(), observed_state = before.state
              FROM before WHERE c.id = before.id)
     SELECT tenant, engine_container_id AS "engineContainerId", previous, state
       FROM before WHERE previous IS DISTINCT FROM state ORDER BY tenant`,
    [engine.host, engine.observations.map((seen) => seen.engineContainerId), engine.observations.map((seen) => seen.state)],
  );
}

/** Removes audit events older than 400 days; the policy sees no others. */
export async function purgeAuditEvents(tx: GlobalTransaction): Promise<void> {
  await tx.sql("DELETE FROM mosaic.audit_events");
}
