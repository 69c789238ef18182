// Drift on a real engine: what others made by hand, another installation, and a database that was restored from a backup.
// Only containers that are ours and orphaned are removed, a few at a time, each with an audit row; no volume ever.
import { givenReason, plainReason } from "../../../contracts/containers/container-reasons.ts";
import { randomUUID } from "node:crypto";
import { MockActivityEnvironment } from "@temporalio/testing";
import Docker from "dockerode";
import { createAgentContainerActivities } from "../../../activities/containers/agent-container.ts";
import {
  createReconcileFleetActivities,
  REMOVALS_PER_PASS,
  type ReconcileReport,
} from "../../../activities/containers/reconcile-fleet.ts";
import { createDockerRuntime } from "../../../adapters/docker/docker-runtime.ts";
import { agentContainerWorkflowId, ENGINE_LABELS, volumeNameOf } from "../../../contracts/containers/agent-container.ts";
import type { ContainerRuntime } from "../../../contracts/containers/container-runtime.ts";
import { humanTenant, type Tenant } from "../../../contracts/core/tenant.ts";
import { findContainer, setPhase } from "../../../db/containers/containers.ts";
import { askFor, intend } from "../../support/containers/container-intents.ts";
import { commonTruth, createContainerWorld, type ContainerWorld } from "../../support/containers/container-world.ts";
import { removeInstallation, runInside } from "../../support/containers/engine.ts";
import { addPerson } from "../../support/people/people.ts";
import { backUpContainers } from "../../support/containers/tenant-backup.ts";
import { plainProbe } from "../../support/containers/plain-probe.ts";
import { makeTinyImage, type TinyImage } from "../../support/core/tiny-image.ts";
import { waitFor } from "../../support/core/wait-for.ts";

const PATIENCE_MS = 120_000;
const LATER_MS = 120_000;
/** Workflows find out for themselves when they look. */
const LOOK_EVERY_MS = 5_000;
const NOTHING: ReconcileReport = { adopted: 0, putToSleep: 0, started: 0, told: 0, removed: 0, postponed: 0, failed: 0 };
const ADMIN = { by: "an-admin", reason: givenReason("A test.") };
const MEMORY_FILE = "/home/node/.openclaw/memory.txt";

const docker = new Docker();
const elsewhere = randomUUID();
/** Removed in the end: what this file made by hand and nobody may remove. */
const handmade = { containers: new Set<string>(), volumes: new Set<string>(), networks: new Set<string>() };
let world: ContainerWorld;
let image: TinyImage;
let runtime: ContainerRuntime;

beforeAll(async () => {
  world = await createContainerWorld();
  image = await makeTinyImage("fault-drift");
  runtime = createDockerRuntime({ installation: world.installation, dockerHost: null, host: "local" });
  await runtime.ensureNetwork(null);
  await world.work(
    createAgentContainerActivities({ ...world.deps(runtime, image.tag, plainProbe), lookEveryMs: LOOK_EVERY_MS }),
  );
}, 300_000);

afterAll(async () => {
  await world.end();
  for (const id of handmade.containers) await docker.getContainer(id).remove({ force: true });
  for (const name of handmade.volumes) await docker.getVolume(name).remove({ force: true });
  for (const id of handmade.networks) await docker.getNetwork(id).remove();
  await removeInstallation(world.installation);
  await image.remove();
}, 240_000);

beforeEach(async () => await world.database.setClockOffset(0));

const newTenant = (): Tenant => humanTenant(randomUUID());
const ours = (tenant: Tenant) => ({
  [ENGINE_LABELS.installation]: world.installation,
  [ENGINE_LABELS.tenant]: tenant,
});

async function makeContainer(labels: Record<string, string>, name = `by-hand-${randomUUID()}`): Promise<string> {
  const { id } = await docker.createContainer({ name, Image: image.tag, Labels: labels, HostConfig: { NetworkMode: "none" } });
  handmade.containers.add(id);
  await docker.getContainer(id).start();
  return id;
}

async function makeVolume(labels: Record<string, string>, name = `by-hand-${randomUUID()}`): Promise<string> {
  await docker.createVolume({ Name: name, Labels: labels });
  handmade.volumes.add(name);
  return name;
}

async function makeNetwork(labels: Record<string, string>): Promise<string> {
  const { id } = await docker.createNetwork({ Name: `by-hand-${randomUUID()}`, Labels: labels, Internal: true });
  handmade.networks.add(id);
  return id;
}

async function isThere(id: string): Promise<boolean> {
  const found = await docker.listContainers({ all: true, filters: { id: [id] } });
  return found.length > 0;
}

