// A database that was restored from a backup, its outbox included: what had been delivered is delivered again.
import { givenReason, plainReason } from "../../../contracts/containers/container-reasons.ts";
import { pino } from "pino";
import { volumeNameOf } from "../../../contracts/containers/agent-container.ts";
import type { Tenant } from "../../../contracts/core/tenant.ts";
import { listEvents } from "../../../db/containers/container-events.ts";
import { askContainer } from "../../../db/containers/container-intents.ts";
import { relayAll } from "../../../workers/outbox-relay.ts";
import { outboxTopics } from "../../../workers/outbox-topics.ts";
import { askFor } from "../../support/containers/container-intents.ts";
import { useTinyAgents } from "../../support/containers/tiny-agents.ts";
import { runInside } from "../../support/containers/engine.ts";
import { addPerson } from "../../support/people/people.ts";
import { recordAgentKeys } from "../../support/agents/recording-agent-keys.ts";
import { recordDeactivations } from "../../support/people/recording-deactivations.ts";
import { recordLeases } from "../../support/leases/recording-leases.ts";
import { backUpContainers } from "../../support/containers/tenant-backup.ts";

const OWNER = { by: "its-owner", reason: givenReason("Its owner deleted it.") };
const MEMORY_FILE = "/home/node/.openclaw/memory.txt";

const world = useTinyAgents("fault-old-request");

const volumeOf = (tenant: Tenant) => world.runtime.volumeGeneration(tenant, volumeNameOf(tenant));

/** As the route does it. */
async function askForRemoval(tenant: Tenant): Promise<void> {
  await world.api.asTenant(tenant, async (tx) => askContainer(tx, { kind: "retire", ...OWNER }));
}

/** Until all of it is delivered. */
async function relay(): Promise<void> {
  const log = pino({ level: "silent" });
  const topics = outboxTopics({
    ...world,
    leases: recordLeases(),
    deactivations: recordDeactivations(),
    agentKeys: recordAgentKeys(),
    log,
  });
  const isDelivered = async (): Promise<boolean> => {
    await relayAll({ fleet: world.fleet, topics, log }, new AbortController().signal);
    return (await world.database.asOwner("SELECT 1 FROM mosaic.outbox WHERE sent_at IS NULL LIMIT 1")).length === 0;
  };
  await world.until("nothing is left to deliver", isDelivered);
}

/** Gives what the script printed. */
async function inside(tenant: Tenant, script: string): Promise<string> {
  const [container] = await world.runtime.findByTenant(tenant);
  return (await runInside(container?.engineContainerId ?? "", ["node", "-e", script])).trim();
}

async function liveAndSleep(tenant: Tenant): Promise<void> {
  await world.wake(tenant);
  await askFor(world, tenant, { kind: "stop", ...OWNER });
  await world.hasEnded(tenant);
}

/** A backup from when the removal was requested but not delivered yet. Returns the function that restores it. */
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

/** Lived, was removed for good, lives again; then the backup brings the request to remove it back. */
async function restoredOldRequest(again: (tenant: Tenant) => Promise<void>): Promise<Tenant> {
  const { tenant } = await addPerson(world.api);
  await liveAndSleep(tenant);
  await askForRemoval(tenant);
  const restore = await takeBackup(tenant);
  await relay();
  await world.hasEnded(tenant);
  expect(await volumeOf(tenant)).toBeNull();
  await again(tenant);
  expect(await volumeOf(tenant)).toBe(2);
  await restore();
  await relay();
  return tenant;
}

test("an old request to remove an agent keeps the memory of its later life and says so; asked again, it is removed", async () => {
  const tenant = await restoredOldRequest(liveAndSleep);
  await world.hasEnded(tenant);
  expect(await volumeOf(tenant)).toBe(2);
  const [event] = await world.api.asTenant(tenant, (tx) => listEvents(tx, 1));
  expect(event).toMatchObject({ cause: "drift_repaired", reason: plainReason("memory_newer") });
  await askForRemoval(tenant);
  await relay();
  await world.hasEnded(tenant);
  expect(await volumeOf(tenant)).toBeNull();
  expect(await world.rowOf(tenant)).toBeNull();
}, 480_000);

test("an agent that runs in its later life is not stopped for good by it, and can still be removed later", async () => {
  const tenant = await restoredOldRequest(async (reborn) => {
    await world.wake(reborn);
    await inside(reborn, `require("fs").writeFileSync("${MEMORY_FILE}", "of its later life")`);
  });
  await world.wake(tenant);
  expect(await inside(tenant, `console.log(require("fs").readFileSync("${MEMORY_FILE}", "utf8"))`)).toBe("of its later life");
  await askForRemoval(tenant);
  await relay();
  await world.hasEnded(tenant);
  expect(await world.runtime.findByTenant(tenant)).toEqual([]);
  expect(await volumeOf(tenant)).toBeNull();
}, 480_000);
