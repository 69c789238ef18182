// Stopping an agent container, noting its failure, and removing it for good.
import { Context } from "@temporalio/activity";
import { engineName, type ContainerCause, type ContainerPhase } from "../contracts/agent-container.ts";
import { containerReason } from "../contracts/container-reasons.ts";
import type { RunningContainer } from "../contracts/container-runtime.ts";
import type { Tenant } from "../contracts/tenant.ts";
import type { TenantTransaction } from "../db/database.ts";
import { getAgentConfig } from "../db/repositories/agent-configs.ts";
import { appendEvent, findEvent } from "../db/repositories/container-events.ts";
import {
  beginIdleStop,
  catchUpGeneration,
  lockContainer,
  readGeneration,
  recordStopOf,
  retireContainerRow,
  setPhase,
} from "../db/repositories/containers.ts";
import { readIdleLimits } from "../db/repositories/idle-limits.ts";
import { effectiveIdleTimeoutMin } from "../domain/idle-policy.ts";
import type { AgentContainerDeps, ContainerLoss, FailureInput, RetireInput, StopInput, StopMode } from "./agent-container.ts";
import { endContainers } from "./agent-container-fence.ts";
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
  const { tenant, mode, actor } = input;
  const generation = await beginStop(deps, input);
  if (typeof generation === "string") return { stopped: generation === "stopped before" };
  const ending = { tenant, generation, graceSeconds: DRAIN_SECONDS };
  await withHeartbeat(HEARTBEAT_MS, () => unlessCancelled(endContainers(deps, ending)));
  await deps.db.asTenant(tenant, async (tx) => {
    const reason = mode === "idle" ? "Nobody has used it for a while." : actor.reason;
    if (!(await recordStopOf(tx, generation, { phase: PHASES_OF_STOP[mode].after, reason }))) return;
    await appendEvent(tx, { cause: CAUSE_OF_STOP[mode], actor: actor.by, reason, onceKey: onceKeyOf(input) });
  });
  return { stopped: true };
}

function onceKeyOf({ mode, stopId }: StopInput): string {
  return `${mode}/${stopId}`;
}

/**
 * The generation that is stopped. A repeated attempt finds what an earlier one wrote, `stopping` or `asleep`, and goes on;
 * one that begins after another has come to the end finds that too, and must not stop what was started since.
 */
async function beginStop({ db }: AgentContainerDeps, input: StopInput): Promise<number | "used meanwhile" | "stopped before"> {
  const { tenant, mode, actor } = input;
  return await db.asTenant(tenant, async (tx) => {
    const row = await lockContainer(tx);
    if (row === null) return await readGeneration(tx);
    if ((await findEvent(tx, onceKeyOf(input))) !== null) return "stopped before";
    const { generation, phase } = row;
    if (mode !== "idle") {
      await setPhase(tx, { phase: PHASES_OF_STOP[mode].during, reason: actor.reason });
      return generation;
    }
    const { idleTimeoutMin: chosenMin } = await getAgentConfig(tx);
    if (await beginIdleStop(tx, effectiveIdleTimeoutMin({ chosenMin, ...(await readIdleLimits(tx)) }))) return generation;
    return phase === "stopping" || phase === "asleep" ? generation : "used meanwhile";
  });
}

export async function noteFailureActivity(deps: AgentContainerDeps, input: FailureInput): Promise<void> {
  const { tenant, startId, givesUp } = input;
  const phase = givesUp ? "failed" : "backing_off";
  const onceKey = `failure/${startId}`;
  // Written down before the container goes: an attempt after that finds nothing that could tell what happened.
  const { noted, generation } = await deps.db.asTenant(tenant, async (tx) => {
    const event = await findEvent(tx, onceKey);
    // The generation that failed, also for an attempt that goes on after the next start.
    return { noted: event, generation: event?.generation ?? (await readGeneration(tx)) };
  });
  const { reason } = noted ?? (await noteWhatHappened(deps, input, { phase, onceKey, generation }));
  await endContainers(deps, { tenant, generation, graceSeconds: FAILED_GRACE_SECONDS });
  await deps.db.asTenant(tenant, (tx) => recordStopOf(tx, generation, { phase, reason }));
}

async function noteWhatHappened(
  deps: AgentContainerDeps,
  { tenant, startId, givesUp, ...given }: FailureInput,
  { phase, onceKey, generation }: { readonly phase: ContainerPhase; readonly onceKey: string; readonly generation: number },
): Promise<ContainerLoss> {
  const container = given.cause === "crashed" ? await findUnlessRemoved(deps, tenant) : await findOne(deps, tenant);
  const wasRemoved = given.cause === "crashed" && container === null;
  const cause = wasRemoved ? "removed_outside" : given.cause;
  const reason = wasRemoved ? containerReason("removed_outside") : given.reason;
  const lastLogLines = container === null ? [] : await deps.runtime.lastLogLines(container.engineContainerId, LOG_LINES);
  await deps.db.asTenant(tenant, async (tx) => {
    if ((await lockContainer(tx))?.generation !== generation) return;
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

/**
 * The volume says which life it is of: it alone cannot be had back. Another delivery of the wish, an attempt that was taken
 * for dead, and a message that came back with a backup must not end what was begun since.
 */
export async function retireContainerActivity(deps: AgentContainerDeps, input: RetireInput): Promise<{ retired: boolean }> {
  const { db, runtime } = deps;
  const { tenant, generation: asked } = input;
  const name = engineName(tenant);
  return await withHeartbeat(HEARTBEAT_MS, async () => {
    const made = await runtime.volumeGeneration(tenant, name);
    if (made !== null && made > asked) {
      await db.asTenant(tenant, (tx) => noteLaterLife(tx, made));
      return { retired: false };
    }
    const generation = await db.asTenant(tenant, async (tx) => {
      await setPhase(tx, { phase: "stopping", reason: "It is being removed with its memory." });
      return await readGeneration(tx);
    });
    await unlessCancelled(endContainers(deps, { tenant, generation, graceSeconds: RETIRE_GRACE_SECONDS }));
    await runtime.removeVolume(tenant, name, asked);
    await db.asTenant(tenant, (tx) => retireContainerRow(tx, generation));
    return { retired: true };
  });
}

/** Where the database knows nothing of that life, its owner is told, and can ask again: then that life is meant. */
async function noteLaterLife(tx: TenantTransaction, generation: number): Promise<void> {
  if (!(await catchUpGeneration(tx, generation))) return;
  await appendEvent(tx, {
    cause: "drift_repaired",
    actor: "system",
    reason: "It was to be removed, but its memory is newer than that wish and was kept. Whoever still means it asks again.",
  });
}
