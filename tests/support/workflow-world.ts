// The workflow agentContainer over a world of counted activities, on a server that skips time.
import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { ApplicationFailure, Context } from "@temporalio/activity";
import type { WorkflowHandle } from "@temporalio/client";
import { TestWorkflowEnvironment } from "@temporalio/testing";
import { bundleWorkflowCode, DefaultLogger, Worker, type WorkflowBundleWithSourceMap } from "@temporalio/worker";
import { withHeartbeat } from "../../activities/activity-failure.ts";
import type { AgentContainerActivities, StartInput, StopInput, SuperviseInput } from "../../activities/agent-container.ts";
import {
  AGENT_CONTAINER_WORKFLOW,
  agentContainerWorkflowId,
  MESSAGE_NAMES,
  SEARCH_ATTRIBUTES,
  type AgentContainerInput,
  type EnsureRunningResult,
} from "../../contracts/agent-container.ts";
import { humanTenant, type Tenant } from "../../contracts/tenant.ts";
import { nextLook } from "../../domain/idle-policy.ts";
import { temporalTestServer } from "../../scripts/temporal-test-server.ts";
import { startedServer } from "./ephemeral-server.ts";
import { waitFor } from "./wait-for.ts";

export async function timeSkippingEnvironment(): Promise<TestWorkflowEnvironment> {
  const executable = await temporalTestServer();
  const environment = await startedServer(() => TestWorkflowEnvironment.createTimeSkipping({ server: { executable } }));
  const { KEYWORD, INT } = { KEYWORD: 2, INT: 3 } as const;
  const searchAttributes = Object.fromEntries(
    Object.entries(SEARCH_ATTRIBUTES).map(([name, type]) => [name, { KEYWORD, INT }[type]]),
  );
  await environment.connection.operatorService.addSearchAttributes({
    namespace: environment.namespace ?? "default",
    searchAttributes,
  });
  return environment;
}

/** Hourly looks make days of skipped time cheap. */
const LOOK_EVERY_MS = 3_600_000;
const HEARTBEAT_MS = 500;

let bundle: Promise<WorkflowBundleWithSourceMap> | null = null;
export async function workflowBundle(): Promise<WorkflowBundleWithSourceMap> {
  const workflowsPath = join(import.meta.dirname, "../../workflows/index.ts");
  bundle ??= bundleWorkflowCode({ workflowsPath, logger: new DefaultLogger("ERROR") });
  return await bundle;
}

/** What the activities see and do; tests change it and read the counts. */
export interface World {
  readonly tenant: Tenant;
  /** Milliseconds of the environment's clock; null: always on. */
  sleepsAtMs: number | null;
  /** The revision that a starting container fetches. */
  revision: number;
  configChanges: boolean;
  configIsReadable: boolean;
  failStarts: number;
  /** Called inside a stop, before it is done. */
  duringStop: () => Promise<void>;
  /** Called while a failure is noted, with whether it is the last one. */
  duringFailure: (givesUp: boolean) => Promise<void>;
  /** Called while a new configuration is compared with what runs. */
  duringConfigLook: () => Promise<void>;
  /** Whether an idle stop is still justified when it comes to it. */
  stillIdle: boolean;
  /** Called at each look, with the environment's time. */
  onLook: (nowMs: number) => Promise<void>;
  readonly starts: StartInput[];
  readonly stops: StopInput[];
  readonly failures: { cause: string; givesUp: boolean }[];
  /** Whether its memory is of a later life than a removal means. */
  isOfLaterLife: boolean;
  looks: number;
  configLooks: number;
  retired: number;
}

export function newWorld(): World {
  return {
    ...{ tenant: humanTenant(randomUUID()), sleepsAtMs: null, revision: 1, configChanges: true, failStarts: 0 },
    ...{ configIsReadable: true },
    ...{ duringStop: async () => undefined, stillIdle: true, onLook: async () => undefined },
    ...{ isOfLaterLife: false, duringFailure: async () => undefined, duringConfigLook: async () => undefined },
    ...{ starts: [], stops: [], failures: [], looks: 0, configLooks: 0, retired: 0 },
  };
}

