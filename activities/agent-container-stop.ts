// Stopping an agent container, noting its failure, and removing it for good.
import { Context } from "@temporalio/activity";
import { engineName, type ContainerCause, type ContainerPhase } from "../contracts/agent-container.ts";
import type { RunningContainer } from "../contracts/container-runtime.ts";
import type { Tenant } from "../contracts/tenant.ts";
import { getAgentConfig } from "../db/repositories/agent-configs.ts";
import { appendEvent } from "../db/repositories/container-events.ts";
import { beginIdleStop, findContainer, recordStopped, retireContainerRow, setPhase } from "../db/repositories/containers.ts";
import { readIdleLimits } from "../db/repositories/idle-limits.ts";
import { effectiveIdleTimeoutMin } from "../domain/idle-policy.ts";
import type { AgentContainerDeps, FailureInput, StopInput, StopMode } from "./agent-container.ts";
import { withHeartbeat } from "./activity-failure.ts";

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
  if (!(await beginStop(deps, input))) return { stopped: false };
  await withHeartbeat(HEARTBEAT_MS, () => deps.runtime.stopAndRemove(tenant, DRAIN_SECONDS));
  await deps.db.asTenant(tenant, async (tx) => {
    const reason = mode === "idle" ? "Nobody has used it for a while." : actor.reason;
    await recordStopped(tx, { phase: PHASES_OF_STOP[mode].after, reason });
    await appendEvent(tx, { cause: CAUSE_OF_STOP[mode], actor: actor.by, reason, onceKey: `${mode}/${stopId}` });
  });
  return { stopped: true };
}

/** False when an idle container was used meanwhile. A repeated attempt finds its own `stopping` and goes on. */
async function beginStop({ db }: AgentContainerDeps, { tenant, mode, actor }: StopInput): Promise<boolean> {
  return await db.asTenant(tenant, async (tx) => {
    if (mode !== "idle") {
      await setPhase(tx, { phase: PHASES_OF_STOP[mode].during, reason: actor.reason });
      return true;
    }
    const { idleTimeoutMin: chosenMin } = await getAgentConfig(tx);
    if (await beginIdleStop(tx, effectiveIdleTimeoutMin({ chosenMin, ...(await readIdleLimits(tx)) }))) return true;
    return (await findContainer(tx))?.phase === "stopping";
  });
}

export async function noteFailureActivity(deps: AgentContainerDeps, input: FailureInput): Promise<void> {
  const { tenant, startId, givesUp } = input;
  const container = input.cause === "crashed" ? await findUnlessRemoved(deps, tenant) : await findOne(deps, tenant);
  const wasRemoved = input.cause === "crashed" && container === undefined;
  const cause = wasRemoved ? "removed_outside" : input.cause;
  const reason = wasRemoved ? "It was removed from outside." : input.reason;
  const lastLogLines = container === undefined ? [] : await deps.runtime.lastLogLines(container.engineContainerId, LOG_LINES);
  await deps.runtime.stopAndRemove(tenant, FAILED_GRACE_SECONDS);
  await deps.db.asTenant(tenant, async (tx) => {
    await recordStopped(tx, {
      phase: givesUp ? "failed" : "backing_off",
      reason,
      // A second attempt of this activity finds no container any more: it must not erase what the first one saved.
      ...(lastLogLines.length === 0 ? {} : { lastLogLines }),
    });
    await appendEvent(tx, { cause, actor: "system", reason, onceKey: `failure/${startId}` });
    if (givesUp) {
      const word = "It failed too often in a row. The next message tries again.";
      await appendEvent(tx, { cause: "gave_up", actor: "system", reason: word, onceKey: `gave-up/${startId}` });
    }
  });
}

async function findOne({ runtime }: AgentContainerDeps, tenant: Tenant): Promise<RunningContainer | undefined> {
  return (await runtime.findByTenant(tenant))[0];
}

/** The engine tells `docker rm -f` as a death by SIGKILL first, and removes a moment later: only then it is known. */
async function findUnlessRemoved(deps: AgentContainerDeps, tenant: Tenant): Promise<RunningContainer | undefined> {
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
    await runtime.stopAndRemove(tenant, RETIRE_GRACE_SECONDS);
    await runtime.removeVolume(tenant, engineName(tenant));
    await db.asTenant(tenant, (tx) => retireContainerRow(tx));
  });
}
