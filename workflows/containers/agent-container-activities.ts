// The activities of the workflow agentContainer, with their timeouts and retries.
import { ActivityCancellationType, proxyActivities } from "@temporalio/workflow";
import type { AgentContainerActivities } from "../../activities/containers/agent-container.ts";

/** A start takes 8 to 20 s; a machine under load four times as long. */
const START_TIMEOUT_MS = 240_000;
/** How long an engine or a database may be away before a start counts as failed. */
const START_TOTAL_TIMEOUT_MS = 900_000;
const HEARTBEAT_TIMEOUT_MS = 10_000;
const LOOK_TIMEOUT_MS = 60_000;
/** The gateway waits for running turns (130 s), the engine needs some seconds more. */
const STOP_TIMEOUT_MS = 180_000;
const SHORT_TIMEOUT_MS = 30_000;

const INFRASTRUCTURE_RETRY = { initialInterval: 1_000, backoffCoefficient: 2, maximumInterval: 10_000 };

export const { startContainer } = proxyActivities<AgentContainerActivities>({
  startToCloseTimeout: START_TIMEOUT_MS,
  scheduleToCloseTimeout: START_TOTAL_TIMEOUT_MS,
  heartbeatTimeout: HEARTBEAT_TIMEOUT_MS,
  // A start that is given up must be over before the container is removed, or it would make it again.
  cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
  retry: INFRASTRUCTURE_RETRY,
});

/** One attempt is one look; the server waits between them as long as the activity says. It costs no history. */
export const { superviseContainer } = proxyActivities<AgentContainerActivities>({
  startToCloseTimeout: LOOK_TIMEOUT_MS,
  cancellationType: ActivityCancellationType.TRY_CANCEL,
  retry: { initialInterval: 1_000, backoffCoefficient: 2, maximumInterval: 60_000 },
});

export const { stopContainer, retireContainer } = proxyActivities<AgentContainerActivities>({
  startToCloseTimeout: STOP_TIMEOUT_MS,
  heartbeatTimeout: HEARTBEAT_TIMEOUT_MS,
  retry: INFRASTRUCTURE_RETRY,
});

export const { admitIntent, configEffect, confirmLoss, noteFailure } = proxyActivities<AgentContainerActivities>({
  startToCloseTimeout: SHORT_TIMEOUT_MS,
  retry: INFRASTRUCTURE_RETRY,
});