function activitiesOf(environment: TestWorkflowEnvironment, world: World): AgentContainerActivities {
  return {
    startContainer: async (input) => {
      world.starts.push(input);
      if (world.failStarts > 0) {
        world.failStarts -= 1;
        throw ApplicationFailure.nonRetryable("Its configuration was refused (exit code 78).", "CONTAINER_EXITED");
      }
      const generation = world.starts.length;
      const facts = { engineContainerId: `engine-${generation}`, generation, host: "here", image: "agent:1" };
      return { ...facts, configRevision: world.revision };
    },
    superviseContainer: async (_input: SuperviseInput) => {
      world.looks += 1;
      const now = new Date(await environment.currentTimeMs());
      await world.onLook(now.getTime());
      const look = nextLook(now, world.sleepsAtMs === null ? null : new Date(world.sleepsAtMs), LOOK_EVERY_MS);
      if (look === "idle") return { outcome: "idle" };
      throw ApplicationFailure.create({ message: "healthy", type: "STILL_RUNNING", nextRetryDelay: look });
    },
    stopContainer: async (input) => {
      await withHeartbeat(HEARTBEAT_MS, () => world.duringStop());
      if (input.mode === "idle" && !world.stillIdle) return { stopped: false };
      world.stops.push(input);
      return { stopped: true };
    },
    noteFailure: async ({ cause, givesUp }) => {
      await world.duringFailure(givesUp);
      world.failures.push({ cause, givesUp });
    },
    configEffect: async () => {
      world.configLooks += 1;
      await world.duringConfigLook();
      if (!world.configIsReadable)
        throw ApplicationFailure.nonRetryable("A stored secret cannot be read.", "SECRET_UNREADABLE");
      return { revision: world.revision, changed: world.configChanges };
    },
    retireContainer: async () => {
      Context.current().heartbeat();
      if (world.isOfLaterLife) return { retired: false };
      world.retired += 1;
      return { retired: true };
    },
  };
}

export interface Life {
  readonly world: World;
  readonly handle: WorkflowHandle;
  ensureRunning(): Promise<EnsureRunningResult>;
  signal(name: keyof typeof MESSAGE_NAMES, input: object): Promise<void>;
}

/** Waits until so many requests have arrived at the present run. */
export async function requestsArrived({ handle }: Life, count: number): Promise<void> {
  const haveArrived = async (): Promise<boolean> => {
    const { events } = await handle.fetchHistory();
    return events?.filter((event) => event.workflowExecutionUpdateAcceptedEventAttributes != null).length === count;
  };
  await waitFor(haveArrived, { timeoutMs: 120_000, everyMs: 20, what: `${count} requests have arrived` });
}

/** Runs `story` while a worker of its own task queue serves the tenant of `world`. */
export async function live<T>(
  environment: TestWorkflowEnvironment,
  world: World,
  story: (life: Life) => Promise<T>,
): Promise<T> {
  const taskQueue = `life-${randomUUID()}`;
  const worker = await Worker.create({
    connection: environment.nativeConnection,
    taskQueue,
    workflowBundle: await workflowBundle(),
    activities: { ...activitiesOf(environment, world) },
  });
  const workflowId = agentContainerWorkflowId(world.tenant);
  const handle = environment.client.workflow.getHandle(workflowId);
  const input: AgentContainerInput = { tenant: world.tenant, alwaysOn: world.sleepsAtMs === null, wish: "run" };
  // The time-skipping server does not know update-with-start; the two calls are as good where nothing else ends the run.
  const ensureRunning = async (): Promise<EnsureRunningResult> => {
    const policies = { workflowIdConflictPolicy: "USE_EXISTING", workflowIdReusePolicy: "ALLOW_DUPLICATE" } as const;
    await environment.client.workflow.start(AGENT_CONTAINER_WORKFLOW, { workflowId, taskQueue, args: [input], ...policies });
    return await handle.executeUpdate<EnsureRunningResult, []>(MESSAGE_NAMES.ensureRunning);
  };
  return await worker.runUntil(
    story({ world, handle, ensureRunning, signal: (name, message) => handle.signal(MESSAGE_NAMES[name], message) }),
  );
}
