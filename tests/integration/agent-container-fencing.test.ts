// An attempt that the server gave up, because its machine was asleep, wakes and goes on: it must not harm what came after.
import { MockActivityEnvironment } from "@temporalio/testing";
import { createAgentContainerActivities, type AgentContainerActivities } from "../../activities/agent-container.ts";
import type { ContainerRuntime } from "../../contracts/container-runtime.ts";
import type { Database } from "../../db/database.ts";
import { listEvents } from "../../db/repositories/container-events.ts";
import { findContainer, openGatewayToken } from "../../db/repositories/containers.ts";
import { personWithContainer, startContainer } from "../support/containers.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { createFakeEngine } from "../support/fake-engine.ts";
import type { Person } from "../support/people.ts";

const ADMIN = { by: "an-admin", reason: "A test." };
let database: TestDatabase;
let api: Database;
let worker: Database;

beforeAll(async () => {
  database = await createTestDatabase();
  [api, worker] = [await database.openAs("api"), await database.openAs("worker")];
});
afterAll(async () => {
  await database?.drop();
});

/** While the engine removes the container, everything else happens that the attempt sleeps through. */
function activitiesWith(duringRemoval: () => Promise<unknown>): AgentContainerActivities {
  const runtime: ContainerRuntime = { ...createFakeEngine(), stopAndRemove: async () => void (await duringRemoval()) };
  return createAgentContainerActivities({
    ...{ db: worker, runtime, image: "agent:1", internalApiUrl: async () => "http://127.0.0.1:1" },
    probe: { isReady: async () => true, isAlive: async () => true },
    limits: { memoryBytes: 1, cpus: 1, pidsLimit: 1 },
  });
}

const STALE: readonly (readonly [string, (activities: AgentContainerActivities, person: Person) => Promise<unknown>])[] = [
  ["stop", (activities, { tenant }) => activities.stopContainer({ tenant, mode: "requested", actor: ADMIN, stopId: "older" })],
  [
    "repair",
    (activities, { tenant }) =>
      activities.noteFailure({ tenant, startId: "older", cause: "unhealthy", reason: "It hung.", givesUp: false }),
  ],
];

test.each(STALE)("a stale %s leaves row and tokens of the next start alone", async (_what, act) => {
  const person = await personWithContainer(api, worker);
  await startContainer(worker, person, "older");
  let token = "";
  const activities = activitiesWith(async () => {
    token = (await startContainer(worker, person, "newer")).gatewayToken.reveal();
  });
  await new MockActivityEnvironment().run(() => act(activities, person));
  const [row, kept, events] = await worker.asTenant(person.tenant, async (tx) => [
    await findContainer(tx),
    await openGatewayToken(tx),
    await listEvents(tx, 10),
  ]);
  expect(row).toMatchObject({ phase: "ready", startId: "newer", generation: 2 });
  expect(kept?.reveal()).toBe(token);
  expect(events.map((event) => event.cause)).not.toContain("stop_requested");
});
