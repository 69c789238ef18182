// Compares what the database says of containers with what the engine runs and which workflows are open.
import type { ContainerPhase } from "../../contracts/containers/agent-container.ts";
import type { Tenant } from "../../contracts/core/tenant.ts";

export interface DriftRow {
  readonly tenant: Tenant;
  readonly phase: ContainerPhase;
  readonly engineContainerId: string | null;
  readonly statusChangedAt: Date;
  readonly retiredAt: Date | null;
}

export interface DriftContainer {
  readonly engineContainerId: string;
  readonly tenant: Tenant | null;
  readonly isRunning: boolean;
  readonly createdAt: Date;
}

export interface FleetFacts {
  readonly now: Date;
  readonly rows: readonly DriftRow[];
  readonly containers: readonly DriftContainer[];
  /** Tenants whose workflow is open. */
  readonly open: ReadonlySet<Tenant>;
  /** System agents that must run; one that people stopped is none of them. */
  readonly alwaysOn: ReadonlySet<Tenant>;
}

export type DriftRepair =
  /** Runs and is ready, but nobody watches it. */
  | { readonly kind: "adopt"; readonly tenant: Tenant; readonly engineContainerId: string }
  /** The row says that it runs or is being stopped, but there is neither a container nor a workflow. */
  | { readonly kind: "put_to_sleep"; readonly tenant: Tenant; readonly statusChangedAt: Date }
  /** It is always on, or its start was lost with its workflow. */
  | { readonly kind: "start"; readonly tenant: Tenant }
  /** The workflow believes in a container that is gone. */
  | { readonly kind: "tell_lost"; readonly tenant: Tenant; readonly engineContainerId: string }
  /** No row wants it. Its volume stays. */
  | { readonly kind: "remove"; readonly tenant: Tenant; readonly engineContainerId: string };

/** What was changed or made less than this ago is left to its workflow, which may just be beginning or ending. */
export const SETTLE_MS = 60_000;
const RESTING: ReadonlySet<ContainerPhase> = new Set(["never_started", "asleep", "failed"]);
/** Someone was told that it is starting. */
const STARTING: ReadonlySet<ContainerPhase> = new Set(["creating", "booting", "restarting", "backing_off"]);

/**
 * What must be repaired. Containers with an open workflow are the workflow's; those without a tenant are nobody's agents
 * and are left alone. Always-on agents that rest are started.
 */
export function findDrift(facts: FleetFacts): DriftRepair[] {
  const isOld = (moment: Date): boolean => facts.now.getTime() - moment.getTime() >= SETTLE_MS;
  const settled = (row: DriftRow): boolean => isOld(row.statusChangedAt);
  const byTenant = new Map(facts.rows.map((row) => [row.tenant, row]));
  const running = new Map(facts.containers.filter((one) => one.isRunning).map((one) => [one.engineContainerId, one]));
  const rowRepairs = facts.rows.filter(settled).flatMap((row) => repairOfRow(row, facts, running));
  const starts = [...facts.alwaysOn]
    .filter((tenant) => !facts.open.has(tenant) && !rowRepairs.some((repair) => repair.tenant === tenant))
    .filter((tenant) => isStartable(byTenant.get(tenant), settled))
    .map((tenant): DriftRepair => ({ kind: "start", tenant }));
  const removals = facts.containers
    .filter(({ createdAt }) => isOld(createdAt))
    .flatMap((container) => repairOfContainer(container, facts, { byTenant, settled }));
  return [...rowRepairs, ...starts, ...removals];
}

function repairOfRow(row: DriftRow, facts: FleetFacts, running: ReadonlyMap<string, DriftContainer>): DriftRepair[] {
  if (row.retiredAt !== null || RESTING.has(row.phase)) return [];
  const { tenant, engineContainerId } = row;
  const isRunning = engineContainerId !== null && running.has(engineContainerId);
  if (facts.open.has(tenant)) {
    return row.phase === "ready" && engineContainerId !== null && !isRunning
      ? [{ kind: "tell_lost", tenant, engineContainerId }]
      : [];
  }
  if (row.phase === "ready" && isRunning) return [{ kind: "adopt", tenant, engineContainerId }];
  if (facts.alwaysOn.has(tenant) || STARTING.has(row.phase)) return [{ kind: "start", tenant }];
  return [{ kind: "put_to_sleep", tenant, statusChangedAt: row.statusChangedAt }];
}

/** An always-on agent without a row was never started; one that rests gave up, or was never started either. */
function isStartable(row: DriftRow | undefined, settled: (row: DriftRow) => boolean): boolean {
  return row === undefined || row.retiredAt !== null || (RESTING.has(row.phase) && settled(row));
}

interface RowLookup {
  readonly byTenant: ReadonlyMap<Tenant, DriftRow>;
  readonly settled: (row: DriftRow) => boolean;
}

function repairOfContainer(container: DriftContainer, facts: FleetFacts, { byTenant, settled }: RowLookup): DriftRepair[] {
  const { tenant, engineContainerId } = container;
  if (tenant === null || facts.open.has(tenant)) return [];
  const row = byTenant.get(tenant);
  if (row === undefined) return [{ kind: "remove", tenant, engineContainerId }];
  // A repeated start removes what remains of the one before.
  if (!settled(row) || (row.retiredAt === null && STARTING.has(row.phase))) return [];
  const isWanted =
    row.retiredAt === null && row.phase === "ready" && row.engineContainerId === engineContainerId && container.isRunning;
  return isWanted ? [] : [{ kind: "remove", tenant, engineContainerId }];
}
