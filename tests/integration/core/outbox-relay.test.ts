// The outbox relay against a real Postgres: delivered when Temporal is there, kept while it is away, in order per tenant.
import { randomUUID } from "node:crypto";
import { pino } from "pino";
import type { OutboxMessage } from "../../../contracts/core/outbox.ts";
import { credentialLeaseSubject, type CredentialLeaseMessage } from "../../../contracts/leases/lease-messages.ts";
import { humanTenant, systemTenant, type Tenant } from "../../../contracts/core/tenant.ts";
import { openDatabase, type Database } from "../../../db/core/database.ts";
import { addRequestToRun } from "../../../db/containers/container-outbox.ts";
import { addOutbox } from "../../../db/core/outbox.ts";
import { relayAll, runOutboxRelay } from "../../../workers/outbox-relay.ts";
import { outboxTopics, type TopicClients } from "../../../workers/outbox-topics.ts";
import { startCuttableProxy } from "../../support/core/cuttable-proxy.ts";
import { PATIENT, useDatabase, useService } from "../../support/core/database.ts";
import { recordAgentKeys } from "../../support/agents/recording-agent-keys.ts";
import { recordDeactivations, type RecordingDeactivations } from "../../support/people/recording-deactivations.ts";
import { recordLeases, type RecordingLeases } from "../../support/leases/recording-leases.ts";
import { recordContainers, type RecordingContainers } from "../../support/containers/recording-containers.ts";
import { waitFor } from "../../support/core/wait-for.ts";

const WAIT_MS = 60_000;
const log = pino({ level: "silent" });
const intentId = randomUUID();
const never = new AbortController().signal;
const database = useDatabase();
const api = useService(database, "api");
const fleet = useService(database, "fleet");
let containers: RecordingContainers;
let leases: RecordingLeases;
let deactivations: RecordingDeactivations;
let tenant: Tenant;
let names = 0;

beforeEach(async () => {
  await database.asOwner("DELETE FROM mosaic.outbox");
  // No pause before another try passes by itself.
  await database.stopClock();
  containers = recordContainers();
  leases = recordLeases();
  deactivations = recordDeactivations();
  tenant = systemTenant(`relay-${(names += 1)}`);
});

const add = (message: OutboxMessage, of: Tenant = tenant) => api.asTenant(of, (tx) => addOutbox(tx, message));
const topics = (changed: Partial<TopicClients> = {}) =>
  outboxTopics({ containers, leases, deactivations, agentKeys: recordAgentKeys(), log, ...changed });
const relay = () => relayAll({ fleet, topics: topics(), log }, never);
const methods = () => containers.calls.map((call) => call.method);
const unsent = () =>
  database.asOwner<{ attempts: number; error: string | null }>(
    "SELECT attempts, last_error AS error FROM mosaic.outbox WHERE sent_at IS NULL ORDER BY id",
  );

test("every topic reaches its message, in the order it was written", async () => {
  await add({ topic: "container.ensure-running" });
  await add({ topic: "container.restart", intentId });
  await add({ topic: "container.stop", intentId });
  await add({ topic: "container.retire", intentId });
  await relay();
  expect(methods()).toEqual(["ensureRunning", "restart", "stop", "retire"]);
  expect(containers.calls[1]).toEqual({ method: "restart", tenant, argument: intentId });
  expect(containers.calls[3]).toEqual({ method: "retire", tenant, argument: intentId });
  expect(await unsent()).toEqual([]);
});

test("a request of an older release, which has no record, ends nothing and holds nothing back", async () => {
  const actor = { by: "somebody", reason: "a reason" };
  for (const payload of [
    { topic: "container.stop", actor },
    { topic: "container.retire", actor, generation: 3 },
    { topic: "container.retire", actor },
  ]) {
    await database.asOwner("INSERT INTO mosaic.outbox (subject, tenant, topic, payload) VALUES ($1, $1, $2, $3::jsonb)", [
      ...[tenant, payload.topic, JSON.stringify(payload)],
    ]);
  }
  await add({ topic: "container.ensure-running" });
  await relay();
  expect(methods()).toEqual(["ensureRunning"]);
  expect(await unsent()).toEqual([]);
});

test("a burst of configuration changes is one signal with the highest revision", async () => {
  for (const revision of [3, 4, 5]) await add({ topic: "container.config-changed", revision });
  await relay();
  expect(containers.calls).toEqual([{ method: "configChanged", tenant, argument: 5 }]);
});

test("accumulated requests to run become one call, at the position of the last", async () => {
  await add({ topic: "container.ensure-running" });
  await add({ topic: "container.stop", intentId });
  for (let chats = 0; chats < 3; chats += 1) await add({ topic: "container.ensure-running" });
  await relay();
  expect(methods()).toEqual(["stop", "ensureRunning"]);
  expect(await unsent()).toEqual([]);
});

