// The reconciler's activities against a real Postgres and an engine in memory: rows, engine and workflows converge.
import { createReconcileFleetActivities, REMOVALS_PER_PASS } from "../../activities/reconcile-fleet.ts";
import { systemTenant } from "../../contracts/tenant.ts";
import type { Database } from "../../db/database.ts";
import { listEvents } from "../../db/repositories/container-events.ts";
import { findContainer, recordStopped } from "../../db/repositories/containers.ts";
import { addOutbox } from "../../db/repositories/outbox.ts";
import { insertSystemContainer } from "../../db/repositories/system-containers.ts";
import { personWithContainer, startContainer } from "../support/containers.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { createFakeEngine, type FakeEngine } from "../support/fake-engine.ts";
import type { Person } from "../support/people.ts";
import { recordContainers, type RecordingContainers } from "../support/recording-containers.ts";

const LATER_MS = 120_000;
const NOTHING = { adopted: 0, putToSleep: 0, started: 0, told: 0, removed: 0, postponed: 0 };
let database: TestDatabase;
let api: Database;
let worker: Database;
let fleet: Database;
let runtime: FakeEngine;
let containers: RecordingContainers;
let starts = 0;

beforeAll(async () => {
  database = await createTestDatabase();
  api = await database.openAs("api");
  worker = await database.openAs("worker");
  fleet = await database.openAs("fleet");
});

beforeEach(async () => {
  await database.setClockOffset(0);
  for (const table of ["agent_containers", "system_containers"]) await database.asOwner(`DELETE FROM mosaic.${table}`);
  runtime = createFakeEngine();
  containers = recordContainers();
});

afterAll(async () => {
  await database?.drop();
});

/** A person whose container is ready in the row; whether it runs and is watched is the test's affair. */
async function readyPerson(): Promise<Person & { readonly id: string }> {
  const person = await personWithContainer(api, worker);
  const startId = `reconcile-${(starts += 1)}`;
  await startContainer(worker, person, startId);
  return { ...person, id: `c-${startId}` };
}

async function pass() {
  await database.setClockOffset(LATER_MS);
  return await createReconcileFleetActivities({ fleet, worker, runtime, containers }).repairDrift();
}

const rowOf = (person: Person) => worker.asTenant(person.tenant, (tx) => findContainer(tx));
const eventsOf = (person: Person) => worker.asTenant(person.tenant, (tx) => listEvents(tx, 10));

test("a fleet in order needs nothing", async () => {
  const person = await readyPerson();
  runtime.put({ engineContainerId: person.id, tenant: person.tenant });
  containers.open.add(person.tenant);
  expect(await pass()).toEqual(NOTHING);
  expect(containers.calls).toEqual([]);
});

test("a row that says running, without container and workflow, is put to sleep and says why", async () => {
  const person = await readyPerson();
  expect(await pass()).toEqual({ ...NOTHING, putToSleep: 1 });
  expect(await rowOf(person)).toMatchObject({ status: "stopped", phase: "asleep", engineContainerId: null, address: null });
  expect(await eventsOf(person)).toMatchObject([{ cause: "drift_repaired", actor: "system" }]);
  expect(await pass()).toEqual(NOTHING);
});

test("a running container that nobody watches gets a workflow and is not restarted", async () => {
  const person = await readyPerson();
  runtime.put({ engineContainerId: person.id, tenant: person.tenant });
  expect(await pass()).toEqual({ ...NOTHING, adopted: 1 });
  expect(containers.calls).toMatchObject([
    {
      method: "adopt",
      argument: { started: { engineContainerId: person.id, generation: 1, host: "local", image: "agent:1" } },
    },
  ]);
  expect(runtime.containers.has(person.id)).toBe(true);
  expect(await pass()).toEqual(NOTHING);
});

test("a workflow that believes in a vanished container is told", async () => {
  const person = await readyPerson();
  containers.open.add(person.tenant);
  expect(await pass()).toEqual({ ...NOTHING, told: 1 });
  expect(containers.calls).toMatchObject([
    { method: "engineObserved", argument: { engineContainerId: person.id, kind: "removed" } },
  ]);
});

test("orphans are removed a few at a time, each with an audit row", async () => {
  const people = await Promise.all(Array.from({ length: REMOVALS_PER_PASS + 2 }, () => readyPerson()));
  for (const person of people) {
    await worker.asTenant(person.tenant, (tx) => recordStopped(tx, { phase: "asleep", reason: "" }));
    runtime.put({ engineContainerId: person.id, tenant: person.tenant });
  }
  expect(await pass()).toEqual({ ...NOTHING, removed: REMOVALS_PER_PASS, postponed: 2 });
  expect(runtime.containers.size).toBe(2);
  const audits = await database.asOwner("SELECT 1 FROM mosaic.audit_events WHERE action = 'container.remove_orphan'");
  expect(audits).toHaveLength(REMOVALS_PER_PASS);
  expect(await pass()).toEqual({ ...NOTHING, removed: 2 });
});

test("a workflow that the lagging index does not show yet keeps its container", async () => {
  const person = await readyPerson();
  runtime.put({ engineContainerId: person.id, tenant: person.tenant });
  containers.open.add(person.tenant);
  containers.listOpen = async () => new Set();
  expect(await pass()).toEqual(NOTHING);
});

test("a container of this installation without a tenant is left alone", async () => {
  runtime.put({ engineContainerId: "helper", tenant: null });
  expect(await pass()).toEqual(NOTHING);
  expect(runtime.containers.has("helper")).toBe(true);
});

test("an enabled system agent without a workflow is started, a disabled one is not", async () => {
  for (const name of ["monitor", "retired-monitor"]) {
    const agent = { name, displayName: name, role: "monitor", createdBy: "test" } as const;
    await api.globally((tx) => insertSystemContainer(tx, agent));
  }
  await database.asOwner("UPDATE mosaic.system_containers SET is_enabled = false WHERE name = 'retired-monitor'");
  expect(await pass()).toEqual({ ...NOTHING, started: 1 });
  expect(containers.calls).toEqual([{ method: "ensureRunning", tenant: systemTenant("monitor") }]);
});

test("what was kept long enough is deleted", async () => {
  const message = { topic: "container.ensure-running" } as const;
  await api.asTenant(systemTenant("monitor"), (tx) => addOutbox(tx, message));
  await database.asOwner("UPDATE mosaic.outbox SET sent_at = now() - interval '8 days'");
  const { purgeExpired } = createReconcileFleetActivities({ fleet, worker, runtime, containers });
  expect(await purgeExpired()).toEqual({ outboxRows: 1 });
  expect(await purgeExpired()).toEqual({ outboxRows: 0 });
});
