// The process `worker` with a real Postgres, a real Temporal and a real engine; only the agent image is a small one.
import { givenReason } from "../../../contracts/containers/container-reasons.ts";
import { randomUUID } from "node:crypto";
import type { TestWorkflowEnvironment } from "@temporalio/testing";
import {
  agentContainerWorkflowId,
  ENGINE_LABELS,
  RECONCILE_FLEET_SCHEDULE_ID,
} from "../../../contracts/containers/agent-container.ts";
import {
  CREDENTIAL_RETENTION_SCHEDULE_ID,
  CREDENTIAL_RETENTION_WORKFLOW,
} from "../../../contracts/leases/credential-lease-workflow.ts";
import type { IntentKind } from "../../../contracts/containers/container-intents.ts";
import type { OutboxMessage } from "../../../contracts/core/outbox.ts";
import { humanTenant } from "../../../contracts/core/tenant.ts";
import type { Database } from "../../../db/core/database.ts";
import { listEvents } from "../../../db/containers/container-events.ts";
import { findContainer } from "../../../db/containers/containers.ts";
import { listEngines } from "../../../db/containers/engines.ts";
import { askContainer } from "../../../db/containers/container-intents.ts";
import { addOutbox } from "../../../db/core/outbox.ts";
import { getInstallationId } from "../../../db/installation/system-config.ts";
import { serveAgentFiles, type AgentFiles } from "../../support/containers/agent-files.ts";
import { createTestDatabase, type TestDatabase } from "../../support/core/database.ts";
import {
  containersOf,
  forceRemoveContainer,
  inspectText,
  killContainer,
  removeInstallation,
  volumesOf,
} from "../../support/containers/engine.ts";
import { freePort } from "../../support/core/stack.ts";
import { localTemporalEnvironment } from "../../support/core/local-temporal.ts";
import { makeTinyImage, type TinyImage } from "../../support/core/tiny-image.ts";
import { waitFor } from "../../support/core/wait-for.ts";
import { startWorkerChild, type WorkerChild } from "../../support/core/worker-child.ts";

const PATIENCE_MS = 120_000;
const actor = { by: "an-admin", reason: givenReason("a test") };
const tenant = humanTenant(randomUUID());
let database: TestDatabase;
let api: Database;
let image: TinyImage;
let files: AgentFiles;
let temporalPort: number;
let temporal: TestWorkflowEnvironment | null = null;
let installation: string;
let running: WorkerChild;
const children: WorkerChild[] = [];

beforeAll(async () => {
  database = await createTestDatabase();
  api = await database.openAs("api");
  installation = await api.globally(getInstallationId);
  files = await serveAgentFiles(api);
  image = await makeTinyImage("worker-process");
  temporalPort = await freePort();
  // Nothing between our own processes goes through the proxy of the environment: all that follows works with a dead one.
  running = startProcess({ http_proxy: "http://127.0.0.1:1", https_proxy: "http://127.0.0.1:1" });
}, 240_000);

afterAll(async () => {
  for (const child of children) child.process.kill("SIGKILL");
  await Promise.all(children.map(({ ended }) => ended));
  await temporal?.teardown();
  await removeInstallation(installation);
  await files.close();
  await image.remove();
  await database.drop();
}, 240_000);

function startProcess(environment: Record<string, string> = {}): WorkerChild {
  const started = startWorkerChild({ database, image: image.tag, temporalPort, internalPort: files.port, environment });
  children.push(started);
  return started;
}

const row = () => api.asTenant(tenant, (tx) => findContainer(tx));
const causes = async () => (await api.asTenant(tenant, (tx) => listEvents(tx, 50))).map((event) => event.cause);
const request = (message: OutboxMessage) => api.asTenant(tenant, (tx) => addOutbox(tx, message));
const ask = (kind: IntentKind) => api.asTenant(tenant, (tx) => askContainer(tx, { kind, ...actor }));
const isReady = () => running.isReady();

