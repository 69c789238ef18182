// The workflow agentContainer over a world of counted activities, on a server that skips time.
import { plainReason } from "../../../contracts/containers/container-reasons.ts";
import { describeReason } from "../../../contracts/containers/reason-words.ts";
import { randomUUID } from "node:crypto";
import { ApplicationFailure, Context } from "@temporalio/activity";
import type { WorkflowHandle } from "@temporalio/client";
import { TestWorkflowEnvironment } from "@temporalio/testing";
import { Worker } from "@temporalio/worker";
import { reasonFailure, withHeartbeat } from "../../../activities/core/activity-failure.ts";
import type {
  AgentContainerActivities,
  ContainerLoss,
  StartInput,
  StopInput,
  SuperviseInput,
} from "../../../activities/containers/agent-container.ts";
import {
  AGENT_CONTAINER_WORKFLOW,
  agentContainerWorkflowId,
  MESSAGE_NAMES,
  SEARCH_ATTRIBUTES,
  type Actor,
  type AgentContainerInput,
  type EnsureRunningResult,
} from "../../../contracts/containers/agent-container.ts";
import type { IntentKind } from "../../../contracts/containers/container-intents.ts";
import { humanTenant, type Tenant } from "../../../contracts/core/tenant.ts";
import { nextLook } from "../../../domain/containers/idle-policy.ts";
import { temporalTestServer } from "../../../scripts/temporal-test-server.ts";
import { startedServer } from "./ephemeral-server.ts";
import { useWorld } from "./use-world.ts";
import { waitFor } from "./wait-for.ts";
import { workflowBundle } from "./workflow-bundle.ts";

export const useSkippedTime = () =>
  useWorld(async (ends) => ends.adopt(await timeSkippingEnvironment(), (environment) => environment.teardown()));

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
  /** Of the failures, in the same order. */
  readonly reasons: ContainerLoss["reason"][];
  /** Whether its memory is of a later life than a removal means. */
  isOfLaterLife: boolean;
  /** What is on record to be asked, by kind and id. */
  readonly intents: Map<string, Actor>;
  /** What a look at the container finds. */
  loss: ContainerLoss | null;
  looks: number;
  /** How many messages were compared with the records. */
  admissions: number;
  configLooks: number;
  retired: number;
}

export function newWorld(): World {
  return {
    ...{ tenant: humanTenant(randomUUID()), sleepsAtMs: null, revision: 1, configChanges: true, failStarts: 0 },
    ...{ configIsReadable: true },
    ...{ duringStop: async () => undefined, stillIdle: true, onLook: async () => undefined },
    ...{ isOfLaterLife: false, duringFailure: async () => undefined, duringConfigLook: async () => undefined },
    ...{ intents: new Map(), loss: { cause: "crashed", reason: { code: "exited", values: { exitCode: 1 } } } },
    ...{ starts: [], stops: [], failures: [], reasons: [], looks: 0, admissions: 0, configLooks: 0, retired: 0 },
  };
}

function activitiesOf(environment: TestWorkflowEnvironment, world: World): AgentContainerActivities {
  return {
    startContainer: async (input) => {
      world.starts.push(input);
      if (world.failStarts > 0) {
        world.failStarts -= 1;
        throw reasonFailure("CONTAINER_EXITED", plainReason("config_refused"));
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
    noteFailure: async ({ cause, reason, givesUp }) => {
      await world.duringFailure(givesUp);
      world.failures.push({ cause, givesUp });
      world.reasons.push(reason);
    },
    admitIntent: async ({ kind, intentId }) => {
      world.admissions += 1;
      const actor = world.intents.get(`${kind}/${intentId}`);
      if (actor === undefined || intentId === null) return null;
      return { intentId, ...actor, shown: actor.reason === null ? "" : describeReason(actor.reason) };
    },
    confirmLoss: async () => world.loss,
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
  signal(name: keyof typeof MESSAGE_NAMES, input: unknown): Promise<void>;
  /** Puts it on record, then tells the workflow. */
  ask(kind: IntentKind, actor: Actor): Promise<void>;
}

/** Waits until so many requests have arrived at the present run. */
export async function requestsArrived({ handle }: Life, count: number): Promise<void> {
  const haveArrived = async (): Promise<boolean> => {
    const { events } = await handle.fetchHistory();
    return events?.filter((event) => event.workflowExecutionUpdateAcceptedEventAttributes != null).length === count;
  };
  await waitFor(haveArrived, { timeoutMs: 120_000, everyMs: 20, what: `${count} requests have arrived` });
}

/** Waits until this many messages have been compared with the records, and the answers are in the present run's history. */
export async function messagesChecked({ handle }: Life, count: number): Promise<void> {
  const areChecked = async (): Promise<boolean> => {
    const events = (await handle.fetchHistory()).events ?? [];
    const checks = events.filter((event) => event.activityTaskScheduledEventAttributes?.activityType?.name === "admitIntent");
    const ids = new Set(checks.map((event) => String(event.eventId)));
    const idOf = (event: (typeof events)[number]): string =>
      String(event.activityTaskCompletedEventAttributes?.scheduledEventId);
    return events.filter((event) => ids.has(idOf(event))).length >= count;
  };
  await waitFor(areChecked, { timeoutMs: 120_000, everyMs: 20, what: `${count} messages have been checked` });
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
  const signal: Life["signal"] = (name, message) => handle.signal(MESSAGE_NAMES[name], message);
  const ask: Life["ask"] = async (kind, actor) => {
    const intentId = randomUUID();
    world.intents.set(`${kind}/${intentId}`, actor);
    await signal(kind, { intentId });
  };
  return await worker.runUntil(story({ world, handle, ensureRunning, signal, ask }));
}
