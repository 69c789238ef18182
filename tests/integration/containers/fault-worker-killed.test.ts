// The process `worker` is killed with SIGKILL in the middle of a start and of a stop: real Postgres, real Temporal, real
// engine. The next worker carries on where it was.
import { givenReason } from "../../../contracts/containers/container-reasons.ts";
import { writeFile, rm, mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Docker from "dockerode";
import type { TestWorkflowEnvironment } from "@temporalio/testing";
import { createAgentContainerClient, type AgentContainerClient } from "../../../adapters/temporal/agent-container-client.ts";
import { createTemporal, type Temporal } from "../../../adapters/temporal/temporal-client.ts";
import { ENGINE_LABELS, volumeNameOf, type ContainerPhase } from "../../../contracts/containers/agent-container.ts";
import type { Tenant } from "../../../contracts/core/tenant.ts";
import type { Database } from "../../../db/core/database.ts";
import { listEvents } from "../../../db/containers/container-events.ts";
import { findContainer } from "../../../db/containers/containers.ts";
import { getInstallationId } from "../../../db/installation/system-config.ts";
import { askFor } from "../../support/containers/container-intents.ts";
import { tokensOf } from "../../support/containers/container-tokens.ts";
import { serveAgentFiles, type AgentFiles } from "../../support/containers/agent-files.ts";
import { createTestDatabase, type TestDatabase } from "../../support/core/database.ts";
import { containersOf, removeInstallation, volumesOf } from "../../support/containers/engine.ts";
import { patiently } from "../../support/core/patient-temporal.ts";
import { addPerson } from "../../support/people/people.ts";
import { freePort } from "../../support/core/stack.ts";
import { localTemporalEnvironment } from "../../support/core/local-temporal.ts";
import { makeTinyImage, type TinyImage } from "../../support/core/tiny-image.ts";
import { waitFor } from "../../support/core/wait-for.ts";
import { startWorkerChild, type WorkerChild } from "../../support/core/worker-child.ts";
import { workflowBundle } from "../../support/core/workflow-bundle.ts";

const PATIENCE_MS = 120_000;
const STORY_TIMEOUT_MS = 480_000;
const ADMIN = { by: "an-admin", reason: givenReason("A test.") };

let database: TestDatabase;
let api: Database;
let image: TinyImage;
let files: AgentFiles;
let folder: string;
let temporalPort: number;
let environment: TestWorkflowEnvironment;
let temporal: Temporal;
let containers: AgentContainerClient;
let installation: string;
let worker: WorkerChild;
const children: WorkerChild[] = [];

beforeAll(async () => {
  database = await createTestDatabase();
  api = await database.openAs("api");
  installation = await api.globally(getInstallationId);
  files = await serveAgentFiles(api);
  image = await makeTinyImage("fault-worker-killed");
  folder = await mkdtemp(join(tmpdir(), "mosaic-bundle-"));
  await writeFile(join(folder, "workflows.js"), (await workflowBundle()).code);
  temporalPort = await freePort();
  environment = await localTemporalEnvironment({ port: temporalPort, isBare: true });
  temporal = createTemporal({ address: environment.address });
  containers = createAgentContainerClient(patiently(temporal));
  await nextWorker();
}, 300_000);

afterAll(async () => {
  for (const child of children) child.process.kill("SIGKILL");
  await Promise.all(children.map(({ ended }) => ended));
  await temporal.close();
  await environment.teardown();
  await removeInstallation(installation);
  await files.close();
  await image.remove();
  await rm(folder, { recursive: true, force: true });
  await database.drop();
}, 120_000);

async function nextWorker(): Promise<void> {
  const bundle = { MOSAIC_WORKFLOW_BUNDLE: join(folder, "workflows.js") };
  worker = startWorkerChild({ database, image: image.tag, temporalPort, internalPort: files.port, environment: bundle });
  children.push(worker);
  await waitFor(() => worker.isReady(), { timeoutMs: PATIENCE_MS, what: "the worker takes tasks" });
}

async function killWorker(): Promise<void> {
  worker.process.kill("SIGKILL");
  expect(await worker.ended).toBeNull();
}

const rowOf = (tenant: Tenant) => api.asTenant(tenant, (tx) => findContainer(tx));
const labelOf = (tenant: Tenant) => `${ENGINE_LABELS.tenant}=${tenant}`;

/** Resolves as soon as the engine tells of this action on a container of this installation. */
async function engineTells(action: string): Promise<() => Promise<void>> {
  const filters = { type: ["container"], event: [action], label: [`${ENGINE_LABELS.installation}=${installation}`] };
  const ending = new AbortController();
  const stream = await new Docker().getEvents({ filters: JSON.stringify(filters), abortSignal: ending.signal });
  const told = new Promise<void>((resolve) => stream.once("data", () => resolve()));
  stream.on("error", () => undefined);
  return async () => {
    await told;
    ending.abort();
  };
}

/** Or one of the phases after it, which a slow look may find instead. */
async function rowSays(tenant: Tenant, phase: ContainerPhase, ...after: readonly ContainerPhase[]): Promise<void> {
  const says = async (): Promise<boolean> => {
    const seen = (await rowOf(tenant))?.phase;
    return [phase, ...after].some((one) => one === seen);
  };
  await waitFor(says, { timeoutMs: PATIENCE_MS, everyMs: 5, what: `the row says ${phase}` });
}

async function timelineOf(tenant: Tenant): Promise<string[]> {
  return (await api.asTenant(tenant, (tx) => listEvents(tx, 50))).toReversed().map((event) => event.cause);
}

describe("a worker that is killed in a start", () => {
  const MOMENTS: readonly (readonly [string, (tenant: Tenant) => Promise<() => Promise<void>>])[] = [
    ["when the row is claimed", async (tenant) => () => rowSays(tenant, "creating", "booting", "ready")],
    ["when the container is made", () => engineTells("create")],
    ["when the container runs", () => engineTells("start")],
    ["when the row knows the container", async (tenant) => () => rowSays(tenant, "booting", "ready")],
  ];

  test.each(MOMENTS)(
    "%s leaves one container, which the next worker brings up",
    async (_when, prepare) => {
      const { tenant } = await addPerson(api);
      const moment = await prepare(tenant);
      await containers.ensureRunning(tenant);
      await moment();
      await killWorker();
      const [left] = await containersOf(labelOf(tenant));
      await nextWorker();
      await rowSays(tenant, "ready");
      const [container, ...more] = await containersOf(labelOf(tenant));
      expect(more).toEqual([]);
      expect(container?.State).toBe("running");
      expect([undefined, container?.Id]).toContain(left?.Id);
      expect(await rowOf(tenant)).toMatchObject({ generation: 1, engineContainerId: container?.Id });
      expect(await tokensOf(api, tenant)).toBe("valid");
      expect(await volumesOf(labelOf(tenant))).toEqual([volumeNameOf(tenant)]);
      expect(await timelineOf(tenant)).toEqual(["chat", "started"]);
    },
    STORY_TIMEOUT_MS,
  );
});

describe("a worker that is killed in a stop", () => {
  const MOMENTS: readonly (readonly [string, (tenant: Tenant) => Promise<() => Promise<void>>])[] = [
    ["when the row says so", async (tenant) => () => rowSays(tenant, "stopping", "asleep")],
    ["when the container is gone", () => engineTells("destroy")],
  ];

  test.each(MOMENTS)(
    "%s leaves it to the next one, and the volume stays",
    async (_when, prepare) => {
      const { tenant } = await addPerson(api);
      await containers.ensureRunning(tenant);
      await rowSays(tenant, "ready");
      const moment = await prepare(tenant);
      await askFor({ api, containers }, tenant, { kind: "stop", ...ADMIN });
      await moment();
      await killWorker();
      await nextWorker();
      const hasEnded = async (): Promise<boolean> => !(await containers.isOpen(tenant));
      await waitFor(hasEnded, { timeoutMs: PATIENCE_MS, what: "the workflow has ended" });
      expect(await rowOf(tenant)).toMatchObject({ phase: "asleep", engineContainerId: null });
      expect(await containersOf(labelOf(tenant))).toEqual([]);
      expect(await volumesOf(labelOf(tenant))).toEqual([volumeNameOf(tenant)]);
      expect(await timelineOf(tenant)).toEqual(["chat", "started", "stop_requested"]);
    },
    STORY_TIMEOUT_MS,
  );
});
