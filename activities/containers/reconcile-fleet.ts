// Repairs drift between rows, engine and workflows, and removes what was kept long enough. Never touches a volume.
import { log } from "@temporalio/activity";
import type { AgentContainerClient } from "../../adapters/temporal/agent-container-client.ts";
import { plainReason } from "../../contracts/containers/container-reasons.ts";
import type { ContainerRuntime } from "../../contracts/containers/container-runtime.ts";
import type { Tenant } from "../../contracts/core/tenant.ts";
import type { Database, GlobalTransaction } from "../../db/core/database.ts";
import { appendAudit } from "../../db/audit/audit.ts";
import { appendEvent } from "../../db/containers/container-events.ts";
import { listOpenIntents, purgeDoneIntents, type OpenIntent } from "../../db/containers/container-intents.ts";
import { findContainer, lockContainer, recordStopped } from "../../db/containers/containers.ts";
import { databaseNow } from "../../db/containers/engines.ts";
import { listAlwaysOn, listFleet, purgeAuditEvents } from "../../db/containers/fleet.ts";
import { purgeSentOutbox } from "../../db/core/outbox.ts";
import { purgeOidcSignIns } from "../../db/sign-in/oidc-sign-ins.ts";
import { purgeSessions } from "../../db/sign-in/sessions.ts";
import { purgeSignInAttempts } from "../../db/sign-in/sign-in-attempts.ts";
import { findDrift, type DriftRepair } from "../../domain/containers/fleet-drift.ts";
import { guarded } from "../core/activity-failure.ts";

/** A few at a time: a mistake in here must not empty an engine. */
export const REMOVALS_PER_PASS = 5;
/** Starts are spread over passes, for each costs 15 CPU seconds. */
export const STARTS_PER_PASS = 5;
const SENT_OUTBOX_KEPT_DAYS = 7;
/** As long as Temporal keeps the closed runs that tell of them. */
const DONE_INTENTS_KEPT_DAYS = 30;

export interface ReconcileFleetDeps {
  /** Role fleet. */
  readonly fleet: Database;
  /** Role worker. */
  readonly worker: Database;
  readonly runtime: ContainerRuntime;
  readonly containers: AgentContainerClient;
}

export interface ReconcileReport {
  readonly adopted: number;
  readonly putToSleep: number;
  readonly started: number;
  readonly told: number;
  readonly removed: number;
  /** Found, but left for the next pass. */
  readonly postponed: number;
  /** Repairs that failed; the log says why. The next pass retries them. */
  readonly failed: number;
}

export interface ReconcileFleetActivities {
  /** Idempotent: it compares the present states, and each repair makes its own reason go away. */
  repairDrift(): Promise<ReconcileReport>;
  /** Idempotent: what is deleted is gone. */
  purgeExpired(): Promise<{ outboxRows: number }>;
}

export function createReconcileFleetActivities(deps: ReconcileFleetDeps): ReconcileFleetActivities {
  return {
    repairDrift: guarded(() => repairDrift(deps)),
    purgeExpired: guarded(() => deps.fleet.globally(purgeExpired)),
  };
}

async function purgeExpired(tx: GlobalTransaction): Promise<{ outboxRows: number }> {
  await purgeAuditEvents(tx);
  await purgeSessions(tx);
  await purgeOidcSignIns(tx);
  await purgeSignInAttempts(tx);
  await purgeDoneIntents(tx, DONE_INTENTS_KEPT_DAYS);
  return { outboxRows: await purgeSentOutbox(tx, SENT_OUTBOX_KEPT_DAYS) };
}

async function repairDrift(deps: ReconcileFleetDeps): Promise<ReconcileReport> {
  const repairs = findDrift(await readFacts(deps));
  const count = { adopt: 0, put_to_sleep: 0, start: 0, tell_lost: 0, remove: 0, postponed: 0, failed: 0 };
  for (const repair of repairs) {
    const isFull =
      (repair.kind === "remove" && count.remove >= REMOVALS_PER_PASS) ||
      (repair.kind === "start" && count.start >= STARTS_PER_PASS);
    if (isFull) count.postponed += 1;
    else {
      const outcome = await attempt(deps, repair);
      if (outcome === "done") count[repair.kind] += 1;
      if (outcome === "failed") count.failed += 1;
    }
  }
  const { adopt, put_to_sleep: putToSleep, start, tell_lost: told, remove, postponed, failed } = count;
  return { adopted: adopt, putToSleep, started: start, told, removed: remove, postponed, failed };
}

/** One that always fails must not keep those that come after it from being made. */
async function attempt(deps: ReconcileFleetDeps, repair: DriftRepair): Promise<"done" | "not needed" | "failed"> {
  try {
    return (await apply(deps, repair)) ? "done" : "not needed";
  } catch (error) {
    log.warn("a repair failed", { kind: repair.kind, tenant: repair.tenant, error });
    return "failed";
  }
}

/** Rows before the engine: a container that is started in between then looks like an orphan of a settled row at worst. */
async function readFacts({ fleet, runtime, containers }: ReconcileFleetDeps) {
  const { now, rows, alwaysOn } = await fleet.globally(async (tx) => ({
    now: await databaseNow(tx),
    rows: await listFleet(tx),
    alwaysOn: new Set(await listAlwaysOn(tx)),
  }));
  const listed = await runtime.list();
  return {
    now,
    rows,
    alwaysOn,
    containers: listed.map(({ state, ...container }) => ({ ...container, isRunning: state === "running" })),
    open: await containers.listOpen(),
  };
}

