// One installation's container workflows on real servers: Postgres, Temporal, a worker in this process, and an engine.
import type { TestWorkflowEnvironment } from "@temporalio/testing";
import { Worker, type WorkflowBundle } from "@temporalio/worker";
import type { AgentContainerDeps, GatewayProbe } from "../../../activities/containers/agent-container.ts";
import { createAgentContainerClient, type AgentContainerClient } from "../../../adapters/temporal/agent-container-client.ts";
import { createGatewayProbe } from "../../../adapters/openclaw/gateway-probe.ts";
import { createTemporal, type Temporal } from "../../../adapters/temporal/temporal-client.ts";
import {
  agentContainerWorkflowId,
  MESSAGE_NAMES,
  TASK_QUEUE,
  type AgentContainerStatus,
} from "../../../contracts/containers/agent-container.ts";
import type { ContainerRuntime } from "../../../contracts/containers/container-runtime.ts";
import type { Tenant } from "../../../contracts/core/tenant.ts";
import type { Database } from "../../../db/core/database.ts";
import { findContainer } from "../../../db/containers/containers.ts";
import { getInstallationId } from "../../../db/installation/system-config.ts";
import { WORKFLOW_OPTIONS } from "../../../workers/workflow-options.ts";
import { createTestDatabase, type TestDatabase } from "../core/database.ts";
import { localTemporalEnvironment } from "../core/local-temporal.ts";
import { patiently } from "../core/patient-temporal.ts";
import { workflowBundle } from "../core/workflow-bundle.ts";

const MEMORY_BYTES = 256 * 1024 ** 2;
const HEARTBEATS_AT_LEAST_EVERY_MS = 3_000;

export interface ContainerWorld {
  readonly database: TestDatabase;
  readonly api: Database;
  readonly worker: Database;
  readonly fleet: Database;
  readonly installation: string;
  readonly environment: TestWorkflowEnvironment;
  readonly temporal: Temporal;
  /** Asks with more patience than the product. */
  readonly containers: AgentContainerClient;
  /** What the activities of a worker of this world stand on. */
  deps(runtime: ContainerRuntime, image: string, probe?: GatewayProbe): AgentContainerDeps;
  /** Runs a worker with these workflows until `rest` or the end of the world; the present workflows by default. */
  work(activities: object, bundle?: Promise<WorkflowBundle>): Promise<void>;
  /** Ends the worker. */
  rest(): Promise<void>;
  end(): Promise<void>;
}

export async function createContainerWorld(): Promise<ContainerWorld> {
  const database = await createTestDatabase();
  const [api, worker, fleet] = [await database.openAs("api"), await database.openAs("worker"), await database.openAs("fleet")];
  const environment = await localTemporalEnvironment();
  const temporal = createTemporal({ address: environment.address });
  let working: { readonly worker: Worker; readonly ended: Promise<void> } | null = null;
  async function rest(): Promise<void> {
    working?.worker.shutdown();
    await working?.ended;
    working = null;
  }
  return {
    ...{ database, api, worker, fleet, environment, temporal, rest },
    installation: await api.globally(getInstallationId),
    containers: createAgentContainerClient(patiently(temporal)),
    deps: (runtime, image, probe = createGatewayProbe()) => ({
      ...{ db: worker, runtime, image, probe },
      internalApiUrl: async () => "http://127.0.0.1:1",
      limits: { memoryBytes: MEMORY_BYTES, cpus: 0.5, pidsLimit: 64 },
    }),
    async work(activities, bundle = workflowBundle()) {
      const created = await Worker.create({
        connection: environment.nativeConnection,
        taskQueue: TASK_QUEUE,
        workflowBundle: await bundle,
        activities: { ...activities },
        // As the process `worker` has it.
        ...WORKFLOW_OPTIONS,
        maxHeartbeatThrottleInterval: HEARTBEATS_AT_LEAST_EVERY_MS,
      });
      working = { worker: created, ended: created.run() };
    },
    async end() {
      await rest();
      await temporal.close();
      await environment.teardown();
      await database.drop();
    },
  };
}

/** What row, engine and workflow say alike; null while they differ. */
export async function commonTruth(
  world: ContainerWorld,
  runtime: ContainerRuntime,
  tenant: Tenant,
): Promise<"running" | "asleep" | null> {
  const [row, [container, ...more], isOpen] = await Promise.all([
    world.api.asTenant(tenant, (tx) => findContainer(tx)),
    runtime.findByTenant(tenant),
    world.containers.isOpen(tenant),
  ]);
  if (more.length > 0) return null;
  const { phase, status, engineContainerId, generation } = row ?? { phase: "asleep", status: "stopped" };
  if (!isOpen) return phase === "asleep" && status === "stopped" && container === undefined ? "asleep" : null;
  const handle = world.environment.client.workflow.getHandle(agentContainerWorkflowId(tenant));
  const told = await handle.query<AgentContainerStatus, []>(MESSAGE_NAMES.status);
  const isSame = container?.engineContainerId === engineContainerId && container?.generation === generation;
  return phase === "ready" && isSame && told.phase === "ready" && told.generation === generation ? "running" : null;
}
