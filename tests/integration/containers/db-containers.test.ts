// A container's row: starts are idempotent, tokens are void after the stop, retired rows come back with a new generation.
import { givenReason, plainReason } from "../../../contracts/containers/container-reasons.ts";
import { volumeNameOf } from "../../../contracts/containers/agent-container.ts";
import type { Secret } from "../../../contracts/core/secret.ts";
import { systemTenant } from "../../../contracts/core/tenant.ts";
import { resolveContainerToken } from "../../../db/core/admission.ts";
import { touchAgentConfig } from "../../../db/agent-config/agent-configs.ts";
import { appendEvent, listEvents } from "../../../db/containers/container-events.ts";
import { openGatewayAccess } from "../../../db/containers/container-secrets.ts";
import {
  claimStart,
  ensureContainerRow,
  findContainer,
  readLastLogLines,
  recordFetched,
  recordStarted,
  recordStopped,
  retireContainerRow,
  setPhase,
} from "../../../db/containers/containers.ts";
import { applyObservations, listFleet } from "../../../db/containers/fleet.ts";
import { personWithContainer, startContainer } from "../../support/containers/containers.ts";
import { addPerson } from "../../support/people/people.ts";
import { waitFor } from "../../support/core/wait-for.ts";
import { useDatabase, useService } from "../../support/core/database.ts";

const EXITED = { code: "exited", values: { exitCode: 137 } } as const;
const database = useDatabase();
const api = useService(database, "api");
const worker = useService(database, "worker");
const fleet = useService(database, "fleet");

afterEach(async () => {
  await database.setClockOffset(0);
});

test("making the row twice gives the same row", async () => {
  const person = await addPerson(api);
  const [first, second] = await Promise.all([1, 2].map(() => worker.asTenant(person.tenant, (tx) => ensureContainerRow(tx))));
  expect(first?.id).toBe(second?.id);
  expect(first?.name).toBe(second?.name);
  expect(first).toMatchObject({
    name: expect.stringMatching(/^mosaic-user-[0-9a-f]{8}-[0-9a-f-]{27}$/),
    volumeName: `mosaic-user-${person.userId}`,
    kind: "human",
    status: "stopped",
    phase: "never_started",
  });
});

test("a container's name carries neither its owner's id nor the row's, and a new life has another name", async () => {
  const person = await personWithContainer(api, worker);
  const before = await worker.asTenant(person.tenant, (tx) => ensureContainerRow(tx));
  expect(before.name).not.toContain(person.userId);
  expect(before.name).not.toContain(before.id);
  const after = await worker.asTenant(person.tenant, async (tx) => {
    await retireContainerRow(tx, before.generation);
    return await ensureContainerRow(tx);
  });
  expect(after.name).not.toBe(before.name);
  expect(after.volumeName).toBe(before.volumeName);
});

test("a row of before, with the user's id in the name, keeps it until the next start", async () => {
  const person = await personWithContainer(api, worker);
  const volume = volumeNameOf(person.tenant);
  const told = await worker.asTenant(person.tenant, async (tx) => {
    await tx.sql("UPDATE mosaic.agent_containers SET name = volume_name WHERE tenant = $1", [tx.tenant]);
    const found = (await ensureContainerRow(tx)).name;
    const claimed = (await claimStart(tx, { startId: "run-1/1" })).name;
    return { found, claimed, again: (await claimStart(tx, { startId: "run-1/1" })).name, row: (await findContainer(tx))?.name };
  });
  expect(told).toEqual({ found: volume, claimed: told.row, again: told.row, row: expect.not.stringContaining(person.userId) });
});

test("a system agent's container is named as its administrator named it", async () => {
  const row = await worker.asTenant(systemTenant("night-watch"), (tx) => ensureContainerRow(tx));
  expect(row).toMatchObject({ name: "mosaic-system-night-watch", volumeName: "mosaic-system-night-watch" });
});

test("a start claimed again by its id gets the same generation and tokens; another one gets new ones", async () => {
  const person = await personWithContainer(api, worker);
  const claim = (startId: string) => worker.asTenant(person.tenant, (tx) => claimStart(tx, { startId }));
  const [first, again, next] = [await claim("run-1/1"), await claim("run-1/1"), await claim("run-1/2")];
  expect([again.generation, again.agentToken.reveal(), again.gatewayToken.reveal()]).toEqual([
    first.generation,
    first.agentToken.reveal(),
    first.gatewayToken.reveal(),
  ]);
  expect(next.generation).toBe(first.generation + 1);
  expect(next.agentToken.reveal()).not.toBe(first.agentToken.reveal());
});

test("two claims of one start at the same moment agree", async () => {
  const person = await personWithContainer(api, worker);
  const claims = await Promise.all(
    [1, 2, 3].map(() => worker.asTenant(person.tenant, (tx) => claimStart(tx, { startId: "same" }))),
  );
  expect(new Set(claims.map((claim) => `${claim.generation} ${claim.agentToken.reveal()}`)).size).toBe(1);
});

