// Brings a tenant's agent up through its workflow, and tells how far it has come.
import {
  WithStartWorkflowOperation,
  WorkflowNotFoundError,
  WorkflowUpdateFailedError,
  WorkflowUpdateRPCTimeoutOrCancelledError,
  type Client,
} from "@temporalio/client";
import { ApplicationFailure } from "@temporalio/common";
import { TEMPORAL_UPDATE_DEADLINE_MS, type Temporal } from "../../adapters/temporal/temporal-client.ts";
import {
  AGENT_CONTAINER_WORKFLOW,
  agentContainerWorkflowId,
  MESSAGE_NAMES,
  TASK_QUEUE,
  type AgentContainerInput,
  type EnsureRunningResult,
} from "../../contracts/containers/agent-container.ts";
import { readReason } from "../../contracts/containers/container-reason-schema.ts";
import type { ContainerReason } from "../../contracts/containers/container-reasons.ts";
import { reasonError } from "../../contracts/containers/reason-words.ts";
import type { ChatProgress } from "../../contracts/turns/chat.ts";
import { FleetError } from "../../contracts/core/errors.ts";
import { tenantParts, type Tenant } from "../../contracts/core/tenant.ts";
import type { Database } from "../../db/core/database.ts";
import { findContainer } from "../../db/containers/containers.ts";
import { addRequestToRun } from "../../db/containers/container-outbox.ts";
import { watchStart } from "./agent-start-progress.ts";
import type { WakeUpdates } from "./wake-updates.ts";

export const START_TOTAL_TIMEOUT_MS = 240_000;
const RETRY_AFTER_SECONDS = { workflowsAway: 10, stillStarting: 10, failed: 30 } as const;
/** If a run ends before it answers the update, the update fails; the next run takes the request. */
const NEW_RUN_ATTEMPTS = 5;
/** The server's failure type for an update that was accepted by a run which then ended. */
const RUN_ENDED_FAILURE = "AcceptedUpdateCompletedWorkflow";
/** The workflow's failure type for a start that someone stopped. */
const STOPPED_FAILURE = "CONTAINER_STOPPED";
const FAILED_FAILURE = "CONTAINER_FAILED";

export interface AgentStarterDeps {
  readonly db: Database;
  readonly temporal: Temporal;
  readonly wakeUpdates: WakeUpdates;
}

export interface EnsureRunningOptions {
  readonly onProgress?: (progress: ChatProgress) => void;
  readonly signal?: AbortSignal | undefined;
  readonly totalTimeoutMs?: number;
}

/**
 * Resolves when the tenant's container is running and ready. An abort ends the waiting, not the start.
 * @throws FleetError CONTAINER_STARTING if Temporal is unavailable (the request is then in the outbox) or the start takes too
 *   long, CONTAINER_FAILED with the container's own reason; the signal's reason if it aborts.
 */
export async function ensureAgentRunning(
  deps: AgentStarterDeps,
  tenant: Tenant,
  options: EnsureRunningOptions = {},
): Promise<EnsureRunningResult> {
  try {
    await probe(deps.temporal);
    const stopWatching = await watchStart(deps.db, tenant, options.onProgress);
    try {
      return await askUntilRunning(deps, tenant, options);
    } finally {
      await stopWatching();
    }
  } catch (error) {
    if (!(error instanceof FleetError) || error.code !== "WORKFLOWS_UNAVAILABLE") throw error;
    await deps.db.asTenant(tenant, addRequestToRun);
    const message = "Your agent will be started as soon as the workflow service is back. Try again in a moment.";
    throw starting(message, RETRY_AFTER_SECONDS.workflowsAway, error);
  }
}

