// One installation's container workflows on real servers: Postgres, Temporal, a worker in this process, and an engine.
import type { TestWorkflowEnvironment } from "@temporalio/testing";
import { Worker } from "@temporalio/worker";
import type { AgentContainerActivities, AgentContainerDeps } from "../../activities/agent-container.ts";
import { createAgentContainerClient, type AgentContainerClient } from "../../adapters/agent-container-client.ts";
import { createGatewayProbe } from "../../adapters/gateway-probe.ts";
import { createTemporal, type Temporal } from "../../adapters/temporal-client.ts";
import {
  agentContainerWorkflowId,
  MESSAGE_NAMES,
  TASK_QUEUE,
  type AgentContainerStatus,
} from "../../contracts/agent-container.ts";
import type { ContainerRuntime } from "../../contracts/container-runtime.ts";
import type { Tenant } from "../../contracts/tenant.ts";
import type { Database } from "../../db/database.ts";
import { findContainer } from "../../db/repositories/containers.ts";
import { getInstallationId } from "../../db/repositories/system-config.ts";
import { createTestDatabase, type TestDatabase } from "./database.ts";
import { localTemporalEnvironment } from "./local-temporal.ts";
import { patiently } from "./patient-temporal.ts";
import { workflowBundle } from "./workflow-world.ts";

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
  deps(runtime: ContainerRuntime, image: string): AgentContainerDeps;
  /** Serves the workflows with these activities from now on, until the world ends. */
  work(activities: AgentContainerActivities): Promise<void>;
  end(): Promise<void>;
}

export async function createContainerWorld(): Promise<ContainerWorld> {
  const database = await createTestDatabase();
  const [api, worker, fleet] = [await database.openAs("api"), await database.openAs("worker"), await database.openAs("fleet")];
  const environment = await localTemporalEnvironment();
  const temporal = createTemporal({ address: environment.address });
  let working: { readonly worker: Worker; readonly ended: Promise<void> } | null = null;
  return {
    ...{ database, api, worker, fleet, environment, temporal },
    installation: await api.globally(getInstallationId),
    containers: createAgentContainerClient(patiently(temporal)),
    deps: (runtime, image) => ({
      ...{ db: worker, runtime, image, probe: createGatewayProbe() },
      internalApiUrl: async () => "http://127.0.0.1:1",
      limits: { memoryBytes: MEMORY_BYTES, cpus: 0.5, pidsLimit: 64 },
    }),
    async work(activities) {
      const created = await Worker.create({
        connection: environment.nativeConnection,
        taskQueue: TASK_QUEUE,
        workflowBundle: await workflowBundle(),
        activities: { ...activities },
        // As the process `worker` has it.
        maxHeartbeatThrottleInterval: HEARTBEATS_AT_LEAST_EVERY_MS,
      });
      working = { worker: created, ended: created.run() };
    },
    async end() {
      working?.worker.shutdown();
      await working?.ended;
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
