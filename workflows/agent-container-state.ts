// What the workflow agentContainer knows, and how its messages change it. No commands are issued here.
import { ApplicationFailure, condition, setHandler } from "@temporalio/workflow";
import type {
  Actor,
  AgentContainerInput,
  ContainerPhase,
  EngineObservation,
  EnsureRunningResult,
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
  retireAsked: Actor | null;
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
  /** Raised when waiting requests must be told that it will not run. */
  refusals: number;
  refusalType: "CONTAINER_FAILED" | "CONTAINER_STOPPED";
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
    retireAsked: input.wish === "retire" ? { by: "system", reason: "Asked for when the workflow was started." } : null,
    observed: null,
    wishedRevision: resume?.wishedRevision ?? 0,
    configMessages: 0,
    started: resume?.started ?? null,
    starts: resume?.starts ?? 0,
    failures: resume?.failures ?? 0,
    readySinceMs: resume?.readySinceMs ?? 0,
    refusals: 0,
    refusalType: "CONTAINER_FAILED",
  };
}

/** Tells everybody who waits for the container that it will not come. */
export function refuseWaiting(state: ContainerState, type: ContainerState["refusalType"]): void {
  state.wanted = false;
  state.refusals += 1;
  state.refusalType = type;
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
  setHandler(messages.restartSignal, (actor) => {
    state.restartAsked = actor;
    // Asked while it is being stopped: the next start is what was asked for.
    if (state.phase === "stopping" || state.phase === "asleep") state.wanted = true;
  });
  setHandler(messages.stopSignal, (actor) => void (state.stopAsked = actor));
  setHandler(messages.retireSignal, (actor) => void (state.retireAsked = actor));
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

async function waitUntilReady(state: ContainerState): Promise<EnsureRunningResult> {
  const refusalsBefore = state.refusals;
  if (!isReady(state)) state.wanted = true;
  await condition(() => isReady(state) || state.refusals > refusalsBefore);
  if (isReady(state) && state.started !== null) return { generation: state.started.generation };
  throw ApplicationFailure.nonRetryable(state.reason, state.refusalType);
}

/** Ready, and nothing is known that ends it: a request must not be sent to a container that is about to go. */
function isReady(state: ContainerState): boolean {
  return state.phase === "ready" && state.observed === null;
}
