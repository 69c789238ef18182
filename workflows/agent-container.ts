// The life of one agent container: one run from the wish to have it until it sleeps. Nobody else starts or stops it.
import {
  allHandlersFinished,
  CancellationScope,
  condition,
  continueAsNew,
  isCancellation,
  log,
  workflowInfo,
} from "@temporalio/workflow";
import type { AgentContainerInput, Actor, RetireWish } from "../contracts/agent-container.ts";
import { containerReason } from "../contracts/container-reasons.ts";
import { decideRepair } from "../domain/restart-policy.ts";
import type { ConfigEffect, ContainerLoss, StopMode } from "../activities/agent-container.ts";
import {
  configEffect,
  noteFailure,
  retireContainer,
  startContainer,
  stopContainer,
  superviseContainer,
} from "./agent-container-activities.ts";
import { enter, nameStart } from "./agent-container-display.ts";
import { failureOf, lossOf } from "./agent-container-failure.ts";
import {
  initialState,
  isInterrupted,
  isReady,
  isUnwanted,
  refuseWaiting,
  registerHandlers,
  type ContainerState,
} from "./agent-container-state.ts";

/** Changes are gathered until none came for this long … */
const CONFIG_QUIET_MS = 2_000;
/** … but no longer than this. */
const CONFIG_GATHER_MAX_MS = 15_000;

/** Why a container stopped being supervised. */
type SessionEnd =
  | { readonly kind: "idle" | "stop" | "retire" | "config" | "continue" }
  | { readonly kind: "restart"; readonly actor: Actor }
  | { readonly kind: "lost"; readonly loss: ContainerLoss };

/**
 * Starts the container when it is wished, keeps it healthy, applies configuration, stops it when idle, and completes.
 * A wish that arrives while it stops makes it start again within the same run, so that no request is lost.
 */
export async function agentContainer(input: AgentContainerInput): Promise<void> {
  const state = initialState(input);
  registerHandlers(state);
  for (;;) {
    if (state.retireAsked !== null) await retire(state, state.retireAsked);
    else if (state.stopAsked !== null) await stop(state, "requested", state.stopAsked);
    else if (state.started !== null || wantsToRun(state)) await runSession(state);
    // Somebody who waits has set `wanted`, so that this cannot wait for a handler that waits for us.
    await condition(() => hasWork(state) || allHandlersFinished());
    if (!hasWork(state)) return;
  }
}

function hasWork(state: ContainerState): boolean {
  return state.started !== null || wantsToRun(state) || isUnwanted(state);
}

function wantsToRun(state: ContainerState): boolean {
  return state.wanted || state.restartAsked !== null;
}

/** From a start until the container is stopped on purpose or given up. */
async function runSession(state: ContainerState): Promise<void> {
  for (;;) {
    if (state.started === null && !(await startOnce(state))) {
      if (await repairOrGiveUp(state)) continue;
      return;
    }
    const end = await superviseUntilItEnds(state);
    switch (end.kind) {
      case "continue":
        continue;
      case "idle":
        // Somebody may have used it between the look and now: the database decides.
        if (await stop(state, "idle", { by: "system", reason: "idle" })) return;
        continue;
      case "stop":
      case "retire":
        return;
      case "restart":
        state.restartAsked = null;
        await stop(state, "restart", end.actor);
        state.failures = 0;
        continue;
      case "config":
        await stop(state, "config", { by: "system", reason: "The configuration changed." });
        continue;
      case "lost":
        if (await repairOrGiveUp(state, end.loss)) continue;
        return;
    }
  }
}

/** True when the container became ready. Otherwise the failure stands in `state.reason`, or somebody asked to stop. */
async function startOnce(state: ContainerState): Promise<boolean> {
  state.starts += 1;
  state.restartAsked = null;
  enter(
    state,
    "creating",
    state.failures === 0 ? "Somebody wants to use it." : `Attempt ${state.failures + 1} after a failure.`,
  );
  const { tenant, alwaysOn } = state.input;
  let settled = false;
  const scope = new CancellationScope();
  const starting = scope
    .run(() =>
      startContainer.executeWithOptions({ summary: nameStart(state) }, [{ tenant, alwaysOn, startId: startId(state) }]),
    )
    .finally(() => void (settled = true));
  const [result] = await Promise.all([
    starting.then(
      (started) => ({ started }),
      (error: unknown) => ({ error }),
    ),
    condition(() => settled || isUnwanted(state)).then(() => settled || scope.cancel()),
  ]);
  if ("error" in result) {
    if (isCancellation(result.error) && isUnwanted(state)) return false;
    state.reason = failureOf(result.error).reason;
    log.warn("container did not start", { reason: state.reason });
    return false;
  }
  state.started = result.started;
  state.readySinceMs = Date.now();
  state.observed = null;
  serve(state, "It answers.");
  return true;
}

/** Whoever waits is answered, unless something is known already that ends it: then the wish stands for the next start. */
function serve(state: ContainerState, reason: string): void {
  enter(state, "ready", reason);
  if (isReady(state)) state.wanted = false;
}

/** The same for every attempt of one start, and never used again. */
function startId(state: ContainerState): string {
  return `${workflowInfo().firstExecutionRunId}/${state.starts}`;
}

