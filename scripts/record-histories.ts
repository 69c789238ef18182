// Records the histories that later releases are replayed against, one for each course that a workflow can take.
// Run it at each release, and for each new course: `node scripts/record-histories.ts 1.4.0 credential` records the histories of
// release 1.4.0 whose names begin with “credential”. It adds files and replaces none: histories represent open runs.
import { givenReason } from "../contracts/containers/container-reasons.ts";
import { Worker } from "@temporalio/worker";
import type { TestWorkflowEnvironment } from "@temporalio/testing";
import {
  END_REPLACED_KEY_WORKFLOW,
  endReplacedKeyWorkflowId,
  type EndReplacedKeyInput,
} from "../contracts/agents/replaced-key.ts";
import { RECONCILE_FLEET_SCHEDULE_ID, RECONCILE_FLEET_WORKFLOW } from "../contracts/containers/agent-container.ts";
import { DEACTIVATE_USER_WORKFLOW, deactivateUserWorkflowId, type DeactivateUserInput } from "../contracts/people/users.ts";
import {
  live,
  newWorld,
  requestsArrived,
  timeSkippingEnvironment,
  type Life,
  type World,
} from "../tests/support/core/workflow-world.ts";
import { LEASE_HISTORIES } from "./record/lease-histories.ts";
import { isWanted, makeReleaseFolder, saveHistory } from "./record/history-file.ts";
import { addRecorded } from "./record/recorded-files.ts";
import { packWorkflows, WORKFLOWS_FILE } from "./record/workflow-sources.ts";
import { waitFor } from "../tests/support/core/wait-for.ts";
import { workflowBundle } from "../tests/support/core/workflow-bundle.ts";

const HOUR_MS = 3_600_000;
const STEP_TIMEOUT_MS = 30_000;
const ADMIN = { by: "an-admin", reason: givenReason("A new image.") };

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
  await life.ask("restart", ADMIN);
  await isReady(life, 2);
  await life.ask("retire", ADMIN);
  await life.handle.result();
};

/** Messages that are checked: those on record are done, others are not. */
const checkedMessages: Story = async (life) => {
  await life.ensureRunning();
  await life.signal("stop", ADMIN);
  await life.ask("restart", ADMIN);
  await isReady(life, 2);
  await life.signal("retire", { intentId: "0f9d1a60-6f0a-4d7c-9a51-0b7f4f0f5a02" });
  await life.signal("engineObserved", { engineContainerId: "engine-2", kind: "exited", exitCode: 1 });
  await until(() => life.world.failures.length === 1, "the loss is noted");
  await isReady(life, 3);
  life.world.loss = null;
  await life.signal("engineObserved", { engineContainerId: "engine-3", kind: "exited", exitCode: 1 });
  await life.signal("configChanged", { revision: Number.MAX_SAFE_INTEGER });
  await until(() => life.world.configLooks === 1, "the change is looked at");
  await life.ask("retire", ADMIN);
  await life.handle.result();
};

/** The stop is delivered once more while it is being done, after someone requested the next start. */
const stoppedTwice: Story = async (life) => {
  await life.ensureRunning();
  const intentId = "0f9d1a60-6f0a-4d7c-9a51-0b7f4f0f5a03";
  life.world.intents.set(`stop/${intentId}`, ADMIN);
  let request: Promise<unknown> = Promise.resolve();
  life.world.duringStop = async () => {
    life.world.duringStop = async () => undefined;
    request = life.ensureRunning().catch(() => undefined);
    await requestsArrived(life, 2);
    await life.signal("stop", { intentId });
    await until(() => life.world.admissions === 2, "the second delivery is looked at");
  };
  await life.signal("stop", { intentId });
  await life.handle.result();
  await request;
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

async function recordReplacedKey(environment: TestWorkflowEnvironment): Promise<void> {
  const taskQueue = "record-replaced-key";
  const worker = await Worker.create({
    connection: environment.nativeConnection,
    taskQueue,
    workflowBundle: await workflowBundle(),
    activities: { endKey: async () => undefined },
  });
  const input: EndReplacedKeyInput = {
    agentUserId: "3c2f8a10-5f0d-4a6b-9d1e-7b0c4e2f1a03",
    keyId: "oak_live_abcdefghijklmnopqrst",
    endsAtMs: (await environment.currentTimeMs()) + HOUR_MS,
  };
  await worker.runUntil(async () => {
    const handle = await environment.client.workflow.start(END_REPLACED_KEY_WORKFLOW, {
      workflowId: endReplacedKeyWorkflowId(input.keyId),
      taskQueue,
      args: [input],
    });
    await handle.result();
    await saveHistory("end-replaced-key", handle);
  });
}

const folder = await makeReleaseFolder();
if (isWanted(WORKFLOWS_FILE)) await addRecorded(folder, WORKFLOWS_FILE, await packWorkflows());
const environment = await timeSkippingEnvironment();
try {
  await recordLife(environment, "agent-container-full-life", { world: {}, story: fullLife(environment) });
  await recordLife(environment, "agent-container-given-up", { world: { failStarts: 5 }, story: givenUp });
  await recordLife(environment, "agent-container-retired", { world: {}, story: restartedAndRetired });
  await recordLife(environment, "agent-container-change-without-effect", { world: {}, story: changedWithoutEffect });
  await recordLife(environment, "agent-container-checked-messages", {
    world: { configChanges: false },
    story: checkedMessages,
  });
  await recordLife(environment, "agent-container-stopped-twice", { world: {}, story: stoppedTwice });
  if (isWanted("reconcile-fleet")) await recordReconciler(environment);
  if (isWanted("deactivate-user")) await recordDeactivation(environment);
  if (isWanted("end-replaced-key")) await recordReplacedKey(environment);
  for (const [name, record] of Object.entries(LEASE_HISTORIES)) {
    if (isWanted(name)) await saveHistory(name, await record(environment));
  }
} finally {
  await environment.teardown();
}
