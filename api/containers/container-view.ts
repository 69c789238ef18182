// The state of a tenant's container as its owner sees it, read from Postgres alone.
import type { ContainerEventView, ContainerView } from "../../contracts/containers/agent-container.ts";
import { tenantParts } from "../../contracts/core/tenant.ts";
import type { TenantTransaction } from "../../db/core/database.ts";
import type { AgentContainerRow } from "../../db/containers/agent-container.ts";
import { getAgentConfig } from "../../db/agent-config/agent-configs.ts";
import { listNamedEvents, type NamedContainerEvent } from "../../db/containers/container-events.ts";
import { findContainer, readLastLogLines } from "../../db/containers/containers.ts";
import { readIdleLimits } from "../../db/containers/idle-limits.ts";
import { effectiveIdleTimeoutMin, idleAt } from "../../domain/containers/idle-policy.ts";

const TIMELINE_ENTRIES = 50;

/** A tenant that never chatted has a view too: stopped, never started. */
export async function loadContainerView(tx: TenantTransaction): Promise<ContainerView> {
  const row = await findContainer(tx);
  const config = await getAgentConfig(tx);
  if (row === null) return { ...NEVER_STARTED, configRevision: config.revision };
  const events = await listNamedEvents(tx, { tenant: tx.tenant, limit: TIMELINE_ENTRIES });
  return {
    name: row.name,
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
  name: null,
  status: "stopped",
  phase: "never_started",
  reason: null,
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

export function eventView({ event, actorName }: NamedContainerEvent): ContainerEventView {
  const { id, at, cause, phase, actor, reason, generation } = event;
  return { id, at: at.toISOString(), cause, phase, actor, actorName, reason, generation };
}
