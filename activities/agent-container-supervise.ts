// One look at a running container: is it there, does it answer, is it idle, and when to look again.
import { ApplicationFailure, Context } from "@temporalio/activity";
import { ApplicationFailureCategory } from "@temporalio/common";
import { GATEWAY_PORT, type ContainerPhase } from "../contracts/agent-container.ts";
import { containerReason } from "../contracts/container-reasons.ts";
import type { RunningContainer } from "../contracts/container-runtime.ts";
import type { Tenant } from "../contracts/tenant.ts";
import { getAgentConfig } from "../db/repositories/agent-configs.ts";
import { findContainer } from "../db/repositories/containers.ts";
import { readIdleLimits } from "../db/repositories/idle-limits.ts";
import { effectiveIdleTimeoutMin, idleAt, nextLook } from "../domain/idle-policy.ts";
import type { AgentContainerDeps, ContainerLoss, SuperviseInput, SuperviseResult } from "./agent-container.ts";

/** So many unanswered probes in a row make a container unhealthy. */
const PROBES = 3;
const PROBE_PAUSE_MS = 2_000;
const MS_PER_SECOND = 1_000;

export async function superviseContainerActivity(deps: AgentContainerDeps, input: SuperviseInput): Promise<SuperviseResult> {
  const facts = await readFacts(deps, input.tenant);
  // Nobody can ask for what has no record any more; it sleeps as if nobody did.
  if (facts === null) return { outcome: "idle" };
  const { generation, phase, engineContainerId } = facts;
  // Not ready by its record, it is not admitted to and cannot fall asleep: as good as lost.
  if (generation !== input.generation || phase !== "ready" || engineContainerId === null) {
    return lost("drift_repaired", containerReason("record_changed"));
  }
  const container = await deps.runtime.inspect(engineContainerId);
  if (container === null) return lost("removed_outside", containerReason("removed_outside"));
  if (container.state !== "running") return lostByExit(container);
  if (!(await answers(deps, container))) return lost("unhealthy", containerReason("silent"));
  const look = nextLook(facts.now, input.alwaysOn ? null : facts.sleepsAt);
  if (look === "idle") return { outcome: "idle" };
  throw stillRunning(look, input.alwaysOn ? null : facts.sleepsAt.getTime() - facts.now.getTime());
}

interface Facts {
  readonly generation: number;
  readonly phase: ContainerPhase;
  readonly engineContainerId: string | null;
  readonly now: Date;
  readonly sleepsAt: Date;
}

/** By the database's clock, the one that requests write their activity with. */
async function readFacts({ db }: AgentContainerDeps, tenant: Tenant): Promise<Facts | null> {
  return await db.asTenant(tenant, async (tx) => {
    const row = await findContainer(tx);
    if (row === null) return null;
    const { idleTimeoutMin: chosenMin } = await getAgentConfig(tx);
    const timeoutMin = effectiveIdleTimeoutMin({ chosenMin, ...(await readIdleLimits(tx)) });
    const [clock] = await tx.sql<{ now: Date }>("SELECT mosaic.now() AS now");
    const now = clock?.now ?? new Date();
    const lastActivityAt = row.lastActivityAt ?? row.startedAt ?? now;
    const { generation, phase, engineContainerId } = row;
    return { generation, phase, engineContainerId, now, sleepsAt: idleAt(lastActivityAt, timeoutMin) };
  });
}

async function answers({ probe }: AgentContainerDeps, container: RunningContainer): Promise<boolean> {
  if (container.address === null) return false;
  for (let attempt = 1; attempt <= PROBES; attempt += 1) {
    if (await probe.isAlive(`${container.address}:${GATEWAY_PORT}`)) return true;
    if (attempt < PROBES) await Context.current().sleep(PROBE_PAUSE_MS);
  }
  return false;
}

function lost(cause: ContainerLoss["cause"], reason: string): SuperviseResult {
  return { outcome: "lost", loss: { cause, reason } };
}

function lostByExit({ outOfMemory, exitCode, state }: RunningContainer): SuperviseResult {
  if (outOfMemory) return lost("out_of_memory", containerReason("out_of_memory"));
  if (state === "paused") return lost("unhealthy", containerReason("paused_outside"));
  return lost("crashed", containerReason("exited", exitCode ?? "unknown"));
}

/** The server looks again after the delay; operators read the message among the pending activities. */
function stillRunning(nextLookMs: number, idleInMs: number | null): ApplicationFailure {
  const message = idleInMs === null ? "healthy; always on" : `healthy; idle in ${Math.ceil(idleInMs / MS_PER_SECOND)}s`;
  return ApplicationFailure.create({
    message,
    type: "STILL_RUNNING",
    nextRetryDelay: nextLookMs,
    category: ApplicationFailureCategory.BENIGN,
  });
}
