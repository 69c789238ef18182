// Waking an agent through the real workflow, on a real Temporal server, with the activities that use the engine replaced.
import { givenReason } from "../../../contracts/containers/container-reasons.ts";
import { randomUUID } from "node:crypto";
import { ApplicationFailure, Context } from "@temporalio/activity";
import { Worker } from "@temporalio/worker";
import type { AgentContainerActivities } from "../../../activities/containers/agent-container.ts";
import { createTemporal, type Temporal } from "../../../adapters/temporal/temporal-client.ts";
import {
  ensureAgentRunning,
  START_TOTAL_TIMEOUT_MS,
  type EnsureRunningOptions,
} from "../../../api/containers/agent-starter.ts";
import { createWakeUpdates } from "../../../api/containers/wake-updates.ts";
import { agentContainerWorkflowId, MESSAGE_NAMES, TASK_QUEUE } from "../../../contracts/containers/agent-container.ts";
import type { ChatProgress } from "../../../contracts/turns/chat.ts";
import type { Tenant } from "../../../contracts/core/tenant.ts";
import { ensureContainerRow, setPhase } from "../../../db/containers/containers.ts";
import { startCuttableProxy } from "../../support/core/cuttable-proxy.ts";
import { addPerson } from "../../support/people/people.ts";
import { waitFor } from "../../support/core/wait-for.ts";
import { workflowBundle } from "../../support/core/workflow-bundle.ts";
import { useDatabase, useService } from "../../support/core/database.ts";
import { useTemporal } from "../../support/core/local-temporal.ts";
import { useWorld } from "../../support/core/use-world.ts";

const database = useDatabase();
const api = useService(database, "api");
const workerDb = useService(database, "worker");
const environment = useTemporal();
const temporal = useWorld(async (ends) =>
  ends.adopt(createTemporal({ address: environment.address, callDeadlineMs: WAIT_MS }), ({ close }) => close()),
);
/** A start is held before its row tells of it, and again before it is up, until a test lets it go; a refusal makes it fail. */
let beginning: Promise<unknown>;
let gate: Promise<unknown>;
let refusal: string | null;
let starts: Tenant[];

const activities: AgentContainerActivities = {
  async startContainer({ tenant }) {
    starts.push(tenant);
    await alive(beginning);
    await workerDb.asTenant(tenant, async (tx) => {
      await ensureContainerRow(tx);
      await setPhase(tx, { phase: "creating", reason: null });
    });
    await alive(gate);
    if (refusal !== null) throw ApplicationFailure.nonRetryable(refusal, "START_FAILED");
    await workerDb.asTenant(tenant, (tx) => setPhase(tx, { phase: "booting", reason: null }));
    await workerDb.asTenant(tenant, (tx) => setPhase(tx, { phase: "ready", reason: null }));
    return { engineContainerId: "e-1", generation: starts.length, configRevision: 1, host: "test", image: "test" };
  },
  superviseContainer: async () => {
    throw ApplicationFailure.create({ message: "healthy", nextRetryDelay: "1 hour", category: "BENIGN" });
  },
  stopContainer: async () => ({ stopped: true }),
  noteFailure: async ({ tenant, reason, givesUp }) =>
    await workerDb.asTenant(tenant, (tx) => setPhase(tx, { phase: givesUp ? "failed" : "backing_off", reason })),
  // Whatever is asked here was recorded.
  admitIntent: async ({ intentId }) => ({
    intentId: intentId ?? "",
    by: "me",
    reason: givenReason("Enough."),
    shown: "Stopped.",
  }),
  confirmLoss: async () => null,
  configEffect: async () => ({ revision: 1, changed: false }),
  retireContainer: async () => ({ retired: true }),
};

beforeEach(() => {
  beginning = Promise.resolve();
  gate = Promise.resolve();
  refusal = null;
  starts = [];
});

