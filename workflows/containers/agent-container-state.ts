// What the workflow agentContainer knows, and how its messages change it. No commands are issued here.
import { ApplicationFailure, condition, setHandler } from "@temporalio/workflow";
import type {
  Actor,
  AgentContainerInput,
  ContainerPhase,
  EngineObservation,
  EnsureRunningResult,
  StartedContainerFacts,
} from "../../contracts/containers/agent-container.ts";
import type { ContainerReason } from "../../contracts/containers/container-reasons.ts";
import { describeReason } from "../../contracts/containers/reason-words.ts";
import { observationOf, revisionOf } from "./agent-container-messages.ts";
import * as messages from "./message-definitions.ts";

export interface ContainerState {
  readonly input: AgentContainerInput;
  phase: ContainerPhase;
  reason: ContainerReason | null;
  /** Counts messages that request or end something, so that the last of contradictory ones wins. */
  arrivals: number;
  /** The newest of them that requested the container since it was last ready. */
  wantedAt: number | null;
  restartAsked: Asked | null;
  stopAsked: Asked | null;
  retireAsked: Asked | null;
  /** The intents that this run was told about. A message may be delivered again after another request. */
  readonly obeyed: Set<string>;
  /** How many messages are being compared with the records; `checking` ends with the last of them. */
  unchecked: number;
  checking: Promise<void>;
  observed: EngineObservation | null;
  /** The highest revision in any message. */
  desiredRevision: number;
  /** Counts messages of changes, so that a gathering sees new ones. */
  configMessages: number;
  /** Set while a container of this run is ready. */
  started: StartedContainerFacts | null;
  /** Starts of this run and its predecessors; part of each start's id. */
  starts: number;
  /** Failures in a row. */
  failures: number;
  readySinceMs: number;
  /** The last time that waiting requests were told that it will not run: those that arrived up to `upTo`. */
  refusal: Refusal & { readonly upTo: number };
}

/** A restart, stop or removal that is on record. */
export interface Asked extends Actor {
  /** Absent in runs of a release that obeyed messages. */
  readonly intentId?: string;
  /** In words for operators, with the name of who asked. Absent as well, and for what the workflow does by itself. */
  readonly shown?: string;
}

interface Refusal {
  readonly type: "CONTAINER_FAILED" | "CONTAINER_STOPPED";
  readonly reason: ContainerReason | null;
}

export function initialState(input: AgentContainerInput): ContainerState {
  const { resume } = input;
  return {
    input,
    phase: resume === undefined ? "creating" : "ready",
    reason: null,
    arrivals: 0,
    wantedAt: input.wish === "run" ? 0 : null,
    restartAsked: null,
    stopAsked: null,
    retireAsked: null,
    obeyed: new Set(),
    unchecked: 0,
    checking: Promise.resolve(),
    observed: null,
    desiredRevision: resume?.desiredRevision ?? 0,
    configMessages: 0,
    started: resume?.started ?? null,
    starts: resume?.starts ?? 0,
    failures: resume?.failures ?? 0,
    readySinceMs: resume?.readySinceMs ?? 0,
    refusal: { upTo: -1, type: "CONTAINER_FAILED", reason: null },
  };
}

/**
 * Tells all callers that wait for the container that it will not start. Call it before the activity that ends the container:
 * a request that arrives later is for another start.
 */
export function refuseWaiting(state: ContainerState, refusal: Refusal, upTo = state.arrivals): void {
  if (state.wantedAt !== null && state.wantedAt <= upTo) state.wantedAt = null;
  state.refusal = { ...refusal, upTo };
}

/** Someone requested something that ends or replaces the container, or it is known to be gone. */
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
  setHandler(messages.configChangedSignal, (message) => {
    const revision = revisionOf(message);
    if (revision === null) return;
    state.desiredRevision = Math.max(state.desiredRevision, revision);
    state.configMessages += 1;
  });
  setHandler(messages.engineObservedSignal, (message) => {
    const observation = observationOf(message);
    if (observation === null || observation.engineContainerId !== state.started?.engineContainerId) return;
    state.observed = observation;
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
  state.arrivals += 1;
  const arrival = state.arrivals;
  while (state.refusal.upTo < arrival) {
    if (isReady(state) && state.started !== null) return { generation: state.started.generation };
    state.wantedAt = arrival;
    await condition(() => isReady(state) || state.refusal.upTo >= arrival);
  }
  const { reason, type } = state.refusal;
  throw ApplicationFailure.nonRetryable(reason === null ? "" : describeReason(reason), type, reason);
}

/** Ready, and nothing is known or hinted at that ends it: a request must not be sent to a container that is about to go. */
export function isReady(state: ContainerState): boolean {
  return state.phase === "ready" && !isInterrupted(state) && state.unchecked === 0;
}
