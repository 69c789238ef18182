// Containers' rows in the states that tests begin with.
import type { Database } from "../../../db/core/database.ts";
import {
  claimStart,
  ensureContainerRow,
  recordStarted,
  setPhase,
  type ClaimedStart,
} from "../../../db/containers/containers.ts";
import { addPerson, type Person } from "../people/people.ts";

export async function personWithContainer(api: Database, worker: Database): Promise<Person> {
  const person = await addPerson(api);
  await worker.asTenant(person.tenant, (tx) => ensureContainerRow(tx));
  return person;
}

/** As after a start: running and ready on the engine "local", as container `c-<startId>`. */
export async function startContainer(worker: Database, person: Person, startId: string): Promise<ClaimedStart> {
  const engine = { host: "local", image: "agent:1", engineContainerId: `c-${startId}`, address: "172.30.0.2" };
  return worker.asTenant(person.tenant, async (tx) => {
    const claim = await claimStart(tx, { startId });
    await recordStarted(tx, { startId, ...engine });
    await setPhase(tx, { phase: "ready", reason: null });
    return claim;
  });
}
