// The process `worker` with a real Postgres, a real Temporal and a real engine; only the agent image is a small one.
import { randomUUID } from "node:crypto";
import type { TestWorkflowEnvironment } from "@temporalio/testing";
import { agentContainerWorkflowId, ENGINE_LABELS, RECONCILE_FLEET_SCHEDULE_ID } from "../../contracts/agent-container.ts";
import { CREDENTIAL_RETENTION_SCHEDULE_ID, CREDENTIAL_RETENTION_WORKFLOW } from "../../contracts/credential-lease-workflow.ts";
import type { TenantMessage } from "../../contracts/outbox.ts";
import { humanTenant } from "../../contracts/tenant.ts";
import type { Database } from "../../db/database.ts";
import { listEvents } from "../../db/repositories/container-events.ts";
import { findContainer } from "../../db/repositories/containers.ts";
import { listEngines } from "../../db/repositories/engines.ts";
import { addOutbox } from "../../db/repositories/outbox.ts";
import { getInstallationId } from "../../db/repositories/system-config.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import {
  containersOf,
  forceRemoveContainer,
  inspectText,
  killContainer,
  removeInstallation,
  volumesOf,
} from "../support/engine.ts";
import { freePort } from "../support/stack.ts";
import { localTemporalEnvironment } from "../support/local-temporal.ts";
import { makeTinyImage, type TinyImage } from "../support/tiny-image.ts";
import { waitFor } from "../support/wait-for.ts";
import { startWorkerChild, type WorkerChild } from "../support/worker-child.ts";

const NOTICED_WITHIN_MS = 10_000;
const actor = { by: "an-admin", reason: "a test" };
const tenant = humanTenant(randomUUID());
let database: TestDatabase;
let api: Database;
let image: TinyImage;
let temporalPort: number;
let temporal: TestWorkflowEnvironment | null = null;
let installation: string;
let running: WorkerChild;
const children: WorkerChild[] = [];

beforeAll(async () => {
  database = await createTestDatabase();
  api = await database.openAs("api");
  installation = await api.globally(getInstallationId);
  image = await makeTinyImage("worker-process");
  temporalPort = await freePort();
  running = startProcess();
}, 120_000);

afterAll(async () => {
  for (const child of children) child.process.kill("SIGKILL");
  await temporal?.teardown();
  await removeInstallation(installation);
  await image.remove();
  await database.drop();
}, 120_000);

function startProcess(environment: Record<string, string> = {}): WorkerChild {
  const started = startWorkerChild({ database, image: image.tag, temporalPort, environment });
  children.push(started);
  return started;
}

const row = () => api.asTenant(tenant, (tx) => findContainer(tx));
const causes = async () => (await api.asTenant(tenant, (tx) => listEvents(tx, 50))).map((event) => event.cause);
const wish = (message: TenantMessage) => api.asTenant(tenant, (tx) => addOutbox(tx, message));
const isReady = () => running.isReady();

/** The ready container of at least this generation. */
async function ready(generation: number, timeoutMs = 30_000): Promise<string> {
  return await waitFor(
    async () => {
      const seen = await row();
      return seen?.phase === "ready" && seen.generation >= generation && seen.engineContainerId;
    },
    { timeoutMs, what: `generation ${generation} is ready` },
  );
}

test("it names everything that is wrong with its settings and exits with 78", async () => {
  const { printed, ended } = startProcess({ MOSAIC_SECRET_KEY: "short", DOCKER_HOST: "ssh://elsewhere" });
  expect(await ended).toBe(78);
  expect(printed.err).toContain("MOSAIC_SECRET_KEY");
  expect(printed.err).toContain("DOCKER_HOST");
});