test("a container's token resolves until the next start or the stop", async () => {
  const person = await personWithContainer(api, worker);
  const resolve = (token: Secret) => resolveContainerToken(api, api.tokens.candidates(token));
  const first = await startContainer(worker, person, "a");
  expect(await resolve(first.agentToken)).toEqual({
    containerId: first.containerId,
    tenant: person.tenant,
    generation: 1,
    retired: false,
  });
  const second = await startContainer(worker, person, "b");
  expect(await resolve(first.agentToken)).toBeNull();
  expect(await resolve(second.agentToken)).toMatchObject({ generation: 2 });
  await worker.asTenant(person.tenant, (tx) => recordStopped(tx, { phase: "asleep", reason: plainReason("idle") }));
  expect(await resolve(second.agentToken)).toBeNull();
  expect(await worker.asTenant(person.tenant, (tx) => openGatewayAccess(tx))).toBeNull();
});

test("facts of an outdated start are not written", async () => {
  const person = await personWithContainer(api, worker);
  await startContainer(worker, person, "new");
  const facts = { host: "local", image: "x", engineContainerId: "old", address: null };
  expect(await worker.asTenant(person.tenant, (tx) => recordStarted(tx, { startId: "old", ...facts }))).toBe(false);
  expect(await worker.asTenant(person.tenant, (tx) => findContainer(tx))).toMatchObject({
    engineContainerId: "c-new",
    image: "agent:1",
  });
});

test("a change of phase sets the status, keeps log lines for the owner, and is told to the listeners", async () => {
  const person = await personWithContainer(api, worker);
  const heard: string[] = [];
  const end = await api.listen("mosaic_container_changed", (payload) => heard.push(payload));
  await worker.asTenant(person.tenant, (tx) => setPhase(tx, { phase: "failed", reason: EXITED, lastLogLines: ["boom"] }));
  await waitFor(() => heard.includes(person.tenant), { timeoutMs: 50_000, what: "the change is told" });
  await end();
  expect(await api.asTenant(person.tenant, (tx) => findContainer(tx))).toMatchObject({
    status: "error",
    phase: "failed",
    reason: EXITED,
  });
  expect(await api.asTenant(person.tenant, (tx) => readLastLogLines(tx))).toEqual(["boom"]);
});

test("the api records what a container fetched, and a desired revision rises with every change", async () => {
  const person = await personWithContainer(api, worker);
  await api.asTenant(person.tenant, async (tx) => {
    const revision = await touchAgentConfig(tx);
    await recordFetched(tx, { revision, digest: "d" });
    await touchAgentConfig(tx);
  });
  expect(await api.asTenant(person.tenant, (tx) => findContainer(tx))).toMatchObject({
    configRevision: 2,
    fetchedRevision: 1,
    fetchedDigest: "d",
  });
});

test("the timeline notes phase and generation, newest first", async () => {
  const person = await personWithContainer(api, worker);
  await worker.asTenant(person.tenant, (tx) =>
    appendEvent(tx, { cause: "chat", actor: "system", reason: givenReason("first") }),
  );
  await startContainer(worker, person, "a");
  await worker.asTenant(person.tenant, (tx) =>
    appendEvent(tx, { cause: "started", actor: "system", reason: givenReason("second") }),
  );
  const events = await api.asTenant(person.tenant, (tx) => listEvents(tx, 10));
  expect(events).toMatchObject([
    { reason: givenReason("second"), phase: "ready", generation: 1, cause: "started" },
    { reason: givenReason("first"), phase: "never_started", generation: 0, cause: "chat" },
  ]);
});

test("a retired container is gone, its generation goes on when it comes back", async () => {
  const person = await personWithContainer(api, worker);
  await startContainer(worker, person, "a");
  await worker.asTenant(person.tenant, async (tx) => {
    await appendEvent(tx, { cause: "retired", actor: "system", reason: null });
    await retireContainerRow(tx, 1);
    await retireContainerRow(tx, 1);
  });
  expect(await api.asTenant(person.tenant, (tx) => findContainer(tx))).toBeNull();
  expect(await api.asTenant(person.tenant, (tx) => listEvents(tx, 10))).toEqual([]);
  await expect(worker.asTenant(person.tenant, (tx) => claimStart(tx, { startId: "b" }))).rejects.toMatchObject({
    code: "NOT_FOUND",
  });
  await worker.asTenant(person.tenant, (tx) => ensureContainerRow(tx));
  expect((await startContainer(worker, person, "b")).generation).toBe(2);
});

describe("observations", () => {
  test("changes of state are returned once, and a container that is no longer listed is missing", async () => {
    const [anna, bert] = [await personWithContainer(api, worker), await personWithContainer(api, worker)];
    await database.asOwner("UPDATE mosaic.agent_containers SET host = NULL");
    await startContainer(worker, anna, "obs-a");
    await startContainer(worker, bert, "obs-b");
    const observe = (observations: { engineContainerId: string; state: string }[]) =>
      fleet.globally((tx) => applyObservations(tx, { host: "local", observations }));
    const running = [anna, bert].map((_, index) => ({
      engineContainerId: `c-obs-${index === 0 ? "a" : "b"}`,
      state: "running",
    }));
    expect(await observe(running)).toHaveLength(2);
    expect(await observe(running)).toEqual([]);
    expect(await observe(running.slice(0, 1))).toEqual([
      { tenant: bert.tenant, engineContainerId: "c-obs-b", previous: "running", state: "missing" },
    ]);
    const rows = await fleet.globally((tx) => listFleet(tx));
    expect(rows.find((row) => row.tenant === bert.tenant)).toMatchObject({
      observedState: "missing",
      status: "running",
      alwaysOn: false,
    });
  });
});
