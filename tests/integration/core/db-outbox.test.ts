// The outbox: in order per tenant, one relay per tenant at a time, nothing lost, nothing twice without need.
import { randomUUID } from "node:crypto";
import { systemTenant, type Tenant } from "../../../contracts/core/tenant.ts";
import type { OutboxMessage } from "../../../contracts/core/outbox.ts";
import { addOutbox, markFailed, markSent, purgeSentOutbox, takeBatch } from "../../../db/core/outbox.ts";
import { waitFor } from "../../support/core/wait-for.ts";
import { useDatabase, useService } from "../../support/core/database.ts";

const database = useDatabase();
const api = useService(database, "api");
const fleet = useService(database, "fleet");
let tenant: Tenant;
let names = 0;

beforeEach(async () => {
  await database.asOwner("DELETE FROM mosaic.outbox");
  // No pause before another try passes by itself.
  await database.stopClock();
  tenant = systemTenant(`t${(names += 1)}`);
});

const add = (message: OutboxMessage, of: Tenant = tenant) => api.asTenant(of, (tx) => addOutbox(tx, message));
const take = (tenants = 10) => fleet.globally((tx) => takeBatch(tx, { subjects: tenants, covering: COVERING }));
const COVERING = new Set(["container.config-changed"]);
const changed = (revision: number) => ({ topic: "container.config-changed", revision });
const STOP = { topic: "container.stop", intentId: randomUUID() };

test("messages come in order; configuration changes are gathered into the newest, in its place", async () => {
  for (const message of [changed(1), STOP, changed(2), changed(3)]) await add(message);
  const deliveries = await take();
  expect(deliveries.map((delivery) => delivery.payload)).toEqual([STOP, changed(3)]);
  expect(deliveries.map((delivery) => delivery.ids.length)).toEqual([1, 3]);
});

test("the relay is woken by the commit, not before", async () => {
  const heard: string[] = [];
  const end = await fleet.listen("mosaic_outbox", (payload) => heard.push(payload));
  await api.asTenant(tenant, async (tx) => {
    await addOutbox(tx, STOP);
    expect(heard).toEqual([]);
  });
  await waitFor(() => heard.length > 0, { timeoutMs: 50_000, what: "the relay is woken" });
  await end();
});

test("a rolled back change sends nothing", async () => {
  const failing = api.asTenant(tenant, async (tx) => {
    await addOutbox(tx, STOP);
    throw new Error("no");
  });
  await expect(failing).rejects.toThrow("no");
  expect(await take()).toEqual([]);
});

test("what is taken stays with its relay until the lease ends, and what comes later waits behind it", async () => {
  await add(STOP);
  expect(await take()).toHaveLength(1);
  await add(changed(1));
  expect(await take()).toEqual([]);
  await database.setClockOffset(31_000);
  expect((await take()).map((delivery) => [delivery.topic, delivery.attempts])).toEqual([
    ["container.stop", 2],
    ["container.config-changed", 1],
  ]);
});

test("another relay skips the tenant whose head is being taken, and takes the others", async () => {
  const other = systemTenant(`o${names}`);
  await add(STOP);
  await add(STOP, other);
  await fleet.globally(async (tx) => {
    const [mine] = await takeBatch(tx, { subjects: 1, covering: COVERING });
    const theirs = await take();
    expect([mine?.tenant, theirs.map((delivery) => delivery.tenant)]).toEqual([tenant, [other]]);
  });
});

test("four relays at once take every message exactly once", async () => {
  const tenants = Array.from({ length: 40 }, (_, index) => systemTenant(`many-${index}`));
  for (const each of tenants) await add(STOP, each);
  const taken = (await Promise.all([take(15), take(15), take(15), take(15)])).flat();
  const rest = await take(100);
  expect([...taken, ...rest].map((delivery) => delivery.subject).toSorted()).toEqual(tenants.toSorted());
});

test("sent messages do not come again and are removed in the end; failed ones come after their wait", async () => {
  await add(STOP);
  const [first] = await take();
  if (first === undefined) throw new Error("nothing was taken");
  await fleet.globally((tx) => markFailed(tx, [first], { error: "WORKFLOWS_UNAVAILABLE", retrySeconds: 5 }));
  expect(await take()).toEqual([]);
  await database.setClockOffset(6_000);
  const [again] = await take();
  if (again === undefined) throw new Error("nothing was taken");
  await fleet.globally((tx) => markSent(tx, again));
  await database.setClockOffset(3_600_000);
  expect(await take()).toEqual([]);
  expect(await fleet.globally((tx) => purgeSentOutbox(tx, 7))).toBe(0);
  await database.setClockOffset(8 * 86_400_000);
  expect(await fleet.globally((tx) => purgeSentOutbox(tx, 7))).toBe(1);
});