/** Waits for idleness, loss, a message, or a configuration with an effect. */
async function superviseUntilItEnds(state: ContainerState): Promise<SessionEnd> {
  const { started } = state;
  if (started === null) return { kind: "lost", loss: { cause: "start_failed", reason: containerReason("never_ready") } };
  let outcome: SessionEnd | null = null;
  const scope = new CancellationScope();
  const supervising = scope
    .run(() =>
      superviseContainer.executeWithOptions({ summary: `watching generation ${started.generation}` }, [
        { tenant: state.input.tenant, alwaysOn: state.input.alwaysOn, generation: started.generation },
      ]),
    )
    .then(
      (seen) => void (outcome ??= seen.outcome === "idle" ? { kind: "idle" } : { kind: "lost", loss: seen.loss }),
      (error: unknown) => {
        if (!isCancellation(error)) outcome ??= { kind: "lost", loss: failureOf(error) };
      },
    );
  const known = started.configRevision;
  await condition(() => outcome !== null || isInterrupted(state) || state.wishedRevision > known || isLong(state));
  const end = outcome ?? (await interruption(state));
  scope.cancel();
  await supervising;
  return end;
}

function isLong(state: ContainerState): boolean {
  return workflowInfo().continueAsNewSuggested && !state.wanted;
}

async function interruption(state: ContainerState): Promise<SessionEnd> {
  if (state.retireAsked !== null) return { kind: "retire" };
  if (state.stopAsked !== null) return { kind: "stop" };
  if (state.observed !== null) return { kind: "lost", loss: lossOf(state.observed) };
  if (state.restartAsked !== null) return { kind: "restart", actor: state.restartAsked };
  if (state.started !== null && state.wishedRevision > state.started.configRevision) return await applyConfig(state);
  return await startNextRun(state);
}

/** Gathers a burst of changes, then restarts once, or not at all when the result is the same as before. */
async function applyConfig(state: ContainerState): Promise<SessionEnd> {
  const gatherUntilMs = Date.now() + CONFIG_GATHER_MAX_MS;
  for (let seen = -1; seen !== state.configMessages && Date.now() < gatherUntilMs;) {
    seen = state.configMessages;
    const pauseMs = Math.min(CONFIG_QUIET_MS, gatherUntilMs - Date.now());
    await condition(() => state.configMessages !== seen || isInterrupted(state), pauseMs);
    if (isInterrupted(state)) return { kind: "continue" };
  }
  const effect = await effectOfConfig(state);
  state.wishedRevision = Math.max(state.wishedRevision, effect.revision);
  if (effect.changed) return { kind: "config" };
  if (state.started !== null) state.started = { ...state.started, configRevision: state.wishedRevision };
  return { kind: "continue" };
}

/** A configuration that cannot be read is no reason to end what runs; the next start says what is wrong with it. */
async function effectOfConfig(state: ContainerState): Promise<ConfigEffect> {
  const summary = `does revision ${state.wishedRevision} change anything?`;
  try {
    return await configEffect.executeWithOptions({ summary }, [{ tenant: state.input.tenant }]);
  } catch (error) {
    if (isCancellation(error)) throw error;
    log.warn("the configuration could not be read", { reason: failureOf(error).reason });
    return { revision: state.wishedRevision, changed: false };
  }
}

async function startNextRun(state: ContainerState): Promise<SessionEnd> {
  await condition(() => allHandlersFinished() || isInterrupted(state));
  const { started, starts, failures, readySinceMs, wishedRevision } = state;
  if (started === null || !allHandlersFinished() || isInterrupted(state)) return { kind: "continue" };
  return await continueAsNew<typeof agentContainer>({
    ...state.input,
    wish: "none",
    resume: { started, starts, failures, readySinceMs, wishedRevision },
  });
}

/** False when an idle stop came too late because somebody used the container meanwhile. */
async function stop(state: ContainerState, mode: StopMode, actor: Actor): Promise<boolean> {
  enter(state, mode === "restart" || mode === "config" ? "restarting" : "stopping", actor.reason);
  if (mode === "requested") state.stopAsked = null;
  const { stopped } = await stopContainer.executeWithOptions({ summary: `stop: ${mode}` }, [
    { tenant: state.input.tenant, mode, actor, stopId: startId(state) },
  ]);
  if (!stopped) {
    serve(state, "Somebody used it just in time.");
    return false;
  }
  state.started = null;
  state.observed = null;
  if (mode === "idle" || mode === "requested") enter(state, "asleep", actor.reason);
  return true;
}

/** True when another start shall be tried, after its pause. */
async function repairOrGiveUp(state: ContainerState, loss?: ContainerLoss): Promise<boolean> {
  if (isUnwanted(state)) return false;
  const readyForMs = state.started === null ? 0 : Date.now() - state.readySinceMs;
  const decision = decideRepair({ earlierFailures: state.failures, readyForMs });
  const { cause, reason } = loss ?? { cause: "start_failed" as const, reason: state.reason };
  state.failures = decision.failures;
  state.started = null;
  state.observed = null;
  const givesUp = decision.kind === "give_up";
  enter(state, givesUp ? "failed" : "backing_off", reason);
  // Noting it takes as long as the engine is away.
  if (givesUp) refuseWaiting(state, { type: "CONTAINER_FAILED", reason });
  await noteFailure.executeWithOptions({ summary: givesUp ? "give up" : `failure ${decision.failures}` }, [
    { tenant: state.input.tenant, startId: startId(state), cause, reason, givesUp },
  ]);
  if (givesUp) {
    state.failures = 0;
    return false;
  }
  await condition(() => isUnwanted(state), decision.pauseMs);
  return !isUnwanted(state);
}

async function retire(state: ContainerState, { generation, reason }: RetireWish): Promise<void> {
  enter(state, "stopping", reason);
  state.retireAsked = null;
  state.stopAsked = null;
  const { retired } = await retireContainer.executeWithOptions({ summary: "remove container and volume" }, [
    { tenant: state.input.tenant, generation },
  ]);
  if (!retired) {
    const kept = "It was kept: its memory is of a later life than was to be removed.";
    if (state.started === null) enter(state, "asleep", kept);
    else serve(state, kept);
    return;
  }
  state.started = null;
  enter(state, "never_started", "It was removed with its memory.");
}