async function askUntilRunning(
  deps: AgentStarterDeps,
  tenant: Tenant,
  options: EnsureRunningOptions,
): Promise<EnsureRunningResult> {
  const { signal, totalTimeoutMs = START_TOTAL_TIMEOUT_MS } = options;
  const { wakeUpdates } = deps;
  const endsAt = Date.now() + totalTimeoutMs;
  let runsEnded = 0;
  for (;;) {
    const leftMs = endsAt - Date.now();
    if (leftMs <= 0) throw starting("Your agent is still starting. Try again in a moment.", RETRY_AFTER_SECONDS.stillStarting);
    const deadlineMs = Math.min(TEMPORAL_UPDATE_DEADLINE_MS, leftMs);
    const updateId = wakeUpdates.idFor(tenant);
    try {
      const result = await deps.temporal.call((client) => sendEnsureRunning(client, tenant, updateId), { deadlineMs, signal });
      wakeUpdates.settled(tenant, updateId);
      return result;
    } catch (error) {
      signal?.throwIfAborted();
      if (error instanceof WorkflowUpdateRPCTimeoutOrCancelledError) {
        await probe(deps.temporal);
        continue;
      }
      if (isOutcome(error)) wakeUpdates.settled(tenant, updateId);
      if (!isRunEnded(error)) throw await startFailure(deps.db, tenant, error);
      runsEnded += 1;
      if (runsEnded >= NEW_RUN_ATTEMPTS) throw await startFailure(deps.db, tenant, error);
    }
  }
}

/** An update may wait for 25 s, also on a server that is unavailable; whether anyone is there is known sooner. */
async function probe(temporal: Temporal): Promise<void> {
  await temporal.call((client) => client.workflowService.getSystemInfo({}));
}

async function sendEnsureRunning(client: Client, tenant: Tenant, updateId: string): Promise<EnsureRunningResult> {
  const input: AgentContainerInput = { tenant, alwaysOn: tenantParts(tenant).kind === "system", wish: "run" };
  const startWorkflowOperation = new WithStartWorkflowOperation(AGENT_CONTAINER_WORKFLOW, {
    workflowId: agentContainerWorkflowId(tenant),
    taskQueue: TASK_QUEUE,
    args: [input],
    workflowIdConflictPolicy: "USE_EXISTING",
    workflowIdReusePolicy: "ALLOW_DUPLICATE",
    staticSummary: `Agent container of ${tenant}`,
  });
  return await client.workflow.executeUpdateWithStart<
    (input: AgentContainerInput) => Promise<unknown>,
    EnsureRunningResult,
    []
  >(MESSAGE_NAMES.ensureRunning, { updateId, args: [], startWorkflowOperation });
}

/** Anything else leaves open whether the update is still under way. */
function isOutcome(error: unknown): boolean {
  return error instanceof WorkflowUpdateFailedError || error instanceof WorkflowNotFoundError;
}

function isRunEnded(error: unknown): boolean {
  if (error instanceof WorkflowNotFoundError) return true;
  return (
    error instanceof WorkflowUpdateFailedError &&
    error.cause instanceof ApplicationFailure &&
    error.cause.type === RUN_ENDED_FAILURE
  );
}

/** What the owner should read: the container's own reason when there is one. */
async function startFailure(db: Database, tenant: Tenant, error: unknown): Promise<unknown> {
  if (!(error instanceof WorkflowUpdateFailedError)) return error;
  const row = await db.asTenant(tenant, (tx) => findContainer(tx));
  const reason = (row?.status === "error" ? row.reason : null) ?? reasonOf(error.cause);
  const options = { retryAfterSeconds: RETRY_AFTER_SECONDS.failed, cause: error };
  return reason === null
    ? new FleetError("CONTAINER_FAILED", wordsOf(error.cause), options)
    : reasonError("CONTAINER_FAILED", reason, options);
}

/** The workflow tells that it gave up before the row does: the row's reason, where it has one, may know more. */
function reasonOf(cause: unknown): ContainerReason | null {
  if (!(cause instanceof ApplicationFailure) || cause.type !== FAILED_FAILURE) return null;
  return readReason(cause.details?.[0] ?? cause.message);
}

function wordsOf(cause: unknown): string {
  const isStopped = cause instanceof ApplicationFailure && cause.type === STOPPED_FAILURE;
  return isStopped ? "Your agent was stopped while it was starting." : "Your agent could not be started.";
}

function starting(message: string, retryAfterSeconds: number, cause?: unknown): FleetError {
  return new FleetError("CONTAINER_STARTING", message, { retryAfterSeconds, cause });
}