async function pass(): Promise<ReconcileReport> {
  const { repairDrift } = createReconcileFleetActivities({ ...world, runtime });
  return await new MockActivityEnvironment().run(repairDrift);
}
const laterPass = async (): Promise<ReconcileReport> => {
  await world.database.setClockOffset(LATER_MS);
  return await pass();
};

async function auditedRemovals(ids: readonly string[]): Promise<string[]> {
  const rows = await world.database.asOwner<{ id: string }>(
    "SELECT target_id AS id FROM mosaic.audit_events WHERE action = 'container.remove_orphan' AND target_id = ANY($1)",
    [ids],
  );
  return rows.map(({ id }) => id);
}

describe("what was made by hand", () => {
  test("stays, unless it is a container with our label and a tenant that no row wants", async () => {
    const tenant = newTenant();
    const stays = [
      await makeContainer({}),
      await makeContainer({ [ENGINE_LABELS.tenant]: tenant }),
      await makeContainer({ ...ours(tenant), [ENGINE_LABELS.installation]: elsewhere }, volumeNameOf(newTenant())),
      await makeContainer({ [ENGINE_LABELS.installation]: world.installation }),
      await makeContainer({ ...ours(tenant), [ENGINE_LABELS.tenant]: "not a tenant" }),
    ];
    const orphan = await makeContainer(ours(tenant));
    const volumes = [
      await makeVolume(ours(tenant), volumeNameOf(tenant)),
      await makeVolume({}),
      await makeVolume({ ...ours(tenant), [ENGINE_LABELS.installation]: elsewhere }),
    ];
    const networks = [await makeNetwork(ours(tenant)), await makeNetwork({})];

    expect(await laterPass()).toEqual({ ...NOTHING, removed: 1 });
    expect(await laterPass()).toEqual(NOTHING);

    expect(await isThere(orphan)).toBe(false);
    handmade.containers.delete(orphan);
    expect(await Promise.all(stays.map(isThere))).toEqual(stays.map(() => true));
    for (const name of volumes) expect(await docker.getVolume(name).inspect()).toMatchObject({ Name: name });
    for (const id of networks) expect(await docker.getNetwork(id).inspect()).toMatchObject({ Id: id });
    expect(await auditedRemovals([orphan, ...stays])).toEqual([orphan]);
  });

  test("stays while it is young, for it may just be starting", async () => {
    const orphan = await makeContainer(ours(newTenant()));
    expect(await pass()).toEqual(NOTHING);
    expect(await isThere(orphan)).toBe(true);
    expect(await laterPass()).toEqual({ ...NOTHING, removed: 1 });
    handmade.containers.delete(orphan);
  });

  test("goes a few at a time, each with an audit row", async () => {
    const orphans: string[] = [];
    for (let index = 0; index < REMOVALS_PER_PASS + 2; index += 1) orphans.push(await makeContainer(ours(newTenant())));
    expect(await laterPass()).toEqual({ ...NOTHING, removed: REMOVALS_PER_PASS, postponed: 2 });
    expect(await auditedRemovals(orphans)).toHaveLength(REMOVALS_PER_PASS);
    expect(await laterPass()).toEqual({ ...NOTHING, removed: 2 });
    expect((await auditedRemovals(orphans)).toSorted()).toEqual(orphans.toSorted());
    for (const id of orphans) handmade.containers.delete(id);
  });
});

