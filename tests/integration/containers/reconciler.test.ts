// The reconciler's activities against a real Postgres and an engine in memory: rows, engine and workflows converge.
import { givenReason, plainReason } from "../../../contracts/containers/container-reasons.ts";
import { randomUUID } from "node:crypto";
import { MockActivityEnvironment } from "@temporalio/testing";
import { pino } from "pino";
import { createReconcileFleetActivities, REMOVALS_PER_PASS } from "../../../activities/containers/reconcile-fleet.ts";
import { FleetError } from "../../../contracts/core/errors.ts";
import { humanTenant, systemTenant } from "../../../contracts/core/tenant.ts";
import { listEvents } from "../../../db/containers/container-events.ts";
import { openGatewayAccess } from "../../../db/containers/container-secrets.ts";
import {
  claimStart,
  ensureContainerRow,
  findContainer,
  recordStopped,
  setPhase,
  type ClaimedStart,
} from "../../../db/containers/containers.ts";
import { tellContainer } from "../../../db/containers/container-outbox.ts";
import { insertSystemContainer } from "../../../db/containers/system-containers.ts";
import { startAlwaysOn } from "../../../workers/containers/always-on.ts";
import { createFleetBench, type FleetBench } from "../../support/containers/fleet-bench.ts";
import type { Person } from "../../support/people/people.ts";

const LATER_MS = 120_000;
const NOTHING = { adopted: 0, putToSleep: 0, started: 0, told: 0, removed: 0, postponed: 0, failed: 0 };
let bench: FleetBench;

beforeAll(async () => {
  bench = await createFleetBench();
});
beforeEach(async () => await bench.reset());
afterAll(async () => {
  await bench?.database.drop();
});

async function pass() {
  await bench.database.setClockOffset(LATER_MS);
  return await new MockActivityEnvironment().run(createReconcileFleetActivities(bench).repairDrift);
}

const rowOf = (person: Person) => bench.worker.asTenant(person.tenant, (tx) => findContainer(tx));
/** What the audit log tells of a container, e.g. `find_orphan success`. */
async function auditsOf(id: string): Promise<string[]> {
  const rows = await bench.database.asOwner<{ news: string }>(
    `SELECT replace(action, 'container.', '') || ' ' || outcome AS news FROM mosaic.audit_events
      WHERE target_id = $1 ORDER BY occurred_at, action`,
    [id],
  );
  return rows.map(({ news }) => news);
}
const eventsOf = (person: Person) => bench.worker.asTenant(person.tenant, (tx) => listEvents(tx, 10));

test("a fleet in order needs nothing", async () => {
  const person = await bench.readyPerson();
  bench.runtime.put({ engineContainerId: person.id, tenant: person.tenant });
  bench.containers.open.add(person.tenant);
  expect(await pass()).toEqual(NOTHING);
  expect(bench.containers.calls).toEqual([]);
});

test("a row that says running, without container and workflow, is put to sleep and says why", async () => {
  const person = await bench.readyPerson();
  expect(await pass()).toEqual({ ...NOTHING, putToSleep: 1 });
  expect(await rowOf(person)).toMatchObject({ status: "stopped", phase: "asleep", engineContainerId: null, address: null });
  expect(await eventsOf(person)).toMatchObject([{ cause: "drift_repaired", actor: "system" }]);
  expect(await pass()).toEqual(NOTHING);
});

test("a running container that nobody watches gets a workflow and is not restarted", async () => {
  const person = await bench.readyPerson();
  bench.runtime.put({ engineContainerId: person.id, tenant: person.tenant });
  expect(await pass()).toEqual({ ...NOTHING, adopted: 1 });
  expect(bench.containers.calls).toMatchObject([
    {
      method: "adopt",
      argument: { started: { engineContainerId: person.id, generation: 1, host: "local", image: "agent:1" } },
    },
  ]);
  expect(bench.runtime.containers.has(person.id)).toBe(true);
  expect(await pass()).toEqual(NOTHING);
});

test("a workflow that believes in a vanished container is told", async () => {
  const person = await bench.readyPerson();
  bench.containers.open.add(person.tenant);
  expect(await pass()).toEqual({ ...NOTHING, told: 1 });
  expect(bench.containers.calls).toMatchObject([
    { method: "engineObserved", argument: { engineContainerId: person.id, kind: "removed" } },
  ]);
});

test("orphans are removed a few at a time, each with an audit row", async () => {
  const people = await Promise.all(Array.from({ length: REMOVALS_PER_PASS + 2 }, () => bench.readyPerson()));
  for (const person of people) {
    await bench.worker.asTenant(person.tenant, (tx) => recordStopped(tx, { phase: "asleep", reason: null }));
    bench.runtime.put({ engineContainerId: person.id, tenant: person.tenant });
  }
  expect(await pass()).toEqual({ ...NOTHING, removed: REMOVALS_PER_PASS, postponed: 2 });
  expect(bench.runtime.containers.size).toBe(2);
  const audits = await Promise.all(people.map((person) => auditsOf(person.id)));
  expect(audits.filter((news) => news.includes("remove_orphan success"))).toHaveLength(REMOVALS_PER_PASS);
  expect(await pass()).toEqual({ ...NOTHING, removed: 2 });
});

