// What the workflow agentContainer knows, and how its messages change it. No commands are issued here.
import { ApplicationFailure, condition, setHandler } from "@temporalio/workflow";
import type {
  Actor,
  AgentContainerInput,
  ContainerPhase,
  EngineObservation,
  EnsureRunningResult,
  RetireWish,
  StartedContainerFacts,
} from "../contracts/agent-container.ts";
import * as messages from "./messages/agent-container.ts";

export interface ContainerState {
  readonly input: AgentContainerInput;
  phase: ContainerPhase;
  reason: string;
  /** Somebody wants it running since the last time it was ready. */
  wanted: boolean;
  restartAsked: Actor | null;
  stopAsked: Actor | null;
  retireAsked: RetireWish | null;
  observed: EngineObservation | null;
  /** The highest revision anybody told of. */
  wishedRevision: number;
  /** Counts messages of changes, so that a gathering sees new ones. */
  configMessages: number;
  /** Set while a container of this run is ready. */
  started: StartedContainerFacts | null;
  /** Starts of this run and its predecessors; part of each start's id. */
  starts: number;
  /** Failures in a row. */
  failures: number;
  readySinceMs: number;
  /** The last time that waiting requests were told that it will not run; `count` is raised with each. */
  refusal: Refusal & { readonly count: number };
}

interface Refusal {
  readonly type: "CONTAINER_FAILED" | "CONTAINER_STOPPED";
  /** In words for the owner. */
  readonly reason: string;
}

export function initialState(input: AgentContainerInput): ContainerState {
  const { resume } = input;
  return {
    input,
    phase: resume === undefined ? "creating" : "ready",
    reason: "",
    wanted: input.wish === "run",
    restartAsked: null,
    stopAsked: null,
    retireAsked: null,
    observed: null,
    wishedRevision: resume?.wishedRevision ?? 0,
    configMessages: 0,
    started: resume?.started ?? null,
    starts: resume?.starts ?? 0,
    failures: resume?.failures ?? 0,
    readySinceMs: resume?.readySinceMs ?? 0,
    refusal: { count: 0, type: "CONTAINER_FAILED", reason: "" },
  };
}

/**
 * Tells everybody who waits for the container that it will not come. Call it before the activity that ends the container:
 * a wish that arrives from here on means another start.
 */
export function refuseWaiting(state: ContainerState, refusal: Refusal): void {
  state.wanted = false;
  state.refusal = { ...refusal, count: state.refusal.count + 1 };
}

/** Somebody asked for something that ends or replaces the container, or it is known to be gone. */
export function isInterrupted(state: ContainerState): boolean {
  return isUnwanted(state) || state.restartAsked !== null || state.observed !== null;
}

export function isUnwanted(state: ContainerState): boolean {
  return state.stopAsked !== null || state.retireAsked !== null;
}

/** Call before the first await of the workflow, so that no message of the start is lost. */
export function registerHandlers(state: ContainerState): void {
  setHandler(messages.ensureRunningUpdate, async () => await waitUntilReady(state), {
    description: "Starts the container unless it runs, and answers when it is ready.",
  });
  setHandler(messages.configChangedSignal, ({ revision }) => {
    state.wishedRevision = Math.max(state.wishedRevision, revision);
    state.configMessages += 1;
  });
  // A wish to run it: the next start, whatever it follows, is what was asked for.
  setHandler(messages.restartSignal, (actor) => void (state.restartAsked = actor));
  setHandler(messages.stopSignal, (actor) => {
    state.stopAsked = actor;
    dropWishes(state, actor);
  });
  setHandler(messages.retireSignal, (actor) => {
    state.retireAsked = actor;
    dropWishes(state, actor);
  });
  setHandler(messages.engineObservedSignal, (observation) => {
    if (observation.engineContainerId === state.started?.engineContainerId) state.observed = observation;
  });
  setHandler(messages.statusQuery, () => ({
    phase: state.phase,
    generation: state.started?.generation ?? 0,
    configRevision: state.started?.configRevision ?? 0,
    attempt: state.failures + 1,
    reason: state.reason,
  }));
}

/** When it is asked for, not when the stop begins: a wish that comes in between wants it to run afterwards. */
function dropWishes(state: ContainerState, { reason }: Actor): void {
  state.restartAsked = null;
  refuseWaiting(state, { type: "CONTAINER_STOPPED", reason });
}

async function waitUntilReady(state: ContainerState): Promise<EnsureRunningResult> {
  const { count } = state.refusal;
  while (state.refusal.count === count) {
    if (isReady(state) && state.started !== null) return { generation: state.started.generation };
    state.wanted = true;
    await condition(() => isReady(state) || state.refusal.count > count);
  }
  throw ApplicationFailure.nonRetryable(state.refusal.reason, state.refusal.type);
}

/** Ready, and nothing is known that ends it: a request must not be sent to a container that is about to go. */
export function isReady(state: ContainerState): boolean {
  return state.phase === "ready" && !isInterrupted(state);
}
