// Records the histories that the replay tests go by: one per way a workflow can live. Run it when a change of a workflow
// is meant to break old histories; otherwise leave the committed ones alone, for they stand for runs that are open now.
// `node scripts/record-histories.ts credential` records those whose name begins so.
import { Worker } from "@temporalio/worker";
import type { TestWorkflowEnvironment } from "@temporalio/testing";
import { RECONCILE_FLEET_SCHEDULE_ID, RECONCILE_FLEET_WORKFLOW } from "../contracts/agent-container.ts";
import { DEACTIVATE_USER_WORKFLOW, deactivateUserWorkflowId, type DeactivateUserInput } from "../contracts/users.ts";
import {
  live,
  newWorld,
  timeSkippingEnvironment,
  workflowBundle,
  type Life,
  type World,
} from "../tests/support/workflow-world.ts";
import { LEASE_HISTORIES } from "./record/lease-histories.ts";
import { isWanted, saveHistory } from "./record/history-file.ts";
import { waitFor } from "../tests/support/wait-for.ts";

const HOUR_MS = 3_600_000;
const STEP_TIMEOUT_MS = 30_000;
const ADMIN = { by: "an-admin", reason: "A new image." };

type Story = (life: Life) => Promise<void>;

const until = (condition: () => boolean, what: string): Promise<unknown> =>
  waitFor(condition, { timeoutMs: STEP_TIMEOUT_MS, what });

async function isReady({ handle }: Life, generation: number): Promise<void> {
  const status = async (): Promise<boolean> => {
    const seen = await handle.query<{ phase: string; generation: number }, []>("status");
    return seen.phase === "ready" && seen.generation === generation;
  };
  await waitFor(status, { timeoutMs: STEP_TIMEOUT_MS, what: `generation ${generation} is ready` });
}

/** Used, changed, crashed, and asleep in the end. */
const fullLife = (environment: TestWorkflowEnvironment): Story => {
  return async (life) => {
    await life.ensureRunning();
    life.world.revision = 2;
    await life.signal("configChanged", { revision: 2 });
    await environment.sleep(5_000);
    await isReady(life, 2);
    await life.signal("engineObserved", { engineContainerId: "engine-2", kind: "out_of_memory", exitCode: 137 });
    await until(() => life.world.failures.length === 1, "the loss is noted");
    await environment.sleep(5_000);
    await isReady(life, 3);
    await life.handle.result();
  };
};

const givenUp: Story = async (life) => {
  await life.ensureRunning().catch(() => undefined);
  await life.handle.result();
};

const restartedAndRetired: Story = async (life) => {
  await life.ensureRunning();
  await life.signal("restart", ADMIN);
  await isReady(life, 2);
  await life.signal("retire", { ...ADMIN, generation: 2 });
  await life.handle.result();
};

/** A change that alters nothing of what the container has. */
const changedWithoutEffect: Story = async (life) => {
  await life.ensureRunning();
  life.world.configChanges = false;
  life.world.revision = 2;
  await life.signal("configChanged", { revision: 2 });
  await life.handle.result();
};

async function recordLife(
  environment: TestWorkflowEnvironment,
  name: string,
  options: { world: Partial<World>; story: Story },
): Promise<void> {
  if (!isWanted(name)) return;
  const world = Object.assign(newWorld(), { sleepsAtMs: (await environment.currentTimeMs()) + HOUR_MS }, options.world);
  await live(environment, world, async (life) => {
    await options.story(life);
    await saveHistory(name, life.handle);
  });
}

async function recordReconciler(environment: TestWorkflowEnvironment): Promise<void> {
  const taskQueue = "record-reconciler";
  const worker = await Worker.create({
    connection: environment.nativeConnection,
    taskQueue,
    workflowBundle: await workflowBundle(),
    activities: {
      repairDrift: async () => ({ adopted: 1, putToSleep: 0, started: 1, told: 0, removed: 2, postponed: 0, failed: 0 }),
      purgeExpired: async () => ({ outboxRows: 3 }),
    },
  });
  await worker.runUntil(async () => {
    const handle = await environment.client.workflow.start(RECONCILE_FLEET_WORKFLOW, {
      workflowId: RECONCILE_FLEET_SCHEDULE_ID,
      taskQueue,
    });
    await handle.result();
    await saveHistory("reconcile-fleet", handle);
  });
}

async function recordDeactivation(environment: TestWorkflowEnvironment): Promise<void> {
  const taskQueue = "record-deactivation";
  const worker = await Worker.create({
    connection: environment.nativeConnection,
    taskQueue,
    workflowBundle: await workflowBundle(),
    activities: { endSessions: async () => undefined, revokeKeys: async () => undefined, stopAgent: async () => undefined },
  });
  const input: DeactivateUserInput = {
    deactivationId: "0f9d1a60-6f0a-4d7c-9a51-0b7f4f0f5a01",
    userId: "5b1c6f0e-3d0b-4d8e-8a43-6a1f0c9b7d02",
  };
  await worker.runUntil(async () => {
    const handle = await environment.client.workflow.start(DEACTIVATE_USER_WORKFLOW, {
      workflowId: deactivateUserWorkflowId(input.deactivationId),
      taskQueue,
      args: [input],
    });
    await handle.result();
    await saveHistory("deactivate-user", handle);
  });
}

const environment = await timeSkippingEnvironment();
try {
  await recordLife(environment, "agent-container-full-life", { world: {}, story: fullLife(environment) });
  await recordLife(environment, "agent-container-given-up", { world: { failStarts: 5 }, story: givenUp });
  await recordLife(environment, "agent-container-retired", { world: {}, story: restartedAndRetired });
  await recordLife(environment, "agent-container-change-without-effect", { world: {}, story: changedWithoutEffect });
  if (isWanted("reconcile-fleet")) await recordReconciler(environment);
  if (isWanted("deactivate-user")) await recordDeactivation(environment);
  for (const [name, record] of Object.entries(LEASE_HISTORIES)) {
    if (isWanted(name)) await saveHistory(name, await record(environment));
  }
} finally {
  await environment.teardown();
}
