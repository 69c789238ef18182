// Leases with their workflows, served as the worker process serves them, and bare sleepers on the same Temporal server.
import { join } from "node:path";
import { pino } from "pino";
import type { TestWorkflowEnvironment } from "@temporalio/testing";
import { bundleWorkflowCode, Worker } from "@temporalio/worker";
import { createCredentialLeaseActivities } from "../../activities/leases/credential-lease.ts";
import { createCredentialLeaseClient } from "../../adapters/temporal/credential-lease-client.ts";
import { TASK_QUEUE } from "../../contracts/containers/agent-container.ts";
import type { Database } from "../../db/core/database.ts";
import { createTestDatabase, type TestDatabase } from "../../tests/support/core/database.ts";
import { localTemporalEnvironment } from "../../tests/support/core/local-temporal.ts";
import { recordContainers } from "../../tests/support/containers/recording-containers.ts";
import { recordAgentKeys } from "../../tests/support/agents/recording-agent-keys.ts";
import { recordDeactivations } from "../../tests/support/people/recording-deactivations.ts";
import { workflowBundle } from "../../tests/support/core/workflow-bundle.ts";
import { runOutboxRelay } from "../../workers/outbox-relay.ts";
import { outboxTopics } from "../../workers/outbox-topics.ts";

/** As the worker process has it. */
const MAX_CACHED_WORKFLOWS = 300;
const SLEEPERS_QUEUE = "sleepers";
/** `TASK_QUEUE_TYPE_WORKFLOW` of Temporal's API. */
const WORKFLOW_TASKS = 1;

export interface ExpiryStage {
  readonly database: TestDatabase;
  readonly api: Database;
  /** Starts a bare sleeper; once it wakes, its lateness is in `late`. */
  sleepUntil(name: string, atMs: number): Promise<void>;
  /** Workflow tasks that wait for a worker: first ones of leases that were started, and timers that fired. */
  backlog(): Promise<number>;
  /** Milliseconds between the moment that a sleeper was to wake at and its entry, by its name. */
  readonly late: ReadonlyMap<string, number>;
}

export async function withExpiries<T>(work: (stage: ExpiryStage) => Promise<T>): Promise<T> {
  const database = await createTestDatabase();
  const environment = await localTemporalEnvironment();
  const ending = new AbortController();
  try {
    const late = new Map<string, number>();
    const backlogOf = async (name: string): Promise<number> => {
      const { stats } = await environment.connection.workflowService.describeTaskQueue({
        ...{ namespace: "default", taskQueue: { name }, taskQueueType: WORKFLOW_TASKS, reportStats: true },
      });
      return Number(stats?.approximateBacklogCount ?? 0);
    };
    const [ours, bare] = [await serveOurs(environment, database), await serveSleepers(environment, late)];
    const stage = {
      ...{ database, late, api: await database.openAs("api") },
      sleepUntil: async (name: string, atMs: number) => {
        const options = { workflowId: name, taskQueue: SLEEPERS_QUEUE, args: [name, atMs] };
        await environment.client.workflow.start("sleeper", options);
      },
      backlog: async () => (await Promise.all([TASK_QUEUE, SLEEPERS_QUEUE].map(backlogOf))).reduce((a, b) => a + b, 0),
    };
    const relay = await startRelay(environment, database, ending.signal);
    return await ours.runUntil(
      bare.runUntil(async () => {
        try {
          return await work(stage);
        } finally {
          ending.abort();
          await relay.done;
        }
      }),
    );
  } finally {
    await environment.teardown();
    await database.drop();
  }
}

async function serveOurs(environment: TestWorkflowEnvironment, database: TestDatabase): Promise<Worker> {
  return await Worker.create({
    connection: environment.nativeConnection,
    taskQueue: TASK_QUEUE,
    workflowBundle: await workflowBundle(),
    activities: { ...createCredentialLeaseActivities({ worker: await database.openAs("worker") }) },
    maxCachedWorkflows: MAX_CACHED_WORKFLOWS,
  });
}

async function serveSleepers(environment: TestWorkflowEnvironment, late: Map<string, number>): Promise<Worker> {
  return await Worker.create({
    connection: environment.nativeConnection,
    taskQueue: SLEEPERS_QUEUE,
    workflowBundle: await bundleWorkflowCode({ workflowsPath: join(import.meta.dirname, "../workflows/sleeper.ts") }),
    activities: {
      note: async (name: string, atMs: number) => {
        late.set(name, Date.now() - atMs);
      },
    },
    maxCachedWorkflows: MAX_CACHED_WORKFLOWS,
  });
}

/** Wrapped, because a promise returned by an async function would be awaited. */
async function startRelay(
  environment: TestWorkflowEnvironment,
  database: TestDatabase,
  signal: AbortSignal,
): Promise<{ readonly done: Promise<void> }> {
  const log = pino({ level: "silent" });
  const topics = outboxTopics({
    ...{ containers: recordContainers(), deactivations: recordDeactivations(), agentKeys: recordAgentKeys(), log },
    leases: createCredentialLeaseClient({ call: (work) => work(environment.client) }),
  });
  return { done: runOutboxRelay({ fleet: await database.openAs("fleet"), topics, log }, signal) };
}