describe("a chat that is refused while Temporal is away", () => {
  const refuse = () => api.asTenant(tenant, addRequestToRun);

  test("leaves one request, however many chats are refused", async () => {
    for (let chats = 0; chats < 5; chats += 1) await refuse();
    expect(await unsent()).toHaveLength(1);
  });

  test("leaves another request after a stop, or the stop would be the last word", async () => {
    await refuse();
    await add({ topic: "container.stop", intentId });
    await refuse();
    await relay();
    expect(methods()).toEqual(["stop", "ensureRunning"]);
  });

  test("leaves another request if a relay has taken the first, which may already be answered", async () => {
    containers.isAway = true;
    await refuse();
    await relay();
    await refuse();
    await refuse();
    expect(await unsent()).toMatchObject([{ attempts: 1 }, { attempts: 0 }]);
    containers.isAway = false;
    await database.setClockOffset(5_000);
    await relay();
    expect(methods()).toEqual(["ensureRunning"]);
    expect(await unsent()).toEqual([]);
  });
});

test("a change for a container without a workflow counts as delivered", async () => {
  containers.open.clear();
  await add({ topic: "container.config-changed", revision: 1 });
  await relay();
  expect(await unsent()).toEqual([]);
});

test("while Temporal is away the message is kept and tried again, and holds back what came after it", async () => {
  containers.isAway = true;
  await add({ topic: "container.restart", intentId });
  await add({ topic: "container.stop", intentId });
  await relay();
  expect(await unsent()).toMatchObject([{ error: "WORKFLOWS_UNAVAILABLE" }, { error: null }]);
  containers.isAway = false;
  await relay();
  expect(methods()).toEqual([]);
  await database.setClockOffset(5_000);
  await relay();
  expect(methods()).toEqual(["restart", "stop"]);
});

test("one tenant's trouble does not hold back another's messages", async () => {
  const other = systemTenant(`relay-other-${names}`);
  const failing: RecordingContainers = { ...containers, restart: () => Promise.reject(new Error("refused")) };
  await add({ topic: "container.restart", intentId });
  await add({ topic: "container.stop", intentId }, other);
  await relayAll({ fleet, topics: topics({ containers: failing }), log }, never);
  expect(containers.calls).toEqual([{ method: "stop", tenant: other, argument: intentId }]);
  expect(await unsent()).toMatchObject([{ error: "Error" }]);
});

test("a message that only a newer version can read holds back those of its subject, and nobody else's", async () => {
  const other = systemTenant(`relay-other-${names}`);
  await database.asOwner(
    "INSERT INTO mosaic.outbox (subject, tenant, topic, payload) VALUES ($1, $1, 'container.move', '{\"topic\":\"container.move\"}')",
    [tenant],
  );
  await add({ topic: "container.stop", intentId });
  await add({ topic: "container.stop", intentId }, other);
  await relay();
  expect(containers.calls).toEqual([{ method: "stop", tenant: other, argument: intentId }]);
  expect(await unsent()).toEqual([
    { attempts: 1, error: "TOPIC_UNKNOWN" },
    { attempts: 1, error: null },
  ]);
});

test("a message that does not say what its topic needs is kept, and named in the log without its values", async () => {
  const lines: string[] = [];
  const loud = pino({ level: "error" }, { write: (line: string) => void lines.push(line) });
  await add({ topic: "container.stop", intentId: "not-an-id" });
  await relayAll({ fleet, topics: topics(), log: loud }, never);
  expect([methods(), await unsent()]).toEqual([[], [{ attempts: 1, error: "PAYLOAD_INVALID" }]]);
  expect(lines.map((line) => JSON.parse(line))).toMatchObject([
    { event: "outbox.unreadable", topic: "container.stop", subject: tenant, problem: expect.stringContaining("intentId") },
  ]);
  expect(lines.join()).not.toContain("not-an-id");
});

test("what waits behind a failure comes up with it, also when the oldest row is part of a later message", async () => {
  containers.isAway = true;
  await add({ topic: "container.config-changed", revision: 1 });
  await add({ topic: "container.stop", intentId });
  await add({ topic: "container.config-changed", revision: 2 });
  await relay();
  expect((await unsent()).map(({ error }) => error)).toEqual([null, "WORKFLOWS_UNAVAILABLE", null]);
  containers.isAway = false;
  await database.setClockOffset(2_000);
  await relay();
  expect(methods()).toEqual(["stop", "configChanged"]);
  expect(await unsent()).toEqual([]);
});