/** The ready container of at least this generation. */
async function ready(generation: number): Promise<string> {
  return await waitFor(
    async () => {
      const seen = await row();
      return seen?.phase === "ready" && seen.generation >= generation && seen.engineContainerId;
    },
    { timeoutMs: PATIENCE_MS, what: `generation ${generation} is ready` },
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
    timeoutMs: PATIENCE_MS,
    what: "the engine is reported",
  });
  expect(engine.gatewayAddress).toMatch(/^(172|10)\./);
  temporal = await localTemporalEnvironment({ port: temporalPort, isBare: true });
  await waitFor(isReady, { timeoutMs: PATIENCE_MS, what: "the worker takes tasks" });
  const schedule = await temporal.client.schedule.getHandle(RECONCILE_FLEET_SCHEDULE_ID).describe();
  expect(schedule.spec.intervals).toMatchObject([{ every: 300_000 }]);
  const retention = await temporal.client.schedule.getHandle(CREDENTIAL_RETENTION_SCHEDULE_ID).describe();
  expect(retention.spec.intervals).toMatchObject([{ every: 3_600_000 }]);
  expect(retention.action).toMatchObject({ type: "startWorkflow", workflowType: CREDENTIAL_RETENTION_WORKFLOW });
});

test("a request in the outbox starts a container; its token is in no history and no log", async () => {
  await request({ topic: "container.ensure-running" });
  const id = await ready(1);
  expect(await causes()).toEqual(["started", "chat"]);
  const token = /AGENT_TOKEN=(mct_[A-Za-z0-9_]+)/.exec(await inspectText(id))?.[1] ?? "";
  expect(token).not.toBe("");
  const history = await temporal?.client.workflow.getHandle(agentContainerWorkflowId(tenant)).fetchHistory();
  expect(JSON.stringify(history)).not.toContain(token);
  expect(running.printed.out).not.toContain(token);
});

test("a kill from outside is noticed and repaired", async () => {
  await killContainer(await ready(1));
  await ready(2);
  expect(await causes()).toContain("crashed");
});

test("a removal from outside is noticed and repaired", async () => {
  await forceRemoveContainer(await ready(2));
  await ready(3);
  expect(await causes()).toContain("removed_outside");
});

test("it drains on SIGTERM and leaves the container running; what happened meanwhile is repaired by the next one", async () => {
  const id = await ready(3);
  running.process.kill("SIGTERM");
  expect(await running.ended).toBe(0);
  expect(running.printed.err).toBe("");
  expect(await containersOf(`${ENGINE_LABELS.installation}=${installation}`)).toMatchObject([{ Id: id, State: "running" }]);
  await killContainer(id);
  running = startProcess();
  await waitFor(isReady, { timeoutMs: PATIENCE_MS, what: "the next worker takes tasks" });
  await ready(4);
});

test("a restart that a person requests is done once, and recorded with who and why", async () => {
  await ready(4);
  await ask("restart");
  await ready(5);
  const [event] = (await api.asTenant(tenant, (tx) => listEvents(tx, 50))).filter((one) => one.cause === "restart_requested");
  expect(event).toMatchObject({ actor: actor.by, reason: actor.reason });
});

test("a stop removes the container and keeps the volume; retire removes both", async () => {
  await ask("stop");
  await waitFor(async () => (await row())?.phase === "asleep", { timeoutMs: PATIENCE_MS, what: "it sleeps" });
  const label = `${ENGINE_LABELS.installation}=${installation}`;
  expect(await containersOf(label)).toEqual([]);
  expect(await volumesOf(label)).toHaveLength(1);
  await ask("retire");
  await waitFor(async () => (await volumesOf(label)).length === 0, { timeoutMs: PATIENCE_MS, what: "the volume is removed" });
  await waitFor(async () => (await row()) === null, { timeoutMs: PATIENCE_MS, what: "the row is retired" });
});

test("the reconciler runs on demand and finds the fleet in order", async () => {
  const schedule = temporal?.client.schedule.getHandle(RECONCILE_FLEET_SCHEDULE_ID);
  const passes = async (): Promise<string[]> =>
    ((await schedule?.describe())?.info.recentActions ?? []).map(({ action }) => action.workflow.workflowId);
  // Passes that the clock brought, while there was something to repair, are none of these.
  const earlier = new Set(await passes());
  await schedule?.trigger("BUFFER_ONE");
  const workflowId = await waitFor(async () => (await passes()).find((id) => !earlier.has(id)), {
    timeoutMs: PATIENCE_MS,
    what: "a pass began",
  });
  const handle = temporal?.client.workflow.getHandle(workflowId);
  const nothing = { adopted: 0, putToSleep: 0, started: 0, told: 0, removed: 0, postponed: 0, failed: 0 };
  expect(await handle?.result()).toEqual(nothing);
});
