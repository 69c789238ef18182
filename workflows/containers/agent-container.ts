// The life of one agent container: one run from the request to start it until it sleeps. Nothing else starts or stops it.
import {
  allHandlersFinished,
  CancellationScope,
  condition,
  continueAsNew,
  isCancellation,
  log,
  patched,
  workflowInfo,
} from "@temporalio/workflow";
import type { AgentContainerInput, EngineObservation } from "../../contracts/containers/agent-container.ts";
import { readReason } from "../../contracts/containers/container-reason-schema.ts";
import { plainReason, type PlainReasonCode } from "../../contracts/containers/container-reasons.ts";
import { decideRepair } from "../../domain/containers/restart-policy.ts";
import type { ContainerLoss, StopMode } from "../../activities/containers/agent-container.ts";
import {
  confirmLoss,
  noteFailure,
  retireContainer,
  startContainer,
  stopContainer,
  superviseContainer,
} from "./agent-container-activities.ts";
import { appliesConfig } from "./agent-container-config.ts";
import { enter, nameStart } from "./agent-container-display.ts";
import { failureOf, lossOf } from "./agent-container-failure.ts";
import { CHECKED_MESSAGES, registerIntentHandlers } from "./agent-container-intents.ts";
import { inputOf } from "./agent-container-messages.ts";
import {
  initialState,
  isInterrupted,
  isReady,
  isUnwanted,
  refuseWaiting,
  registerHandlers,
  type Asked,
  type ContainerState,
} from "./agent-container-state.ts";

/** Why a container stopped being supervised. */
type SessionEnd =
  | { readonly kind: "idle" | "stop" | "retire" | "config" | "continue" }
  | { readonly kind: "restart"; readonly asked: Asked }
  | { readonly kind: "lost"; readonly loss: ContainerLoss };

/**
 * Starts the container when it is requested, keeps it healthy, applies configuration, stops it when idle, and completes.
 * A request that arrives while it stops makes it start again within the same run, so that no request is lost.
 */
export async function agentContainer(input: AgentContainerInput): Promise<void> {
  const state = initialState(inputOf(input));
  registerHandlers(state);
  registerIntentHandlers(state);
  for (;;) {
    if (state.retireAsked !== null) await retire(state, state.retireAsked);
    else if (state.stopAsked !== null) await stop(state, "requested", state.stopAsked);
    else if (state.started !== null || wantsToRun(state)) await runSession(state);
    // Someone who waits has set `wanted`, so that this cannot wait for a handler that waits for us.
    await condition(() => hasWork(state) || allHandlersFinished());
    if (!hasWork(state)) return;
  }
}

function hasWork(state: ContainerState): boolean {
  return state.started !== null || wantsToRun(state) || isUnwanted(state);
}

function wantsToRun(state: ContainerState): boolean {
  return state.wantedAt !== null || state.restartAsked !== null;
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
        // Someone may have used it between the look and now: the database decides.
        if (await stop(state, "idle", ourOwn("idle"))) return;
        continue;
      case "stop":
      case "retire":
        return;
      case "restart":
        state.restartAsked = null;
        await stop(state, "restart", end.asked);
        state.failures = 0;
        continue;
      case "config":
        await stop(state, "config", ourOwn("config_changed"));
        continue;
      case "lost":
        if (await repairOrGiveUp(state, end.loss)) continue;
        return;
    }
  }
}

/** True if the container became ready. Otherwise the failure is in `state.reason`, or someone requested a stop. */
async function startOnce(state: ContainerState): Promise<boolean> {
  state.starts += 1;
  state.restartAsked = null;
  const attempt = state.failures + 1;
  enter(state, "creating", { reason: attempt === 1 ? plainReason("woken") : { code: "attempt", values: { attempt } } });
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
  serve(state, "ready");
  return true;
}

/** Answers the waiting callers, unless something that ends the container is already known: then the next start answers them. */
function serve(state: ContainerState, code: PlainReasonCode): void {
  enter(state, "ready", { reason: plainReason(code) });
  if (isReady(state)) state.wantedAt = null;
}

/** The same for every attempt of one start, and never used again. */
function startId(state: ContainerState): string {
  return `${workflowInfo().firstExecutionRunId}/${state.starts}`;
}

/** Waits for idleness, loss, a message, or a configuration with an effect. */
async function superviseUntilItEnds(state: ContainerState): Promise<SessionEnd> {
  const { started } = state;
  if (started === null) return { kind: "lost", loss: { cause: "start_failed", reason: plainReason("never_ready") } };
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
  await condition(() => outcome !== null || isInterrupted(state) || state.desiredRevision > known || isLong(state));
  const end = outcome ?? (await interruption(state));
  scope.cancel();
  await supervising;
  return end;
}