/** More than the ten updates that a run of Temporal's takes at a time. */
const MANY = 25;
const WAIT_MS = 60_000;
/** Much more than a call takes to reach the server. */
const SOON_OVER_MS = 8_000;
const BEAT_EVERY_MS = 1_000;

/** Without signs of life the server would begin the start a second time. */
async function alive(held: Promise<unknown>): Promise<void> {
  const beat = setInterval(() => Context.current().heartbeat(), BEAT_EVERY_MS);
  try {
    await held;
  } finally {
    clearInterval(beat);
  }
}

function hold(): { readonly held: Promise<void>; readonly open: () => void } {
  let open = (): void => undefined;
  const held = new Promise<void>((resolve) => (open = resolve));
  return { held, open };
}

function holdStarts(): { readonly open: () => void } {
  const { held, open } = hold();
  gate = held;
  return { open };
}

async function withWorker<T>(work: () => Promise<T>): Promise<T> {
  const worker = await Worker.create({
    connection: environment.nativeConnection,
    taskQueue: TASK_QUEUE,
    workflowBundle: await workflowBundle(),
    activities: { ...activities },
    maxHeartbeatThrottleInterval: BEAT_EVERY_MS,
  });
  return await worker.runUntil(work());
}

const wakeUpdates = createWakeUpdates({ lifetimeMs: START_TOTAL_TIMEOUT_MS, nowMs: () => performance.now() });

const wake = (through: Temporal, tenant: Tenant, options?: EnsureRunningOptions) =>
  ensureAgentRunning({ db: api, temporal: through, wakeUpdates }, tenant, options);

const workflowOf = (tenant: Tenant) => environment.client.workflow.getHandle(agentContainerWorkflowId(tenant));

async function workflowIsOpen(tenant: Tenant): Promise<void> {
  const isOpen = async () => (await workflowOf(tenant).describe()).status.name === "RUNNING";
  await waitFor(isOpen, { timeoutMs: WAIT_MS, what: "the workflow is open" });
}

const outboxOf = (tenant: Tenant) =>
  database.asOwner<{ topic: string }>("SELECT topic FROM mosaic.outbox WHERE tenant = $1", [tenant]);