test("a relay that would not look by itself for an hour is woken by each commit, and ends when told", async () => {
  let isListening = false;
  const listen: Database["listen"] = async (channel, onPayload) => {
    const end = await fleet.listen(channel, onPayload);
    isListening = true;
    return end;
  };
  const ending = new AbortController();
  const deps = { fleet: { ...fleet, listen }, topics: topics(), log, pollEveryMs: 3_600_000 };
  const running = runOutboxRelay(deps, ending.signal);
  await waitFor(() => isListening, { timeoutMs: WAIT_MS, what: "the relay listens" });
  await add({ topic: "container.ensure-running" });
  await waitFor(() => methods().length === 1, { timeoutMs: WAIT_MS, what: "the message is delivered", everyMs: 10 });
  await add({ topic: "container.stop", intentId });
  await waitFor(() => methods().length === 2, { timeoutMs: WAIT_MS, what: "the notification wakes the relay", everyMs: 10 });
  ending.abort();
  await running;
}, 240_000);

test("a relay that begins while Postgres is away delivers once it is back", async () => {
  const url = new URL(database.ownerUrl);
  const proxy = await startCuttableProxy({ host: url.hostname, port: Number(url.port) });
  url.port = String(proxy.port);
  const distant = await openDatabase({ url: url.href, role: "fleet", rootKey: database.rootKey, ...PATIENT });
  const ending = new AbortController();
  try {
    await proxy.cut();
    const running = runOutboxRelay({ fleet: distant, topics: topics(), log }, ending.signal);
    await add({ topic: "container.ensure-running" });
    await proxy.heal();
    await waitFor(() => methods().length === 1, { timeoutMs: WAIT_MS, what: "the message is delivered" });
    ending.abort();
    await running;
  } finally {
    ending.abort();
    await distant.close();
    await proxy.cut();
  }
}, 120_000);

test("two relays side by side deliver each message once", async () => {
  const tenants = Array.from({ length: 30 }, (_, index) => systemTenant(`twin-${names}-${index}`));
  for (const each of tenants) await add({ topic: "container.stop", intentId }, each);
  await Promise.all([relay(), relay()]);
  expect(containers.calls.map((call) => call.tenant).toSorted()).toEqual(tenants.toSorted());
});

describe("leases, which belong to no tenant", () => {
  const leaseId = randomUUID();
  const lease = {
    ...{ leaseId, credentialId: randomUUID(), kind: "telegram", ownerId: "ci-7", actorId: "env:ci", fence: 3 },
    ...{ expiresAtMs: 1_000, mustEndAtMs: null, quarantineOnExpiry: false },
  };
  const write = (message: CredentialLeaseMessage) =>
    api.globally((tx) =>
      tx.sql("INSERT INTO mosaic.outbox (subject, topic, payload) VALUES ($1, $2, $3::jsonb)", [
        credentialLeaseSubject(message.leaseId),
        message.topic,
        JSON.stringify(message),
      ]),
    );

  test("a lease's messages are delivered in order, and its trouble holds back no container's messages", async () => {
    leases.isAway = true;
    await write({ topic: "credential-lease.started", ...lease });
    await write({ topic: "credential-lease.shortened", leaseId, expiresAtMs: 500 });
    await write({ topic: "credential-lease.ended", leaseId, how: "released", coolUntilMs: null });
    await add({ topic: "container.stop", intentId });
    await relay();
    expect([methods(), leases.calls]).toEqual([["stop"], []]);
    leases.isAway = false;
    await database.setClockOffset(5_000);
    await relay();
    expect(leases.calls).toEqual([
      { method: "started", leaseId, argument: lease },
      { method: "shortened", leaseId, argument: 500 },
      { method: "ended", leaseId, argument: { how: "released", coolUntilMs: null } },
    ]);
    expect(await unsent()).toEqual([]);
  });

  test("the api can write no other message without a tenant, and no lease's message in a tenant's name", async () => {
    const insert = (subject: string, topic: string) =>
      api.globally((tx) =>
        tx.sql("INSERT INTO mosaic.outbox (subject, topic, payload) VALUES ($1, $2, '{}')", [subject, topic]),
      );
    await expect(insert("human:somebody", "container.retire")).rejects.toMatchObject({ sqlState: "42501" });
    await expect(insert("human:somebody", "credential-lease.ended")).rejects.toMatchObject({ sqlState: "23514" });
  });
});

test("a deactivation is handed to its workflow with its ids alone", async () => {
  const message = { deactivationId: randomUUID(), userId: randomUUID() };
  await add({ topic: "user.deactivate", ...message }, humanTenant(message.userId));
  await relay();
  expect(deactivations.begun).toEqual([message]);
  expect(await database.asOwner("SELECT 1 FROM mosaic.outbox WHERE sent_at IS NULL")).toEqual([]);
});