test("it makes the agents' network while Temporal is away, and takes tasks when Temporal comes", async () => {
  const engine = await waitFor(async () => (await api.globally(listEngines)).find((one) => one.ok), {
    timeoutMs: 20_000,
    what: "the engine is reported",
  });
  expect(engine.gatewayAddress).toMatch(/^(172|10)\./);
  temporal = await localTemporalEnvironment({ port: temporalPort, isBare: true });
  await waitFor(isReady, { timeoutMs: 30_000, what: "the worker takes tasks" });
  const schedule = await temporal.client.schedule.getHandle(RECONCILE_FLEET_SCHEDULE_ID).describe();
  expect(schedule.spec.intervals).toMatchObject([{ every: 300_000 }]);
  const retention = await temporal.client.schedule.getHandle(CREDENTIAL_RETENTION_SCHEDULE_ID).describe();
  expect(retention.spec.intervals).toMatchObject([{ every: 3_600_000 }]);
  expect(retention.action).toMatchObject({ type: "startWorkflow", workflowType: CREDENTIAL_RETENTION_WORKFLOW });
}, 60_000);

test("a wish in the outbox starts a container; its token is in no history and no log", async () => {
  await wish({ topic: "container.ensure-running" });
  const id = await ready(1);
  expect(await causes()).toEqual(["started", "chat"]);
  const token = /AGENT_TOKEN=(mct_[A-Za-z0-9_]+)/.exec(await inspectText(id))?.[1] ?? "";
  expect(token).not.toBe("");
  const history = await temporal?.client.workflow.getHandle(agentContainerWorkflowId(tenant)).fetchHistory();
  expect(JSON.stringify(history)).not.toContain(token);
  expect(running.printed.out).not.toContain(token);
}, 40_000);

test("a kill from outside is noticed and repaired within ten seconds", async () => {
  await killContainer(await ready(1));
  await ready(2, NOTICED_WITHIN_MS);
  expect(await causes()).toContain("crashed");
}, 40_000);

test("a removal from outside is noticed and repaired within ten seconds", async () => {
  await forceRemoveContainer(await ready(2));
  await ready(3, NOTICED_WITHIN_MS);
  expect(await causes()).toContain("removed_outside");
}, 40_000);

test("it drains on SIGTERM and leaves the container running; what happened meanwhile is repaired by the next one", async () => {
  const id = await ready(3);
  running.process.kill("SIGTERM");
  expect(await running.ended).toBe(0);
  expect(running.printed.err).toBe("");
  expect(await containersOf(`${ENGINE_LABELS.installation}=${installation}`)).toMatchObject([{ Id: id, State: "running" }]);
  await killContainer(id);
  running = startProcess();
  await waitFor(isReady, { timeoutMs: 30_000, what: "the next worker takes tasks" });
  await ready(4);
}, 90_000);

test("a restart asked for by people is done once, with who and why", async () => {
  await ready(4);
  await wish({ topic: "container.restart", actor });
  await ready(5);
  const [event] = (await api.asTenant(tenant, (tx) => listEvents(tx, 50))).filter((one) => one.cause === "restart_requested");
  expect(event).toMatchObject({ actor: actor.by, reason: actor.reason });
}, 60_000);

test("a stop removes the container and keeps the volume; retire removes both", async () => {
  await wish({ topic: "container.stop", actor });
  await waitFor(async () => (await row())?.phase === "asleep", { timeoutMs: 20_000, what: "it sleeps" });
  const label = `${ENGINE_LABELS.installation}=${installation}`;
  expect(await containersOf(label)).toEqual([]);
  expect(await volumesOf(label)).toHaveLength(1);
  await wish({ topic: "container.retire", actor, generation: (await row())?.generation ?? 0 });
  await waitFor(async () => (await volumesOf(label)).length === 0, { timeoutMs: 20_000, what: "the volume is removed" });
  await waitFor(async () => (await row()) === null, { timeoutMs: 10_000, what: "the row is retired" });
}, 60_000);

test("the reconciler runs on demand and finds the fleet in order", async () => {
  const schedule = temporal?.client.schedule.getHandle(RECONCILE_FLEET_SCHEDULE_ID);
  await schedule?.trigger();
  await waitFor(async () => ((await schedule?.describe())?.info.recentActions.length ?? 0) > 0, {
    timeoutMs: 20_000,
    what: "a pass began",
  });
  const action = (await schedule?.describe())?.info.recentActions.at(-1)?.action;
  const handle = temporal?.client.workflow.getHandle(action?.workflow.workflowId ?? "");
  const nothing = { adopted: 0, putToSleep: 0, started: 0, told: 0, removed: 0, postponed: 0, failed: 0 };
  expect(await handle?.result()).toEqual(nothing);
}, 60_000);
