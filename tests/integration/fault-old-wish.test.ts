// A database that was restored from a backup, its outbox included: what had been delivered is delivered again.
import { pino } from "pino";
import { createAgentContainerActivities } from "../../activities/agent-container.ts";
import { createDockerRuntime } from "../../adapters/docker-runtime.ts";
import { engineName } from "../../contracts/agent-container.ts";
import type { ContainerRuntime } from "../../contracts/container-runtime.ts";
import type { Tenant } from "../../contracts/tenant.ts";
import { listEvents } from "../../db/repositories/container-events.ts";
import { findContainer, readGeneration } from "../../db/repositories/containers.ts";
import { addOutbox } from "../../db/repositories/outbox.ts";
import { relayAll } from "../../workers/outbox-relay.ts";
import { createContainerWorld, type ContainerWorld } from "../support/container-world.ts";
import { removeInstallation, runInside } from "../support/engine.ts";
import { addPerson } from "../support/people.ts";
import { recordDeactivations } from "../support/recording-deactivations.ts";
import { recordLeases } from "../support/recording-leases.ts";
import { backUpContainers } from "../support/tenant-backup.ts";
import { makeTinyImage, type TinyImage } from "../support/tiny-image.ts";
import { waitFor } from "../support/wait-for.ts";

const PATIENCE_MS = 120_000;
const OWNER = { by: "its-owner", reason: "Its owner deleted it." };
const MEMORY_FILE = "/home/node/.openclaw/memory.txt";

let world: ContainerWorld;
let image: TinyImage;
let runtime: ContainerRuntime;

beforeAll(async () => {
  world = await createContainerWorld();
  image = await makeTinyImage("fault-old-wish");
  runtime = createDockerRuntime({ installation: world.installation, dockerHost: null, host: "local" });
  await runtime.ensureNetwork(null);
  await world.work(createAgentContainerActivities(world.deps(runtime, image.tag)));
}, 300_000);
afterAll(async () => {
  await world.end();
  await removeInstallation(world.installation);
  await image.remove();
}, 240_000);

const rowOf = (tenant: Tenant) => world.api.asTenant(tenant, (tx) => findContainer(tx));
const volumeOf = (tenant: Tenant) => runtime.volumeGeneration(tenant, engineName(tenant));

/** As the route does it. */
async function askForRemoval(tenant: Tenant): Promise<void> {
  await world.api.asTenant(tenant, async (tx) =>
    addOutbox(tx, { topic: "container.retire", actor: OWNER, generation: await readGeneration(tx) }),
  );
}

/** Until all of it is delivered. */
async function relay(): Promise<void> {
  const others = { leases: recordLeases(), deactivations: recordDeactivations(), log: pino({ level: "silent" }) };
  const isDelivered = async (): Promise<boolean> => {
    await relayAll({ ...world, ...others }, new AbortController().signal);
    return (await world.database.asOwner("SELECT 1 FROM mosaic.outbox WHERE sent_at IS NULL LIMIT 1")).length === 0;
  };
  await waitFor(isDelivered, { timeoutMs: PATIENCE_MS, what: "nothing is left to deliver" });
}

async function ends(tenant: Tenant): Promise<void> {
  const hasEnded = async (): Promise<boolean> => !(await world.containers.isOpen(tenant));
  await waitFor(hasEnded, { timeoutMs: PATIENCE_MS, what: "its workflow has ended" });
}

async function live(tenant: Tenant): Promise<void> {
  await world.containers.ensureRunning(tenant);
  await waitFor(async () => (await rowOf(tenant))?.phase === "ready", { timeoutMs: PATIENCE_MS, what: "it runs" });
}

/** Gives what the script printed. */
async function inside(tenant: Tenant, script: string): Promise<string> {
  const [container] = await runtime.findByTenant(tenant);
  return (await runInside(container?.engineContainerId ?? "", ["node", "-e", script])).trim();
}

async function liveAndSleep(tenant: Tenant): Promise<void> {
  await live(tenant);
  await world.containers.stop(tenant, OWNER);
  await ends(tenant);
}

/** Of the moment at which the removal was asked for and not delivered yet. Gives what restores it. */
async function takeBackup(tenant: Tenant): Promise<() => Promise<void>> {
  const restoreRows = await backUpContainers(world.database, [tenant]);
  return async () => {
    await restoreRows();
    await world.database.asOwner(
      "UPDATE mosaic.outbox SET sent_at = NULL, attempts = 0, next_attempt_at = created_at WHERE tenant = $1",
      [tenant],
    );
  };
}

/** Lived, was removed for good, lives again; then the backup brings the wish to remove it back. */
async function restoredOldWish(again: (tenant: Tenant) => Promise<void>): Promise<Tenant> {
  const { tenant } = await addPerson(world.api);
  await liveAndSleep(tenant);
  await askForRemoval(tenant);
  const restore = await takeBackup(tenant);
  await relay();
  await ends(tenant);
  expect(await volumeOf(tenant)).toBeNull();
  await again(tenant);
  expect(await volumeOf(tenant)).toBe(2);
  await restore();
  await relay();
  return tenant;
}

test("an old wish to remove an agent keeps the memory of its later life and says so; asked again, it is removed", async () => {
  const tenant = await restoredOldWish(liveAndSleep);
  await ends(tenant);
  expect(await volumeOf(tenant)).toBe(2);
  const [event] = await world.api.asTenant(tenant, (tx) => listEvents(tx, 1));
  expect(event).toMatchObject({ cause: "drift_repaired", reason: expect.stringContaining("its memory is newer") });
  await askForRemoval(tenant);
  await relay();
  await ends(tenant);
  expect(await volumeOf(tenant)).toBeNull();
  expect(await rowOf(tenant)).toBeNull();
}, 480_000);

test("an agent that runs in its later life is not stopped for good by it, and can still be removed later", async () => {
  const tenant = await restoredOldWish(async (reborn) => {
    await live(reborn);
    await inside(reborn, `require("fs").writeFileSync("${MEMORY_FILE}", "of its later life")`);
  });
  await live(tenant);
  expect(await inside(tenant, `console.log(require("fs").readFileSync("${MEMORY_FILE}", "utf8"))`)).toBe("of its later life");
  await askForRemoval(tenant);
  await relay();
  await ends(tenant);
  expect(await runtime.findByTenant(tenant)).toEqual([]);
  expect(await volumeOf(tenant)).toBeNull();
}, 480_000);