test("a removal that fails is told as it is and once, later repairs are made, and another pass tries it again", async () => {
  const person = await bench.readyPerson();
  await bench.worker.asTenant(person.tenant, (tx) => recordStopped(tx, { phase: "asleep", reason: null }));
  bench.runtime.put({ engineContainerId: person.id, tenant: person.tenant });
  bench.runtime.put({ engineContainerId: "after-it", tenant: humanTenant(randomUUID()) });
  const { removeContainer } = bench.runtime;
  bench.runtime.removeContainer = async (id) => {
    if (id === person.id) throw new FleetError("ENGINE_UNAVAILABLE", "The container engine refused a call with status 500.");
    await removeContainer(id);
  };
  expect(await pass()).toEqual({ ...NOTHING, removed: 1, failed: 1 });
  expect([...bench.runtime.containers.keys()]).toEqual([person.id]);
  expect(await pass()).toEqual({ ...NOTHING, failed: 1 });
  expect(await auditsOf(person.id)).toEqual(["find_orphan success", "remove_orphan failed"]);
  bench.runtime.removeContainer = removeContainer;
  expect(await pass()).toEqual({ ...NOTHING, removed: 1 });
  expect(await auditsOf(person.id)).toEqual(["find_orphan success", "remove_orphan failed", "remove_orphan success"]);
  expect(await eventsOf(person)).toHaveLength(1);
});

test("a container that was made a moment ago stays, whatever its row says", async () => {
  const person = await bench.readyPerson();
  await bench.worker.asTenant(person.tenant, (tx) => recordStopped(tx, { phase: "asleep", reason: null }));
  bench.runtime.put({ engineContainerId: "c-young", tenant: person.tenant, createdAt: new Date(Date.now() + LATER_MS) });
  expect(await pass()).toEqual(NOTHING);
  expect(bench.runtime.containers.has("c-young")).toBe(true);
});

test("a start that is claimed during the repair keeps its tokens", async () => {
  const person = await bench.readyPerson();
  let claimed: ClaimedStart | undefined;
  bench.containers.isOpen = async () => {
    await bench.worker.asTenant(person.tenant, async (tx) => {
      claimed = await claimStart(tx, { startId: "meanwhile" });
      await setPhase(tx, { phase: "creating", reason: null });
    });
    return false;
  };
  expect(await pass()).toEqual(NOTHING);
  const access = await bench.worker.asTenant(person.tenant, (tx) => openGatewayAccess(tx));
  expect(access?.token.reveal()).toBe(claimed?.gatewayToken.reveal());
  expect(await rowOf(person)).toMatchObject({ phase: "creating", startId: "meanwhile" });
});

test("a workflow that the lagging index does not show yet keeps its container", async () => {
  const person = await bench.readyPerson();
  bench.runtime.put({ engineContainerId: person.id, tenant: person.tenant });
  bench.containers.open.add(person.tenant);
  bench.containers.listOpen = async () => new Set();
  expect(await pass()).toEqual(NOTHING);
});

test("a container of this installation without a tenant is left alone", async () => {
  bench.runtime.put({ engineContainerId: "helper", tenant: null });
  expect(await pass()).toEqual(NOTHING);
  expect(bench.runtime.containers.has("helper")).toBe(true);
});

test("an enabled system agent without a workflow is started, a disabled one is not", async () => {
  for (const name of ["monitor", "retired-monitor"]) {
    const agent = { name, displayName: name, role: "monitor", createdBy: "test" } as const;
    await bench.api.globally((tx) => insertSystemContainer(tx, agent));
  }
  await bench.database.asOwner("UPDATE mosaic.system_containers SET is_enabled = false WHERE name = 'retired-monitor'");
  expect(await pass()).toEqual({ ...NOTHING, started: 1 });
  expect(bench.containers.calls).toEqual([{ method: "ensureRunning", tenant: systemTenant("monitor") }]);
});

test("a system agent that people stopped sleeps until somebody wants it, and does not come back by itself", async () => {
  const tenant = systemTenant("monitor");
  const agent = { name: "monitor", displayName: "Monitor", role: "monitor", createdBy: "test" } as const;
  await bench.api.globally((tx) => insertSystemContainer(tx, agent));
  await bench.worker.asTenant(tenant, async (tx) => {
    await ensureContainerRow(tx);
    await recordStopped(tx, { phase: "asleep", reason: givenReason("Maintenance.") });
  });
  expect(await pass()).toEqual(NOTHING);
  await startAlwaysOn({ ...bench, log: pino({ level: "silent" }) });
  expect(bench.containers.calls).toEqual([]);
  await bench.worker.asTenant(tenant, (tx) => setPhase(tx, { phase: "failed", reason: plainReason("gave_up") }));
  await startAlwaysOn({ ...bench, log: pino({ level: "silent" }) });
  expect(bench.containers.calls).toEqual([{ method: "ensureRunning", tenant }]);
});

test("what was kept long enough is deleted", async () => {
  const message = { topic: "container.ensure-running" } as const;
  await bench.api.asTenant(systemTenant("monitor"), (tx) => tellContainer(tx, message));
  await bench.database.asOwner("UPDATE mosaic.outbox SET sent_at = now() - interval '8 days'");
  const { purgeExpired } = createReconcileFleetActivities(bench);
  expect(await purgeExpired()).toEqual({ outboxRows: 1 });
  expect(await purgeExpired()).toEqual({ outboxRows: 0 });
});
