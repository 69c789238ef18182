// The container workflow with activities that do nothing, beside a bare workflow, on one Temporal server in memory.
import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { ApplicationFailure } from "@temporalio/activity";
import { WithStartWorkflowOperation } from "@temporalio/client";
import type { TestWorkflowEnvironment } from "@temporalio/testing";
import { bundleWorkflowCode, Worker } from "@temporalio/worker";
import type { AgentContainerActivities } from "../../activities/containers/agent-container.ts";
import {
  AGENT_CONTAINER_WORKFLOW,
  agentContainerWorkflowId,
  MESSAGE_NAMES,
  type AgentContainerInput,
} from "../../contracts/containers/agent-container.ts";
import { humanTenant, type Tenant } from "../../contracts/core/tenant.ts";
import { localTemporalEnvironment } from "../../tests/support/core/local-temporal.ts";
import { workflowBundle } from "../../tests/support/core/workflow-bundle.ts";

/** One of the two workflows under measurement. */
export interface Side {
  /** A workflow id that was never used. */
  newId(): string;
  /** Update-with-start, as the api sends it; resolves with its answer. */
  touch(workflowId: string): Promise<void>;
  start(workflowId: string): Promise<void>;
}

export interface WorkflowStage {
  readonly environment: TestWorkflowEnvironment;
  readonly ours: Side;
  readonly bare: Side;
  /** Tenants that count as idle from now on. */
  readonly idle: Set<Tenant>;
  /** How often each tenant's container was started. */
  readonly starts: Map<Tenant, number>;
}

/** `lookEveryMs`: when a container that is in use is looked at again. */
export async function withWorkflows<T>(lookEveryMs: number, work: (stage: WorkflowStage) => Promise<T>): Promise<T> {
  const environment = await localTemporalEnvironment();
  try {
    const world = { idle: new Set<Tenant>(), starts: new Map<Tenant, number>(), lookEveryMs };
    const [ours, bare] = [await serveOurs(environment, world), await serveBare(environment)];
    return await ours.runUntil(
      bare.runUntil(
        work({
          ...{ environment, ...world },
          ours: sideOf(environment, "ours", () => agentContainerWorkflowId(humanTenant(randomUUID()))),
          bare: sideOf(environment, "bare", () => `bare/${randomUUID()}`),
        }),
      ),
    );
  } finally {
    await environment.teardown();
  }
}

const WORKFLOW_TYPE = { ours: AGENT_CONTAINER_WORKFLOW, bare: "bare" } as const;

export function tenantOf(workflowId: string): Tenant {
  return humanTenant(workflowId.slice(workflowId.lastIndexOf(":") + 1));
}

function sideOf(environment: TestWorkflowEnvironment, name: keyof typeof WORKFLOW_TYPE, newId: () => string): Side {
  const { workflow } = environment.client;
  const argsOf = (workflowId: string): [AgentContainerInput] | [] =>
    name === "bare" ? [] : [{ tenant: tenantOf(workflowId), alwaysOn: false, wish: "run" }];
  const optionsOf = (workflowId: string) => ({ workflowId, taskQueue: name, args: argsOf(workflowId) });
  return {
    newId,
    async touch(workflowId) {
      const startWorkflowOperation = new WithStartWorkflowOperation(WORKFLOW_TYPE[name], {
        ...optionsOf(workflowId),
        workflowIdConflictPolicy: "USE_EXISTING",
        workflowIdReusePolicy: "ALLOW_DUPLICATE",
      });
      await workflow.executeUpdateWithStart(MESSAGE_NAMES.ensureRunning, { args: [], startWorkflowOperation });
    },
    start: async (workflowId) => void (await workflow.start(WORKFLOW_TYPE[name], optionsOf(workflowId))),
  };
}

interface World extends Pick<WorkflowStage, "idle" | "starts"> {
  readonly lookEveryMs: number;
}

async function serveOurs(environment: TestWorkflowEnvironment, world: World): Promise<Worker> {
  return await Worker.create({
    connection: environment.nativeConnection,
    taskQueue: "ours",
    workflowBundle: await workflowBundle(),
    activities: { ...instantActivities(world) },
  });
}

async function serveBare(environment: TestWorkflowEnvironment): Promise<Worker> {
  return await Worker.create({
    connection: environment.nativeConnection,
    taskQueue: "bare",
    workflowBundle: await bundleWorkflowCode({ workflowsPath: join(import.meta.dirname, "../workflows/bare.ts") }),
  });
}

function instantActivities({ idle, starts, lookEveryMs }: World): AgentContainerActivities {
  return {
    async startContainer({ tenant, startId }) {
      const generation = (starts.get(tenant) ?? 0) + 1;
      starts.set(tenant, generation);
      return { engineContainerId: startId, generation, configRevision: 1, host: "bench", image: "bench" };
    },
    async superviseContainer({ tenant }) {
      if (idle.has(tenant)) return { outcome: "idle" };
      throw ApplicationFailure.create({ message: "healthy", nextRetryDelay: lookEveryMs, category: "BENIGN" });
    },
    stopContainer: async () => ({ stopped: true }),
    noteFailure: async () => undefined,
    admitIntent: async ({ intentId }) => ({ intentId: intentId ?? "", by: "somebody", reason: null, shown: "" }),
    confirmLoss: async () => null,
    configEffect: async () => ({ revision: 1, changed: false }),
    retireContainer: async () => ({ retired: true }),
  };
}