/** False when a second look shows that nothing is to be done: the listing of open workflows lags. */
async function apply(deps: ReconcileFleetDeps, repair: DriftRepair): Promise<boolean> {
  if (repair.kind === "tell_lost") return await tellLost(deps, repair);
  if (await deps.containers.isOpen(repair.tenant)) return false;
  const asked = await openIntents(deps, repair.tenant);
  switch (repair.kind) {
    case "adopt":
      return (await adopt(deps, repair.tenant, repair.engineContainerId)) && (await tellAgain(deps, repair.tenant, asked));
    case "put_to_sleep":
      return asked.length > 0 ? await tellAgain(deps, repair.tenant, asked) : await putToSleep(deps.worker, repair);
    case "start":
      if (asked.length === 0) await deps.containers.ensureRunning(repair.tenant);
      return await tellAgain(deps, repair.tenant, asked);
    case "remove":
      return await removeOrphan(deps, repair);
  }
}

async function tellLost(
  { containers, runtime }: ReconcileFleetDeps,
  repair: DriftRepair & { kind: "tell_lost" },
): Promise<boolean> {
  const { tenant, engineContainerId } = repair;
  const seen = await runtime.inspect(engineContainerId);
  if (seen?.state === "running") return false;
  const kind = seen === null ? "removed" : seen.outOfMemory ? "out_of_memory" : "exited";
  return await containers.engineObserved(tenant, { engineContainerId, kind, exitCode: seen?.exitCode ?? null });
}

async function adopt({ containers, worker }: ReconcileFleetDeps, tenant: Tenant, engineContainerId: string): Promise<boolean> {
  const row = await worker.asTenant(tenant, (tx) => findContainer(tx));
  if (row === null || row.phase !== "ready" || row.engineContainerId !== engineContainerId) return false;
  const { generation, host, image, fetchedRevision } = row;
  await containers.adopt(tenant, {
    started: { engineContainerId, generation, host: host ?? "", image: image ?? "", configRevision: fetchedRevision ?? 0 },
    starts: 0,
    failures: 0,
    readySinceMs: (row.startedAt ?? row.statusChangedAt).getTime(),
    desiredRevision: row.configRevision,
  });
  return true;
}

/** Requests for the present container that were lost with its workflow before they were done. */
async function openIntents({ worker }: ReconcileFleetDeps, tenant: Tenant): Promise<OpenIntent[]> {
  return await worker.asTenant(tenant, (tx) => listOpenIntents(tx));
}

async function tellAgain({ containers }: ReconcileFleetDeps, tenant: Tenant, asked: readonly OpenIntent[]): Promise<true> {
  for (const { kind, id } of asked) await containers[kind](tenant, id);
  return true;
}

/** Under the row's lock and only if nothing changed since: a start that was claimed meanwhile must keep its tokens. */
async function putToSleep(
  worker: Database,
  { tenant, statusChangedAt }: DriftRepair & { kind: "put_to_sleep" },
): Promise<boolean> {
  const reason = plainReason("missing");
  return await worker.asTenant(tenant, async (tx) => {
    const row = await lockContainer(tx);
    if (row === null || row.statusChangedAt.getTime() !== statusChangedAt.getTime()) return false;
    await recordStopped(tx, { phase: "asleep", reason });
    await appendEvent(tx, { cause: "drift_repaired", actor: "system", reason });
    return true;
  });
}

/**
 * Removed only if the row still does not want it. That it was found is written first, so that no removal goes untold, and
 * how it ended afterwards; each once for a container, for this may be run again in the middle.
 */
async function removeOrphan(deps: ReconcileFleetDeps, repair: DriftRepair & { kind: "remove" }): Promise<boolean> {
  const { tenant, engineContainerId } = repair;
  const row = await deps.worker.asTenant(tenant, (tx) => findContainer(tx));
  if (row?.engineContainerId === engineContainerId && row.phase === "ready") return false;
  await tellOfOrphan(deps, repair, { action: "container.find_orphan", outcome: "success" });
  try {
    await deps.runtime.removeContainer(engineContainerId);
  } catch (error) {
    await tellOfOrphan(deps, repair, { action: "container.remove_orphan", outcome: "failed" });
    throw error;
  }
  await tellOfOrphan(deps, repair, { action: "container.remove_orphan", outcome: "success" });
  return true;
}

interface OrphanNews {
  readonly action: "container.find_orphan" | "container.remove_orphan";
  readonly outcome: "success" | "failed";
}

async function tellOfOrphan(
  { worker }: ReconcileFleetDeps,
  { tenant, engineContainerId }: DriftRepair & { kind: "remove" },
  { action, outcome }: OrphanNews,
): Promise<void> {
  const onceKey = `orphan/${engineContainerId}`;
  await worker.asTenant(tenant, async (tx) => {
    await appendAudit(tx, {
      ...{ actorKind: "system", actorId: null, actorName: "reconciler", action, outcome },
      ...{ targetKind: "container", targetId: engineContainerId, remoteAddress: null, requestId: null },
      detail: { tenant },
      onceKey: `${onceKey}/${action}/${outcome}`,
    });
    const reason = plainReason("orphan_removed");
    await appendEvent(tx, { cause: "drift_repaired", actor: "system", reason, onceKey });
  });
}
