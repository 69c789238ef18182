// Stopping an agent container, noting its failure, and removing it for good.
import { Context } from "@temporalio/activity";
import { engineName, type ContainerCause, type ContainerPhase } from "../contracts/agent-container.ts";
import { containerReason } from "../contracts/container-reasons.ts";
import type { RunningContainer } from "../contracts/container-runtime.ts";
import type { Tenant } from "../contracts/tenant.ts";
import { getAgentConfig } from "../db/repositories/agent-configs.ts";
import { appendEvent, findEvent } from "../db/repositories/container-events.ts";
import { beginIdleStop, findContainer, recordStopOf, retireContainerRow, setPhase } from "../db/repositories/containers.ts";
import { readIdleLimits } from "../db/repositories/idle-limits.ts";
import { effectiveIdleTimeoutMin } from "../domain/idle-policy.ts";
import type { AgentContainerDeps, ContainerLoss, FailureInput, StopInput, StopMode } from "./agent-container.ts";
import { unlessCancelled, withHeartbeat } from "./activity-failure.ts";

/** The longest a turn may take (120 s), and a margin. The gateway itself waits for running turns. */
const DRAIN_SECONDS = 130;
const FAILED_GRACE_SECONDS = 5;
const RETIRE_GRACE_SECONDS = 10;
const HEARTBEAT_MS = 2_000;
const LOG_LINES = 40;
/** 128 and the number of SIGKILL. */
const KILLED_EXIT_CODE = 137;
const REMOVAL_LOOKS = 5;
const REMOVAL_LOOK_PAUSE_MS = 200;

const CAUSE_OF_STOP: Readonly<Record<StopMode, ContainerCause>> = {
  idle: "idle",
  requested: "stop_requested",
  restart: "restart_requested",
  config: "config_changed",
};

const PHASES_OF_STOP: Readonly<Record<StopMode, { during: ContainerPhase; after: ContainerPhase }>> = {
  idle: { during: "stopping", after: "asleep" },
  requested: { during: "stopping", after: "asleep" },
  restart: { during: "restarting", after: "restarting" },
  config: { during: "restarting", after: "restarting" },
};

export async function stopContainerActivity(deps: AgentContainerDeps, input: StopInput): Promise<{ stopped: boolean }> {
  const { tenant, mode, actor, stopId } = input;
  const generation = await beginStop(deps, input);
  if (generation === null) return { stopped: false };
  await withHeartbeat(HEARTBEAT_MS, () => unlessCancelled(deps.runtime.stopAndRemove(tenant, DRAIN_SECONDS)));
  await deps.db.asTenant(tenant, async (tx) => {
    const reason = mode === "idle" ? "Nobody has used it for a while." : actor.reason;
    if (!(await recordStopOf(tx, generation, { phase: PHASES_OF_STOP[mode].after, reason }))) return;
    await appendEvent(tx, { cause: CAUSE_OF_STOP[mode], actor: actor.by, reason, onceKey: `${mode}/${stopId}` });
  });
  return { stopped: true };
}

/**
 * The generation that is stopped, 0 without a row; null when an idle container was used meanwhile. A repeated attempt finds
 * what an earlier one wrote, `stopping` or `asleep`, and goes on.
 */
async function beginStop({ db }: AgentContainerDeps, { tenant, mode, actor }: StopInput): Promise<number | null> {
  return await db.asTenant(tenant, async (tx) => {
    const row = await findContainer(tx);
    if (row === null) return 0;
    const { generation, phase } = row;
    if (mode !== "idle") {
      await setPhase(tx, { phase: PHASES_OF_STOP[mode].during, reason: actor.reason });
      return generation;
    }
    const { idleTimeoutMin: chosenMin } = await getAgentConfig(tx);
    if (await beginIdleStop(tx, effectiveIdleTimeoutMin({ chosenMin, ...(await readIdleLimits(tx)) }))) return generation;
    return phase === "stopping" || phase === "asleep" ? generation : null;
  });
}

export async function noteFailureActivity(deps: AgentContainerDeps, input: FailureInput): Promise<void> {
  const { tenant, startId, givesUp } = input;
  const phase = givesUp ? "failed" : "backing_off";
  const onceKey = `failure/${startId}`;
  // Written down before the container goes: an attempt after that finds nothing that could tell what happened.
  const { noted, generation } = await deps.db.asTenant(tenant, async (tx) => ({
    noted: await findEvent(tx, onceKey),
    generation: (await findContainer(tx))?.generation ?? 0,
  }));
  const { reason } = noted ?? (await noteWhatHappened(deps, input, { phase, onceKey }));
  await deps.runtime.stopAndRemove(tenant, FAILED_GRACE_SECONDS);
  await deps.db.asTenant(tenant, (tx) => recordStopOf(tx, generation, { phase, reason }));
}

async function noteWhatHappened(
  deps: AgentContainerDeps,
  { tenant, startId, givesUp, ...given }: FailureInput,
  { phase, onceKey }: { readonly phase: ContainerPhase; readonly onceKey: string },
): Promise<ContainerLoss> {
  const container = given.cause === "crashed" ? await findUnlessRemoved(deps, tenant) : await findOne(deps, tenant);
  const wasRemoved = given.cause === "crashed" && container === null;
  const cause = wasRemoved ? "removed_outside" : given.cause;
  const reason = wasRemoved ? containerReason("removed_outside") : given.reason;
  const lastLogLines = container === null ? [] : await deps.runtime.lastLogLines(container.engineContainerId, LOG_LINES);
  await deps.db.asTenant(tenant, async (tx) => {
    await setPhase(tx, { phase, reason, lastLogLines });
    await appendEvent(tx, { cause, actor: "system", reason, onceKey });
    if (!givesUp) return;
    const word = "It failed too often in a row. The next message tries again.";
    await appendEvent(tx, { cause: "gave_up", actor: "system", reason: word, onceKey: `gave-up/${startId}` });
  });
  return { cause, reason };
}

/** By inspection, for the engine's list knows no exit codes. */
async function findOne({ runtime }: AgentContainerDeps, tenant: Tenant): Promise<RunningContainer | null> {
  const [listed] = await runtime.findByTenant(tenant);
  return listed === undefined ? null : await runtime.inspect(listed.engineContainerId);
}

/** The engine tells `docker rm -f` as a death by SIGKILL first, and removes a moment later: only then it is known. */
async function findUnlessRemoved(deps: AgentContainerDeps, tenant: Tenant): Promise<RunningContainer | null> {
  const context = Context.current();
  for (let look = 0; ; look += 1) {
    const container = await findOne(deps, tenant);
    if (container?.exitCode !== KILLED_EXIT_CODE || look === REMOVAL_LOOKS) return container;
    await context.sleep(REMOVAL_LOOK_PAUSE_MS);
  }
}

export async function retireContainerActivity({ db, runtime }: AgentContainerDeps, tenant: Tenant): Promise<void> {
  await withHeartbeat(HEARTBEAT_MS, async () => {
    await db.asTenant(tenant, (tx) => setPhase(tx, { phase: "stopping", reason: "It is being removed with its memory." }));
    await unlessCancelled(runtime.stopAndRemove(tenant, RETIRE_GRACE_SECONDS));
    await runtime.removeVolume(tenant, engineName(tenant));
    await db.asTenant(tenant, (tx) => retireContainerRow(tx));
  });
}
