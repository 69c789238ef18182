// The messages of the workflow agentContainer.
import { defineQuery, defineSignal, defineUpdate } from "@temporalio/workflow";
import {
  MESSAGE_NAMES,
  type Actor,
  type AgentContainerStatus,
  type EngineObservation,
  type EnsureRunningResult,
  type RetireWish,
} from "../../contracts/agent-container.ts";

/** Completes when the container is ready. @throws ApplicationFailure CONTAINER_FAILED or CONTAINER_STOPPED. */
export const ensureRunningUpdate = defineUpdate<EnsureRunningResult>(MESSAGE_NAMES.ensureRunning);
/** A configuration of this revision was committed. Older revisions than the known one change nothing. */
export const configChangedSignal = defineSignal<[{ revision: number }]>(MESSAGE_NAMES.configChanged);
export const restartSignal = defineSignal<[Actor]>(MESSAGE_NAMES.restart);
export const stopSignal = defineSignal<[Actor]>(MESSAGE_NAMES.stop);
/** Ends the container for good, its volume included, unless that is of a later life than was meant. */
export const retireSignal = defineSignal<[RetireWish]>(MESSAGE_NAMES.retire);
/** What the engine watcher saw; news about another container than the present one is ignored. */
export const engineObservedSignal = defineSignal<[EngineObservation]>(MESSAGE_NAMES.engineObserved);
export const statusQuery = defineQuery<AgentContainerStatus>(MESSAGE_NAMES.status);
