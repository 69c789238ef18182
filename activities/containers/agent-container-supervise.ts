// One look at a running container: is it there, does it answer, is it idle, and when to look again.
import { ApplicationFailure, Context } from "@temporalio/activity";
import { ApplicationFailureCategory } from "@temporalio/common";
import { GATEWAY_PORT, type ContainerPhase } from "../../contracts/containers/agent-container.ts";
import { plainReason } from "../../contracts/containers/container-reasons.ts";
import type { RunningContainer } from "../../contracts/containers/container-runtime.ts";
import type { Tenant } from "../../contracts/core/tenant.ts";
import { getAgentConfig } from "../../db/agent-config/agent-configs.ts";
import { openGatewayCertificate } from "../../db/containers/container-secrets.ts";
import { findContainer } from "../../db/containers/containers.ts";
import { readIdleLimits } from "../../db/containers/idle-limits.ts";
import { effectiveIdleTimeoutMin, idleAt, nextLook } from "../../domain/containers/idle-policy.ts";
import type { AgentContainerDeps, ContainerLoss, LossHint, SuperviseInput, SuperviseResult } from "./agent-container.ts";

/** So many unanswered probes in a row make a container unhealthy. */
const PROBES = 3;
const PROBE_PAUSE_MS = 2_000;
const MS_PER_SECOND = 1_000;

export async function superviseContainerActivity(deps: AgentContainerDeps, input: SuperviseInput): Promise<SuperviseResult> {
  const facts = await readFacts(deps, input.tenant);
  // Nobody can ask for what has no record any more; it sleeps as if nobody did.
  if (facts === null) return { outcome: "idle" };
  const loss = await findLoss(deps, facts, input.generation);
  if (loss !== null) return { outcome: "lost", loss };
  const look = nextLook(facts.now, input.alwaysOn ? null : facts.sleepsAt, deps.lookEveryMs);
  if (look === "idle") return { outcome: "idle" };
  throw stillRunning(look, input.alwaysOn ? null : facts.sleepsAt.getTime() - facts.now.getTime());
}

/** For news from outside, which may be late, or forged. */
export async function confirmLossActivity(
  deps: AgentContainerDeps,
  { tenant, generation }: LossHint,
): Promise<ContainerLoss | null> {
  const facts = await readFacts(deps, tenant);
  return facts === null ? null : await findLoss(deps, facts, generation);
}

/** Null while it is there and answers. */
async function findLoss(deps: AgentContainerDeps, facts: Facts, supervised: number): Promise<ContainerLoss | null> {
  const { generation, phase, engineContainerId, certificate } = facts;
  // Not ready by its record, it is not admitted to and cannot fall asleep: as good as lost.
  if (generation !== supervised || phase !== "ready" || engineContainerId === null) {
    return { cause: "drift_repaired", reason: plainReason("record_changed") };
  }
  const container = await deps.runtime.inspect(engineContainerId);
  if (container === null) return { cause: "removed_outside", reason: plainReason("removed_outside") };
  if (container.state !== "running") return lossByExit(container);
  return (await answers(deps, container, certificate)) ? null : { cause: "unhealthy", reason: plainReason("silent") };
}

interface Facts {
  readonly generation: number;
  readonly phase: ContainerPhase;
  readonly engineContainerId: string | null;
  readonly certificate: string | null;
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
    const certificate = await openGatewayCertificate(tx);
    return { generation, phase, engineContainerId, certificate, now, sleepsAt: idleAt(lastActivityAt, timeoutMin) };
  });
}

/** An agent that was started before gateways had certificates cannot be told from another: it is started again. */
async function answers(
  { probe }: AgentContainerDeps,
  container: RunningContainer,
  certificate: string | null,
): Promise<boolean> {
  if (container.address === null || certificate === null) return false;
  for (let attempt = 1; attempt <= PROBES; attempt += 1) {
    if (await probe.isAlive({ address: `${container.address}:${GATEWAY_PORT}`, certificate })) return true;
    if (attempt < PROBES) await Context.current().sleep(PROBE_PAUSE_MS);
  }
  return false;
}

function lossByExit({ outOfMemory, exitCode, state }: RunningContainer): ContainerLoss {
  if (outOfMemory) return { cause: "out_of_memory", reason: plainReason("out_of_memory") };
  if (state === "paused") return { cause: "unhealthy", reason: plainReason("paused_outside") };
  return { cause: "crashed", reason: { code: "exited", values: { exitCode } } };
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