describe("waking an agent", () => {
  test("resolves when it is ready, tells each step once and in order, and then asks for nothing more", async () => {
    const { tenant } = await addPerson(api);
    const progress: ChatProgress[] = [];
    await withWorker(async () => {
      const { open } = holdStarts();
      const { held, open: begin } = hold();
      beginning = held;
      const isTold = (wanted: ChatProgress["phase"]) =>
        waitFor(() => progress.some(({ phase }) => phase === wanted), { timeoutMs: WAIT_MS, what: `${wanted} is told` });
      const waking = wake(temporal, tenant, { onProgress: (step) => progress.push(step) });
      await isTold("never_started");
      begin();
      await isTold("creating");
      open();
      expect(await waking).toEqual({ generation: 1 });
      expect(await wake(temporal, tenant)).toEqual({ generation: 1 });
    });
    expect(starts).toEqual([tenant]);
    const phases = progress.map(({ phase }) => phase);
    expect(phases).toEqual([...new Set(phases)]);
    expect(phases.slice(0, 2)).toEqual(["never_started", "creating"]);
    expect(progress.every(({ message }) => message.length > 0)).toBe(true);
    expect(await outboxOf(tenant)).toEqual([]);
  });

  test("starts one container for many who ask at once, more than a run takes updates", async () => {
    const { tenant } = await addPerson(api);
    await withWorker(async () => {
      const { open } = holdStarts();
      const asking = Array.from({ length: MANY }, () => wake(temporal, tenant));
      await waitFor(() => starts.length === 1, { timeoutMs: WAIT_MS, what: "the start has begun" });
      open();
      expect(await Promise.all(asking)).toEqual(asking.map(() => ({ generation: 1 })));
    });
    expect(starts).toEqual([tenant]);
  });

  test("answers who has patience, after many who gave up during the same start", async () => {
    const { tenant } = await addPerson(api);
    await withWorker(async () => {
      const { open } = holdStarts();
      for (let count = 0; count < MANY; count += 1) {
        const hasty = wake(temporal, tenant, { totalTimeoutMs: 100 });
        await expect(hasty).rejects.toMatchObject({ code: "CONTAINER_STARTING" });
      }
      const patient = wake(temporal, tenant);
      open();
      expect(await patient).toEqual({ generation: 1 });
    });
    expect(starts).toEqual([tenant]);
  });

  test("says why it failed, in the words of the container", async () => {
    const { tenant } = await addPerson(api);
    refusal = "The configuration was refused (exit code 78).";
    await withWorker(async () => {
      // The pauses between the attempts add up to 15 s.
      const failing = wake(temporal, tenant);
      await expect(failing).rejects.toMatchObject({ code: "CONTAINER_FAILED", message: refusal, retryAfterSeconds: 30 });
    });
  });

  test("says so when somebody stops it before it is up", async () => {
    const { tenant } = await addPerson(api);
    await withWorker(async () => {
      const { open } = holdStarts();
      const outcome = wake(temporal, tenant).catch((error: unknown) => error);
      await waitFor(() => starts.includes(tenant), { timeoutMs: WAIT_MS, what: "it is being started" });
      await workflowOf(tenant).signal(MESSAGE_NAMES.stop, { intentId: randomUUID() });
      expect(await outcome).toMatchObject({ code: "CONTAINER_FAILED", message: expect.stringContaining("was stopped") });
      open();
    });
  });

  test("without a worker leaves the request in the workflow's arguments, and says that it is still starting", async () => {
    const { tenant } = await addPerson(api);
    const waking = wake(temporal, tenant, { totalTimeoutMs: SOON_OVER_MS });
    await expect(waking).rejects.toMatchObject({ code: "CONTAINER_STARTING", retryAfterSeconds: 10 });
    await workflowIsOpen(tenant);
    await withWorker(async () => {
      await waitFor(() => starts.includes(tenant), { timeoutMs: WAIT_MS, what: "the request is taken up" });
    });
  });

  test("ends the waiting, not the start, when the caller goes away", async () => {
    const { tenant } = await addPerson(api);
    const gone = new AbortController();
    await withWorker(async () => {
      const { open } = holdStarts();
      const waking = wake(temporal, tenant, { signal: gone.signal });
      await waitFor(() => starts.length === 1, { timeoutMs: WAIT_MS, what: "the start has begun" });
      const reason = new Error("gone");
      gone.abort(reason);
      await expect(waking).rejects.toBe(reason);
      open();
      expect(await wake(temporal, tenant)).toEqual({ generation: 1 });
    });
  });
});

describe("while Temporal is away", () => {
  test("the request is kept in the outbox, and the caller may try again", async () => {
    const { tenant } = await addPerson(api);
    const away = createTemporal({ address: "127.0.0.1:1" });
    // Long before the time that a start may take, which is more than a test's.
    await expect(wake(away, tenant)).rejects.toMatchObject({
      code: "CONTAINER_STARTING",
      retryAfterSeconds: 10,
    });
    expect(await outboxOf(tenant)).toEqual([{ topic: "container.ensure-running" }]);
    await away.close();
  });

  test("also when it goes away in the middle of a start", async () => {
    const { tenant } = await addPerson(api);
    const [host = "", port = ""] = environment.address.split(":");
    const proxy = await startCuttableProxy({ host, port: Number(port) });
    const through = createTemporal({ address: `127.0.0.1:${proxy.port}`, callDeadlineMs: WAIT_MS });
    await through.ping(WAIT_MS);
    const waking = wake(through, tenant, { totalTimeoutMs: SOON_OVER_MS });
    const outcome = waking.catch((error: unknown) => error);
    await workflowIsOpen(tenant);
    await proxy.cut();
    expect(await outcome).toMatchObject({ code: "CONTAINER_STARTING" });
    await through.close();
  });
});
