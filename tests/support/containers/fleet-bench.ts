// What watches and repairs a fleet, under test: a real Postgres, an engine in memory, and a client that writes down.
import type { Database } from "../../../db/core/database.ts";
import { personWithContainer, startContainer } from "./containers.ts";
import { createTestDatabase, type TestDatabase } from "../core/database.ts";
import { createFakeEngine, type FakeEngine } from "./fake-engine.ts";
import type { Person } from "../people/people.ts";
import { recordContainers, type RecordingContainers } from "./recording-containers.ts";

const TABLES = ["agent_containers", "system_containers", "engines"];

export interface FleetBench {
  readonly database: TestDatabase;
  readonly api: Database;
  readonly worker: Database;
  readonly fleet: Database;
  runtime: FakeEngine;
  containers: RecordingContainers;
  /** Before each test: no rows, an empty engine, no open workflow. */
  reset(): Promise<void>;
  /** A person whose row says ready, as container `id`; whether it runs and is watched is the test's affair. */
  readyPerson(): Promise<Person & { readonly id: string }>;
}

export async function createFleetBench(): Promise<FleetBench> {
  const database = await createTestDatabase();
  const [api, worker, fleet] = [await database.openAs("api"), await database.openAs("worker"), await database.openAs("fleet")];
  let starts = 0;
  const bench: FleetBench = {
    ...{ database, api, worker, fleet, runtime: createFakeEngine(), containers: recordContainers() },
    async reset() {
      await database.setClockOffset(0);
      for (const table of TABLES) await database.asOwner(`DELETE FROM mosaic.${table}`);
      bench.runtime = createFakeEngine();
      bench.containers = recordContainers();
    },
    async readyPerson() {
      const person = await personWithContainer(api, worker);
      const startId = `bench-${(starts += 1)}`;
      await startContainer(worker, person, startId);
      return { ...person, id: `c-${startId}` };
    },
  };
  return bench;
}
