// What the outbox's relay tells Temporal about leases: that one began, that one ended before its time.
import {
  WorkflowExecutionAlreadyStartedError,
  WorkflowNotFoundError,
  type Client,
  type WorkflowStartOptions,
} from "@temporalio/client";
import { defineSearchAttributeKey, SearchAttributeType } from "@temporalio/common";
import { TASK_QUEUE, type SEARCH_ATTRIBUTES } from "../contracts/agent-container.ts";
import {
  CREDENTIAL_LEASE_MESSAGES,
  CREDENTIAL_LEASE_WORKFLOW,
  credentialLeaseWorkflowId,
  type CredentialLeaseEnding,
  type CredentialLeaseInput,
} from "../contracts/credential-lease-workflow.ts";
import type { Temporal } from "./temporal-client.ts";

type CredentialLeaseWorkflow = (input: CredentialLeaseInput) => Promise<void>;

/** Stores of search attributes on SQL take no longer keyword; owners may call themselves longer names. */
const KEYWORD_MAX = 200;

/** Each call throws FleetError WORKFLOWS_UNAVAILABLE when Temporal does not answer. */
export interface CredentialLeaseClient {
  /** Starts the lease's workflow. One that was started before, and may be over, is not started again. */
  started(lease: CredentialLeaseInput): Promise<void>;
  /** False when no run is open, as for `ended`. */
  shortened(leaseId: string, expiresAtMs: number): Promise<boolean>;
  /** False when no run is open: it ended by itself, because the lease had expired. */
  ended(leaseId: string, ending: CredentialLeaseEnding): Promise<boolean>;
}

export function createCredentialLeaseClient(
  temporal: Pick<Temporal, "call">,
  taskQueue: string = TASK_QUEUE,
): CredentialLeaseClient {
  return {
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

function startOptions(lease: CredentialLeaseInput, taskQueue: string): WorkflowStartOptions<CredentialLeaseWorkflow> {
  const { leaseId, credentialId, kind, ownerId } = lease;
  return {
    workflowId: credentialLeaseWorkflowId(leaseId),
    taskQueue,
    args: [lease],
    workflowIdReusePolicy: "REJECT_DUPLICATE",
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
    `- owner \`${inline(ownerId)}\`, who came as \`${inline(actorId)}\``,
    `- credential \`${credentialId}\``,
    `- lease \`${leaseId}\`, fence ${fence}`,
    ...(mustEndAtMs === null ? [] : [`- ends at ${new Date(mustEndAtMs).toISOString()} at the latest`]),
    ...(quarantineOnExpiry ? ["- the credential is taken out of use if the lease runs out"] : []),
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

/** Owners choose their names: no mark-up and no second line of theirs stands among what operators read. */
function inline(text: string): string {
  return text.replaceAll(/[\u0000-\u001f\u007f`<>[\]*]/g, "�").slice(0, KEYWORD_MAX);
}
