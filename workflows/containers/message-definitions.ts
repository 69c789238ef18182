// The messages of the workflow agentContainer.
import { defineQuery, defineSignal, defineUpdate } from "@temporalio/workflow";
import {
  MESSAGE_NAMES,
  type AgentContainerStatus,
  type EngineObservation,
  type EnsureRunningResult,
} from "../../contracts/containers/agent-container.ts";
import type { IntentMessage } from "../../contracts/containers/container-intents.ts";

/** Completes when the container is ready. @throws ApplicationFailure CONTAINER_FAILED or CONTAINER_STOPPED. */
export const ensureRunningUpdate = defineUpdate<EnsureRunningResult>(MESSAGE_NAMES.ensureRunning);
/** A configuration of this revision was committed. Older revisions than the known one change nothing. */
export const configChangedSignal = defineSignal<[{ revision: number }]>(MESSAGE_NAMES.configChanged);
// Each of the three is a hint to look at the record that it names: what is not recorded, or was done before, is not done.
export const restartSignal = defineSignal<[IntentMessage]>(MESSAGE_NAMES.restart);
export const stopSignal = defineSignal<[IntentMessage]>(MESSAGE_NAMES.stop);
/** Ends the container for good, its volume included, unless that is of a later life than was meant. */
export const retireSignal = defineSignal<[IntentMessage]>(MESSAGE_NAMES.retire);
/** What the engine watcher saw: a hint to look at the container. News about another one than the present is ignored. */
export const engineObservedSignal = defineSignal<[EngineObservation]>(MESSAGE_NAMES.engineObserved);
export const statusQuery = defineQuery<AgentContainerStatus>(MESSAGE_NAMES.status);
