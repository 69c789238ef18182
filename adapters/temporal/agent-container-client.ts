// How worker processes talk to container workflows: requests, news from the engine, and which runs are open.
import {
  WithStartWorkflowOperation,
  WorkflowNotFoundError,
  WorkflowUpdateStage,
  type Client,
  type WorkflowStartOptions,
} from "@temporalio/client";
import {
  AGENT_CONTAINER_WORKFLOW,
  agentContainerWorkflowId,
  MESSAGE_NAMES,
  TASK_QUEUE,
  type AgentContainerInput,
  type EngineObservation,
  type ResumedContainer,
} from "../../contracts/containers/agent-container.ts";
import type { IntentMessage } from "../../contracts/containers/container-intents.ts";
import { tenantParts, tenantSchema, type Tenant } from "../../contracts/core/tenant.ts";
import type { Temporal } from "./temporal-client.ts";

/** Acceptance needs a worker, which may be busy loading its bundle. */
const REQUEST_DEADLINE_MS = 10_000;
const LIST_DEADLINE_MS = 30_000;
const ID_PREFIX = "container/";
const OPEN_RUNS = `WorkflowType = '${AGENT_CONTAINER_WORKFLOW}' AND ExecutionStatus = 'Running'`;

type AgentContainerWorkflow = (input: AgentContainerInput) => Promise<void>;

/** Each call throws FleetError WORKFLOWS_UNAVAILABLE when Temporal does not answer. */
export interface AgentContainerClient {
  /** Starts the workflow when there is none; resolves when the request is in its history, not when the container runs. */
  ensureRunning(tenant: Tenant): Promise<void>;
  /** Restarts the container; one that sleeps is started. The request is the record that `intentId` names. */
  restart(tenant: Tenant, intentId: string): Promise<void>;
  retire(tenant: Tenant, intentId: string): Promise<void>;
  /** Also for a sleeping container: the run marks the intent done, so that another delivery ends nothing that began since. */
  stop(tenant: Tenant, intentId: string): Promise<void>;
  /** False when no run is open: the next start reads the newest configuration anyway. */
  configChanged(tenant: Tenant, revision: number): Promise<boolean>;
  /** False when no run is open. */
  engineObserved(tenant: Tenant, observation: EngineObservation): Promise<boolean>;
  /** Gives a container that runs without a workflow one that watches it; it is not restarted. */
  adopt(tenant: Tenant, resume: ResumedContainer): Promise<void>;
  isOpen(tenant: Tenant): Promise<boolean>;
  /** From Temporal's index, which lags by a moment: ask `isOpen` before acting on an absence. */
  listOpen(): Promise<Set<Tenant>>;
}

export function createAgentContainerClient(temporal: Pick<Temporal, "call">): AgentContainerClient {
  const call = <T>(work: (client: Client) => Promise<T>): Promise<T> => temporal.call(work);
  return {
    ensureRunning: (tenant) => temporal.call((client) => ensureRunning(client, tenant), { deadlineMs: REQUEST_DEADLINE_MS }),
    restart: (tenant, intentId) => call((client) => signalWithStart(client, MESSAGE_NAMES.restart, { tenant, intentId })),
    retire: (tenant, intentId) => call((client) => signalWithStart(client, MESSAGE_NAMES.retire, { tenant, intentId })),
    stop: (tenant, intentId) => call((client) => signalWithStart(client, MESSAGE_NAMES.stop, { tenant, intentId })),
    configChanged: (tenant, revision) =>
      call((client) => signal(client, tenant, { name: MESSAGE_NAMES.configChanged, argument: { revision } })),
    engineObserved: (tenant, observation) =>
      call((client) => signal(client, tenant, { name: MESSAGE_NAMES.engineObserved, argument: observation })),
    adopt: (tenant, resume) => call((client) => adopt(client, tenant, resume)),
    isOpen: (tenant) => call((client) => isOpen(client, tenant)),
    listOpen: () => temporal.call(listOpen, { deadlineMs: LIST_DEADLINE_MS }),
  };
}

interface StartRequest extends Pick<AgentContainerInput, "wish"> {
  readonly tenant: Tenant;
  readonly resume?: ResumedContainer;
}

function startOptions({ tenant, wish, resume }: StartRequest): WorkflowStartOptions<AgentContainerWorkflow> & {
  workflowIdConflictPolicy: "USE_EXISTING";
} {
  const alwaysOn = tenantParts(tenant).kind === "system";
  return {
    workflowId: agentContainerWorkflowId(tenant),
    taskQueue: TASK_QUEUE,
    args: [{ tenant, alwaysOn, wish, ...(resume === undefined ? {} : { resume }) }],
    workflowIdConflictPolicy: "USE_EXISTING",
    workflowIdReusePolicy: "ALLOW_DUPLICATE",
    staticSummary: `Agent container of ${tenant}`,
  };
}

/** The request is in the arguments too: an update that no worker has accepted is lost, the arguments are not. */
async function ensureRunning(client: Client, tenant: Tenant): Promise<void> {
  const startWorkflowOperation = new WithStartWorkflowOperation<AgentContainerWorkflow>(
    AGENT_CONTAINER_WORKFLOW,
    startOptions({ tenant, wish: "run" }),
  );
  await client.workflow.startUpdateWithStart(MESSAGE_NAMES.ensureRunning, {
    args: [],
    waitForStage: WorkflowUpdateStage.ACCEPTED,
    startWorkflowOperation,
  });
}

/** The run itself is to do nothing: what it does follows from the record. */
async function signalWithStart(
  client: Client,
  name: string,
  { tenant, intentId }: IntentMessage & { readonly tenant: Tenant },
): Promise<void> {
  await client.workflow.signalWithStart<AgentContainerWorkflow, [IntentMessage]>(AGENT_CONTAINER_WORKFLOW, {
    ...startOptions({ tenant, wish: "none" }),
    signal: name,
    signalArgs: [{ intentId }],
  });
}

async function signal(
  client: Client,
  tenant: Tenant,
  message: { readonly name: string; readonly argument: unknown },
): Promise<boolean> {
  try {
    await client.workflow.getHandle(agentContainerWorkflowId(tenant)).signal(message.name, message.argument);
    return true;
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return false;
    throw error;
  }
}

async function adopt(client: Client, tenant: Tenant, resume: ResumedContainer): Promise<void> {
  await client.workflow.start<AgentContainerWorkflow>(AGENT_CONTAINER_WORKFLOW, startOptions({ tenant, wish: "none", resume }));
}

async function isOpen(client: Client, tenant: Tenant): Promise<boolean> {
  try {
    const { status } = await client.workflow.getHandle(agentContainerWorkflowId(tenant)).describe();
    return status.name === "RUNNING";
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return false;
    throw error;
  }
}

async function listOpen(client: Client): Promise<Set<Tenant>> {
  const open = new Set<Tenant>();
  for await (const { workflowId } of client.workflow.list({ query: OPEN_RUNS })) {
    const tenant = tenantSchema.safeParse(workflowId.slice(ID_PREFIX.length));
    if (tenant.success) open.add(tenant.data);
  }
  return open;
}
