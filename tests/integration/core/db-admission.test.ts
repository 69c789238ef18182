// The hot path: a chat's admission in one round trip, and how it meets the idle stop in SQL.
import { admitChat, touchActivity } from "../../../db/core/admission.ts";
import { insertApiKey } from "../../../db/keys/api-keys.ts";
import { beginIdleStop, findContainer } from "../../../db/containers/containers.ts";
import { insertProvider } from "../../../db/providers/providers.ts";
import { personWithContainer, startContainer } from "../../support/containers/containers.ts";
import { addPerson, providerInput, type Person } from "../../support/people/people.ts";
import { waitFor } from "../../support/core/wait-for.ts";
import { useDatabase, useService } from "../../support/core/database.ts";

const MINUTE_MS = 60_000;
const database = useDatabase();
const api = useService(database, "api");
const worker = useService(database, "worker");

afterEach(async () => {
  await database.setClockOffset(0);
});

async function keyOf(person: Person) {
  const { row, apiKey } = await api.asTenant(person.tenant, (tx) =>
    insertApiKey(tx, { userId: person.userId, name: "key", scopes: ["chat:send"], expiresAt: null }),
  );
  return { carrier: "key", keyId: row.keyId, hashes: api.tokens.candidates(apiKey) } as const;
}
const stopIdle = (person: Person) => worker.asTenant(person.tenant, (tx) => beginIdleStop(tx, 30));

test("a container that was used lately is not stopped; one that was not is, and is no longer admitted to", async () => {
  const person = await personWithContainer(api, worker);
  const key = await keyOf(person);
  await startContainer(worker, person, "a");
  await database.setClockOffset(29 * MINUTE_MS);
  expect(await stopIdle(person)).toBe(false);
  await database.setClockOffset(31 * MINUTE_MS);
  expect(await stopIdle(person)).toBe(true);
  expect(await admitChat(api, key)).toMatchObject({ status: "stopped", phase: "stopping" });
  expect(await stopIdle(person)).toBe(false);
});

test("an admission hands out everything for the way to the container, and keeps it awake", async () => {
  const person = await personWithContainer(api, worker);
  const key = await keyOf(person);
  const claim = await startContainer(worker, person, "a");
  await database.setClockOffset(31 * MINUTE_MS);
  const admission = await admitChat(api, key);
  expect(admission).toMatchObject({
    ...{ userId: person.userId, name: person.username, systemRole: "member", tenant: person.tenant, scopes: ["chat:send"] },
    ...{ status: "running", phase: "ready", address: "172.30.0.2", generation: 1, hasUsableProvider: false },
  });
  expect(admission?.gateway?.token.reveal()).toBe(claim.gatewayToken.reveal());
  expect(await stopIdle(person)).toBe(false);
});

test("activity younger than 30 s is not written again", async () => {
  const person = await personWithContainer(api, worker);
  const key = await keyOf(person);
  await startContainer(worker, person, "a");
  const activity = async () => (await api.asTenant(person.tenant, (tx) => findContainer(tx)))?.lastActivityAt?.getTime();
  const before = await activity();
  await admitChat(api, key);
  expect(await activity()).toBe(before);
  await database.setClockOffset(MINUTE_MS);
  await admitChat(api, key);
  expect(await activity()).toBeGreaterThan(before ?? Infinity);
});

test("an admission that meets an uncommitted idle stop waits for it and is told of the stop", async () => {
  const person = await personWithContainer(api, worker);
  const key = await keyOf(person);
  await startContainer(worker, person, "a");
  await database.setClockOffset(31 * MINUTE_MS);
  let admission: ReturnType<typeof admitChat> | undefined;
  await worker.asTenant(person.tenant, async (tx) => {
    expect(await beginIdleStop(tx, 30)).toBe(true);
    admission = admitChat(api, key);
    await waitFor(async () => (await blockedStatements()) > 0, { timeoutMs: 50_000, what: "the admission waits for the row" });
  });
  expect(await admission).toMatchObject({ phase: "stopping", status: "stopped" });
});

test("of 40 races between idle stop and admission none admits to a stopped container", async () => {
  const person = await personWithContainer(api, worker);
  const key = await keyOf(person);
  for (let round = 0; round < 40; round += 1) {
    await startContainer(worker, person, `r${round}`);
    await database.asOwner(
      "UPDATE mosaic.agent_containers SET last_activity_at = mosaic.now() - interval '31 minutes' WHERE tenant = $1",
      [person.tenant],
    );
    const [admission, stopped] = await Promise.all([admitChat(api, key), stopIdle(person)]);
    expect(admission?.phase === "ready").toBe(!stopped);
  }
});

async function blockedStatements(): Promise<number> {
  const [row] = await database.asOwner<{ n: number }>(
    "SELECT count(*)::int AS n FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'",
  );
  return row?.n ?? 0;
}

test("open streams keep their containers awake in one statement", async () => {
  const [anna, bert] = [await personWithContainer(api, worker), await personWithContainer(api, worker)];
  for (const person of [anna, bert]) await startContainer(worker, person, "a");
  await database.setClockOffset(31 * MINUTE_MS);
  await touchActivity(api, [anna.tenant]);
  expect([await stopIdle(anna), await stopIdle(bert)]).toEqual([false, true]);
});

test("whether a usable provider exists comes with the admission", async () => {
  const person = await addPerson(api);
  const key = await keyOf(person);
  await api.asTenant(person.tenant, (tx) => insertProvider(tx, providerInput({ name: "empty", models: [] })));
  await api.asTenant(person.tenant, (tx) => insertProvider(tx, providerInput({ name: "off", isActive: false })));
  expect(await admitChat(api, key)).toMatchObject({ containerId: null, gateway: null, hasUsableProvider: false });
  await api.asTenant(person.tenant, (tx) => insertProvider(tx, providerInput({ name: "on" })));
  expect(await admitChat(api, key)).toMatchObject({ hasUsableProvider: true });
});
