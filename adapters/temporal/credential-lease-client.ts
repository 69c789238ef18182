// What the outbox's relay tells Temporal about leases: that one began, that one ended before its time.
import {
  WorkflowExecutionAlreadyStartedError,
  WorkflowNotFoundError,
  type Client,
  type WorkflowStartOptions,
} from "@temporalio/client";
import { defineSearchAttributeKey, SearchAttributeType } from "@temporalio/common";
import { TASK_QUEUE, type SEARCH_ATTRIBUTES } from "../../contracts/containers/agent-container.ts";
import {
  CREDENTIAL_LEASE_MESSAGES,
  CREDENTIAL_LEASE_WORKFLOW,
  credentialLeaseWorkflowId,
  type CredentialLeaseEnding,
  type CredentialLeaseInput,
} from "../../contracts/leases/credential-lease-workflow.ts";
import type { Temporal } from "./temporal-client.ts";

type CredentialLeaseWorkflow = (input: CredentialLeaseInput) => Promise<void>;

/** Stores of search attributes on SQL take no longer keyword; owners may call themselves longer names. */
const KEYWORD_MAX = 200;
const LIST_DEADLINE_MS = 30_000;
const ID_PREFIX = credentialLeaseWorkflowId("");
const LOST = `WorkflowType = '${CREDENTIAL_LEASE_WORKFLOW}' AND ExecutionStatus IN ('Failed', 'Terminated', 'TimedOut', 'Canceled')`;

/** Each call throws FleetError WORKFLOWS_UNAVAILABLE when Temporal does not answer. */
export interface CredentialLeaseClient {
  /** Starts the lease's workflow. One that was started before, even if it has ended, is not started again unless it failed. */
  started(lease: CredentialLeaseInput): Promise<void>;
  /** Leases whose workflow failed or was ended by hand since then. From Temporal's index, which lags by a moment. */
  listFailed(since: Date): Promise<string[]>;
  /** False when no run is open, as for `ended`. */
  shortened(leaseId: string, expiresAtMs: number): Promise<boolean>;
  /** False if no run is open: it ended because the lease had expired. */
  ended(leaseId: string, ending: CredentialLeaseEnding): Promise<boolean>;
}

export function createCredentialLeaseClient(
  temporal: Pick<Temporal, "call">,
  taskQueue: string = TASK_QUEUE,
): CredentialLeaseClient {
  return {
    listFailed: (since) => temporal.call((client) => listFailed(client, since), { deadlineMs: LIST_DEADLINE_MS }),
    started: (lease) => temporal.call((client) => start(client, startOptions(lease, taskQueue))),
    shortened: (leaseId, expiresAtMs) =>
      temporal.call((client) =>
        signal(client, leaseId, { name: CREDENTIAL_LEASE_MESSAGES.shortened, argument: { expiresAtMs } }),
      ),
    ended: (leaseId, ending) =>
      temporal.call((client) => signal(client, leaseId, { name: CREDENTIAL_LEASE_MESSAGES.ended, argument: ending })),
  };
}

async function start(client: Client, options: WorkflowStartOptions<CredentialLeaseWorkflow>): Promise<void> {
  try {
    await client.workflow.start<CredentialLeaseWorkflow>(CREDENTIAL_LEASE_WORKFLOW, options);
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
  }
}

async function listFailed(client: Client, since: Date): Promise<string[]> {
  const leaseIds = new Set<string>();
  for await (const { workflowId } of client.workflow.list({ query: `${LOST} AND CloseTime > '${since.toISOString()}'` })) {
    leaseIds.add(workflowId.slice(ID_PREFIX.length));
  }
  return [...leaseIds];
}

function startOptions(lease: CredentialLeaseInput, taskQueue: string): WorkflowStartOptions<CredentialLeaseWorkflow> {
  const { leaseId, credentialId, kind, ownerId } = lease;
  return {
    workflowId: credentialLeaseWorkflowId(leaseId),
    taskQueue,
    args: [lease],
    workflowIdReusePolicy: "ALLOW_DUPLICATE_FAILED_ONLY",
    staticSummary: `${inline(kind)} leased by ${inline(ownerId)}`,
    staticDetails: details(lease),
    typedSearchAttributes: [
      { key: keyword("MosaicCredentialKind"), value: kind.slice(0, KEYWORD_MAX) },
      { key: keyword("MosaicCredentialId"), value: credentialId },
      { key: keyword("MosaicLeaseOwner"), value: ownerId.slice(0, KEYWORD_MAX) },
    ],
  };
}

function details(lease: CredentialLeaseInput): string {
  const { kind, ownerId, actorId, credentialId, leaseId, fence, mustEndAtMs, quarantineOnExpiry } = lease;
  return [
    `- kind \`${inline(kind)}\``,
    `- owner \`${inline(ownerId)}\`, actor \`${inline(actorId)}\``,
    `- credential \`${credentialId}\``,
    `- lease \`${leaseId}\`, fence ${fence}`,
    ...(mustEndAtMs === null ? [] : [`- ends at ${new Date(mustEndAtMs).toISOString()} at the latest`]),
    ...(quarantineOnExpiry ? ["- the credential is quarantined if the lease expires"] : []),
  ].join("\n");
}

async function signal(
  client: Client,
  leaseId: string,
  message: { readonly name: string; readonly argument: object },
): Promise<boolean> {
  try {
    await client.workflow.getHandle(credentialLeaseWorkflowId(leaseId)).signal(message.name, message.argument);
    return true;
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return false;
    throw error;
  }
}

function keyword(name: keyof typeof SEARCH_ATTRIBUTES) {
  return defineSearchAttributeKey(name, SearchAttributeType.KEYWORD);
}

/** Owners choose their names: they must not add markup or lines to what operators read. */
function inline(text: string): string {
  return text.replaceAll(/[\u0000-\u001f\u007f`<>[\]*]/g, "�").slice(0, KEYWORD_MAX);
}