describe("a database that was restored from a backup", () => {
  /** One tenant for each way in which a backup can be older than what runs. */
  interface Fleet {
    /** Slept in the backup, runs now. */
    readonly slept: Tenant;
    /** Ran in the backup, and runs now as a later start. */
    readonly restarted: Tenant;
    /** Is not in the backup, runs now. */
    readonly unknown: Tenant;
    /** Ran in the backup, sleeps now. */
    readonly stopped: Tenant;
    /** Was starting in the backup; that same start is what runs. */
    readonly halfway: Tenant;
    /** As it was. */
    readonly same: Tenant;
  }
  let fleet: Fleet;
  let kept: string;

  const tenants = (): Tenant[] => Object.values(fleet);
  const truthOf = (tenant: Tenant) => commonTruth(world, runtime, tenant);
  const idOf = async (tenant: Tenant): Promise<string> => (await runtime.findByTenant(tenant))[0]?.engineContainerId ?? "";

  async function becomes(tenant: Tenant, truth: "running" | "asleep"): Promise<void> {
    await waitFor(async () => (await truthOf(tenant)) === truth, {
      timeoutMs: PATIENCE_MS,
      what: `row, engine and workflow of ${tenant} say ${truth}`,
    });
  }
  async function bringUp(tenant: Tenant): Promise<void> {
    await world.containers.ensureRunning(tenant);
    await becomes(tenant, "running");
  }
  async function putToSleep(tenant: Tenant): Promise<void> {
    await askFor(world, tenant, { kind: "stop", ...ADMIN });
    await becomes(tenant, "asleep");
  }
  const write = (id: string, text: string) =>
    runInside(id, ["node", "-e", `require("fs").writeFileSync("${MEMORY_FILE}", "${text}")`]);
  const read = (id: string) =>
    runInside(id, ["node", "-e", `console.log(require("fs").readFileSync("${MEMORY_FILE}", "utf8"))`]);

  /** Takes the backup in the middle of a fleet's life. Gives what restores it. */
  async function live(): Promise<() => Promise<void>> {
    const [slept, restarted, unknown] = [await addTenant(), await addTenant(), await addTenant()];
    const [stopped, halfway, same] = [await addTenant(), await addTenant(), await addTenant()];
    fleet = { slept, restarted, unknown, stopped, halfway, same };
    await Promise.all([slept, restarted, stopped, halfway, same].map(bringUp));
    await putToSleep(slept);
    kept = await idOf(same);
    const restoreRows = await backUpContainers(world.database, tenants());
    const before = await idOf(restarted);
    await askFor(world, restarted, { kind: "restart", ...ADMIN });
    await waitFor(async () => ![before, ""].includes(await idOf(restarted)), { timeoutMs: PATIENCE_MS, what: "it restarts" });
    await Promise.all([bringUp(slept), bringUp(unknown), becomes(restarted, "running"), putToSleep(stopped)]);
    for (const tenant of [slept, restarted, unknown]) await write(await idOf(tenant), `memory of ${tenant}`);
    return async () => {
      await restoreRows();
      await world.worker.asTenant(halfway, (tx) => setPhase(tx, { phase: "booting", reason: plainReason("booting") }));
    };
  }
  const addTenant = async (): Promise<Tenant> => (await addPerson(world.api)).tenant;

  const volumesStay = async (): Promise<void> => {
    for (const tenant of tenants()) await docker.getVolume(volumeNameOf(tenant)).inspect();
  };
  async function remembersAfterWaking(tenant: Tenant): Promise<void> {
    await bringUp(tenant);
    expect((await read(await idOf(tenant))).trim()).toBe(`memory of ${tenant}`);
  }

  afterEach(async () => {
    for (const tenant of tenants()) {
      const intentId = await intend(world.api, tenant, { kind: "retire", ...ADMIN });
      // Whatever life it is of.
      await world.database.asOwner("UPDATE mosaic.container_intents SET generation = 1000000 WHERE id = $1", [intentId]);
      await world.containers.retire(tenant, intentId);
    }
    for (const tenant of tenants()) {
      const hasEnded = async (): Promise<boolean> => !(await world.containers.isOpen(tenant));
      await waitFor(hasEnded, { timeoutMs: PATIENCE_MS, what: "it is retired" });
    }
  }, 900_000);

  test("while the workflows went on: each finds out for itself, and keeps what the agent remembers", async () => {
    const restore = await live();
    await restore();
    await laterPass();
    await Promise.all([
      ...[becomes(fleet.slept, "running"), becomes(fleet.restarted, "running"), becomes(fleet.unknown, "asleep")],
      ...[becomes(fleet.stopped, "asleep"), becomes(fleet.halfway, "running"), becomes(fleet.same, "running")],
    ]);
    expect(await idOf(fleet.same)).toBe(kept);
    await volumesStay();
    for (const tenant of [fleet.slept, fleet.restarted, fleet.unknown]) await remembersAfterWaking(tenant);
  }, 900_000);

  test("and the workflows: orphans are removed with an audit row, the rest is adopted or started, volumes stay", async () => {
    const restore = await live();
    const orphans = await Promise.all([fleet.slept, fleet.restarted, fleet.unknown].map(idOf));
    for (const tenant of tenants()) {
      const handle = world.environment.client.workflow.getHandle(agentContainerWorkflowId(tenant));
      if (await world.containers.isOpen(tenant)) await handle.terminate("The history was lost.");
    }
    // Afterwards: a workflow that still looks would begin to repair what it finds.
    await restore();
    expect(await laterPass()).toEqual({ ...NOTHING, adopted: 1, putToSleep: 2, started: 1, removed: 3 });
    expect((await auditedRemovals(orphans)).toSorted()).toEqual(orphans.toSorted());
    const run = new Set([fleet.same, fleet.halfway]);
    for (const tenant of tenants()) await becomes(tenant, run.has(tenant) ? "running" : "asleep");
    expect(await idOf(fleet.same)).toBe(kept);
    expect(await world.api.asTenant(fleet.unknown, (tx) => findContainer(tx))).toBeNull();
    await volumesStay();
    expect(await laterPass()).toEqual(NOTHING);
    for (const tenant of [fleet.slept, fleet.restarted, fleet.unknown]) await remembersAfterWaking(tenant);
  }, 900_000);
});
