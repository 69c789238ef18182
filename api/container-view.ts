// The state of a tenant's container as its owner sees it, read from Postgres alone (C5).
import type { ContainerEventView, ContainerView } from "../contracts/agent-container.ts";
import { tenantParts } from "../contracts/tenant.ts";
import type { TenantTransaction } from "../db/database.ts";
import type { AgentContainerRow, ContainerEventRow } from "../db/entities/agent-container.ts";
import { getAgentConfig } from "../db/repositories/agent-configs.ts";
import { listEvents } from "../db/repositories/container-events.ts";
import { findContainer, readLastLogLines } from "../db/repositories/containers.ts";
import { readIdleLimits } from "../db/repositories/idle-limits.ts";
import { effectiveIdleTimeoutMin, idleAt } from "../domain/idle-policy.ts";

const TIMELINE_ENTRIES = 50;

/** A tenant that never chatted has a view too: stopped, never started. */
export async function loadContainerView(tx: TenantTransaction): Promise<ContainerView> {
  const row = await findContainer(tx);
  const config = await getAgentConfig(tx);
  if (row === null) return { ...NEVER_STARTED, configRevision: config.revision };
  const events = await listEvents(tx, TIMELINE_ENTRIES);
  return {
    status: row.status,
    phase: row.phase,
    reason: row.reason,
    lastLogLines: row.status === "error" ? await readLastLogLines(tx) : [],
    host: row.host,
    image: row.image,
    generation: row.generation,
    configRevision: row.configRevision,
    appliedRevision: row.fetchedRevision,
    startedAt: row.startedAt?.toISOString() ?? null,
    lastActivityAt: row.lastActivityAt?.toISOString() ?? null,
    sleepsAt: await readSleepsAt(tx, row),
    timeline: events.map(eventView),
  };
}

const NEVER_STARTED: ContainerView = {
  status: "stopped",
  phase: "never_started",
  reason: "",
  lastLogLines: [],
  host: null,
  image: null,
  generation: 0,
  configRevision: 0,
  appliedRevision: null,
  startedAt: null,
  lastActivityAt: null,
  sleepsAt: null,
  timeline: [],
};

/** Only a container that runs can fall asleep, and one that is always on never does. */
export async function readSleepsAt(
  tx: TenantTransaction,
  { status, lastActivityAt }: Pick<AgentContainerRow, "status" | "lastActivityAt">,
): Promise<string | null> {
  if (status !== "running" || lastActivityAt === null || tenantParts(tx.tenant).kind === "system") return null;
  const { idleTimeoutMin: chosenMin } = await getAgentConfig(tx);
  const idleTimeoutMin = effectiveIdleTimeoutMin({ ...(await readIdleLimits(tx)), chosenMin });
  return idleAt(lastActivityAt, idleTimeoutMin).toISOString();
}

export function eventView(event: ContainerEventRow): ContainerEventView {
  const { id, at, cause, phase, actor, reason, generation } = event;
  return { id, at: at.toISOString(), cause, phase, actor, reason, generation };
}
