// Stopping an agent container, noting its failure, and removing it for good.
import { Context } from "@temporalio/activity";
import { volumeNameOf, type ContainerCause, type ContainerPhase } from "../../contracts/containers/agent-container.ts";
import type { IntentKind } from "../../contracts/containers/container-intents.ts";
import { readGivenReason, readReason } from "../../contracts/containers/container-reason-schema.ts";
import { plainReason, type ContainerReason } from "../../contracts/containers/container-reasons.ts";
import type { RunningContainer } from "../../contracts/containers/container-runtime.ts";
import type { Tenant } from "../../contracts/core/tenant.ts";
import type { TenantTransaction } from "../../db/core/database.ts";
import { getAgentConfig } from "../../db/agent-config/agent-configs.ts";
import { appendEvent, findEvent } from "../../db/containers/container-events.ts";
import { completeIntent } from "../../db/containers/container-intents.ts";
import {
  beginIdleStop,
  catchUpGeneration,
  findContainer,
  lockContainer,
  readGeneration,
  recordStopOf,
  retireContainerRow,
  setPhase,
} from "../../db/containers/containers.ts";
import { readIdleLimits } from "../../db/containers/idle-limits.ts";
import { effectiveIdleTimeoutMin } from "../../domain/containers/idle-policy.ts";
import type { AgentContainerDeps, ContainerLoss, FailureInput, RetireInput, StopInput, StopMode } from "./agent-container.ts";
import { endContainers } from "./agent-container-fence.ts";
import { readIntent } from "./agent-container-intents.ts";
import { unlessCancelled, withHeartbeat } from "../core/activity-failure.ts";

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

const INTENT_OF_STOP = { idle: null, config: null, requested: "stop", restart: "restart" } as const satisfies Readonly<
  Record<StopMode, IntentKind | null>
>;
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
    const reason = reasonOf(input);
    const isRecorded = await recordStopOf(tx, generation, { phase: PHASES_OF_STOP[mode].after, reason });
    // A requested stop has been in the timeline since it was requested.
    if (input.intentId !== undefined) await completeIntent(tx, { id: input.intentId, doneBy: onceKeyOf(input) });
    else if (isRecorded) {
      await appendEvent(tx, { cause: CAUSE_OF_STOP[mode], actor: actor.by, reason, onceKey: onceKeyOf(input) });
    }
  });
  return { stopped: true };
}

/** A worker of an earlier release may have been asked in words. */
function reasonOf({ mode, actor }: StopInput): ContainerReason | null {
  return mode === "idle" ? plainReason("idle") : readGivenReason(actor.reason);
}

function onceKeyOf({ mode, stopId }: StopInput): string {
  return `${mode}/${stopId}`;
}

/**
 * The generation that is stopped. A repeated attempt finds what an earlier one wrote, `stopping` or `asleep`, and goes on;
 * one that begins after another has come to the end finds that too, and must not stop what was started since.
 */
async function beginStop(
  { db }: AgentContainerDeps,
  input: StopInput,
): Promise<number | "used meanwhile" | "stopped before" | "not requested"> {
  const { tenant, mode } = input;
  return await db.asTenant(tenant, async (tx) => {
    const row = await lockContainer(tx);
    const kind = INTENT_OF_STOP[mode];
    if (kind !== null) {
      const intent = await readIntent(tx, { kind, intentId: input.intentId ?? null });
      if (intent === null) return "not requested";
      if (intent.isDone) return intent.doneBy === onceKeyOf(input) ? "stopped before" : "not requested";
    }
    if (row === null) return await readGeneration(tx);
    if ((await findEvent(tx, onceKeyOf(input))) !== null) return "stopped before";
    const { generation, phase } = row;
    if (mode !== "idle") {
      await setPhase(tx, { phase: PHASES_OF_STOP[mode].during, reason: reasonOf(input) });
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
  const reason = wasRemoved ? plainReason("removed_outside") : readReason(given.reason);
  const lastLogLines = container === null ? [] : await deps.runtime.lastLogLines(container.engineContainerId, LOG_LINES);
  await deps.db.asTenant(tenant, async (tx) => {
    if ((await lockContainer(tx))?.generation !== generation) return;
    await setPhase(tx, { phase, reason, lastLogLines });
    await appendEvent(tx, { cause, actor: "system", reason, onceKey });
    if (!givesUp) return;
    const gaveUp = { cause: "gave_up", actor: "system", reason: plainReason("gave_up") } as const;
    await appendEvent(tx, { ...gaveUp, onceKey: `gave-up/${startId}` });
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
 * Nothing is removed unless the record says so. The volume carries the generation that created it, because it alone cannot be
 * recovered: a repeated delivery of the request, an attempt that was considered dead and a message restored from a backup must
 * not remove what was created since.
 */
export async function retireContainerActivity(deps: AgentContainerDeps, input: RetireInput): Promise<{ retired: boolean }> {
  const { db, runtime } = deps;
  const { tenant, intentId = null } = input;
  const name = volumeNameOf(tenant);
  return await withHeartbeat(HEARTBEAT_MS, async () => {
    const { intent, isGone } = await db.asTenant(tenant, async (tx) => ({
      intent: await readIntent(tx, { kind: "retire", intentId }),
      isGone: (await findContainer(tx)) === null,
    }));
    if (intent === null) return { retired: false };
    if (intent.isDone) return { retired: isGone };
    const made = await runtime.volumeGeneration(tenant, name);
    if (made !== null && made > intent.generation) {
      await db.asTenant(tenant, async (tx) => {
        await noteLaterLife(tx, made);
        await completeIntent(tx, { id: intent.id, doneBy: "kept" });
      });
      return { retired: false };
    }
    const generation = await db.asTenant(tenant, async (tx) => {
      await setPhase(tx, { phase: "stopping", reason: plainReason("deleting") });
      return await readGeneration(tx);
    });
    await unlessCancelled(endContainers(deps, { tenant, generation, graceSeconds: RETIRE_GRACE_SECONDS }));
    await runtime.removeVolume(tenant, name, intent.generation);
    await db.asTenant(tenant, async (tx) => {
      await retireContainerRow(tx, generation);
      await completeIntent(tx, { id: intent.id, doneBy: "removed" });
    });
    return { retired: true };
  });
}

/** The database has no record of that life, so its owner is told, and can request the deletion again, then of that life. */
async function noteLaterLife(tx: TenantTransaction, generation: number): Promise<void> {
  if (!(await catchUpGeneration(tx, generation))) return;
  await appendEvent(tx, { cause: "drift_repaired", actor: "system", reason: plainReason("memory_newer") });
}