function isLong(state: ContainerState): boolean {
  return workflowInfo().continueAsNewSuggested && state.wantedAt === null;
}

async function interruption(state: ContainerState): Promise<SessionEnd> {
  if (state.retireAsked !== null) return { kind: "retire" };
  if (state.stopAsked !== null) return { kind: "stop" };
  if (state.observed !== null) return await lossBehind(state, state.observed);
  if (state.restartAsked !== null) return { kind: "restart", asked: state.restartAsked };
  if (state.started !== null && state.desiredRevision > state.started.configRevision)
    return { kind: (await appliesConfig(state)) ? "config" : "continue" };
  return await startNextRun(state);
}

/** News from outside may be late or forged: the container is looked at before it is given up for lost. */
async function lossBehind(state: ContainerState, observed: EngineObservation): Promise<SessionEnd> {
  const { started } = state;
  if (started === null || !patched(CHECKED_MESSAGES)) return { kind: "lost", loss: lossOf(observed) };
  const { tenant } = state.input;
  const loss = await confirmLoss.executeWithOptions({ summary: `is it ${observed.kind}?` }, [
    { tenant, generation: started.generation },
  ]);
  if (loss !== null) return { kind: "lost", loss };
  if (state.observed === observed) state.observed = null;
  serve(state, "ready");
  return { kind: "continue" };
}

async function startNextRun(state: ContainerState): Promise<SessionEnd> {
  await condition(() => allHandlersFinished() || isInterrupted(state));
  const { started, starts, failures, readySinceMs, desiredRevision } = state;
  if (started === null || !allHandlersFinished() || isInterrupted(state)) return { kind: "continue" };
  return await continueAsNew<typeof agentContainer>({
    ...state.input,
    wish: "none",
    resume: { started, starts, failures, readySinceMs, desiredRevision },
  });
}

function ourOwn(code: PlainReasonCode): Asked {
  return { by: "system", reason: plainReason(code) };
}

/** False when an idle stop came too late because someone used the container meanwhile, or nobody is on record for it. */
async function stop(state: ContainerState, mode: StopMode, asked: Asked): Promise<boolean> {
  const { by, reason, intentId } = asked;
  enter(state, mode === "restart" || mode === "config" ? "restarting" : "stopping", asked);
  if (mode === "requested") state.stopAsked = null;
  const { tenant } = state.input;
  const { stopped } = await stopContainer.executeWithOptions({ summary: `stop: ${mode}` }, [
    { tenant, mode, actor: { by, reason }, stopId: startId(state), ...(intentId === undefined ? {} : { intentId }) },
  ]);
  if (!stopped) {
    if (state.started === null) enter(state, "asleep", { reason: plainReason("not_running") });
    else serve(state, mode === "idle" ? "used_again" : "keeps_running");
    return false;
  }
  state.started = null;
  state.observed = null;
  if (mode === "idle" || mode === "requested") enter(state, "asleep", asked);
  return true;
}

/** True when another start shall be tried, after its pause. */
async function repairOrGiveUp(state: ContainerState, loss?: ContainerLoss): Promise<boolean> {
  if (isUnwanted(state)) return false;
  const readyForMs = state.started === null ? 0 : Date.now() - state.readySinceMs;
  const decision = decideRepair({ earlierFailures: state.failures, readyForMs });
  // What an earlier release found wrong is in words.
  const { cause, reason } =
    loss === undefined
      ? { cause: "start_failed" as const, reason: state.reason }
      : { cause: loss.cause, reason: readReason(loss.reason) };
  state.failures = decision.failures;
  state.started = null;
  state.observed = null;
  const givesUp = decision.kind === "give_up";
  enter(state, givesUp ? "failed" : "backing_off", { reason });
  // Noting it takes as long as the engine is unavailable.
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

async function retire(state: ContainerState, asked: Asked): Promise<void> {
  const { intentId } = asked;
  enter(state, "stopping", asked);
  state.retireAsked = null;
  state.stopAsked = null;
  const { retired } = await retireContainer.executeWithOptions({ summary: "remove container and volume" }, [
    { tenant: state.input.tenant, ...(intentId === undefined ? {} : { intentId }) },
  ]);
  if (!retired) {
    if (state.started === null) enter(state, "asleep", { reason: plainReason("not_deleted") });
    else serve(state, "not_deleted");
    return;
  }
  state.started = null;
  enter(state, "never_started", { reason: plainReason("deleted") });
}
