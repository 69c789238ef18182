// Messages that somebody who reaches Temporal sends by hand: none ends, restarts or removes what nobody is on record for.
import { givenReason } from "../../../contracts/containers/container-reasons.ts";
import { randomUUID } from "node:crypto";
import {
  AGENT_CONTAINER_WORKFLOW,
  agentContainerWorkflowId,
  volumeNameOf,
  MESSAGE_NAMES,
  TASK_QUEUE,
} from "../../../contracts/containers/agent-container.ts";
import { INTENT_KINDS, type IntentKind } from "../../../contracts/containers/container-intents.ts";
import type { Tenant } from "../../../contracts/core/tenant.ts";
import { updateAgentConfig } from "../../../db/agent-config/agent-configs.ts";
import { fetchAgentBundle } from "../../../api/agent-config/agent-fetch.ts";
import { listEvents } from "../../../db/containers/container-events.ts";
import { askFor, intend } from "../../support/containers/container-intents.ts";
import { useTinyAgents } from "../../support/containers/tiny-agents.ts";
import { addPerson } from "../../support/people/people.ts";

const ADMIN = { by: "an-admin", reason: givenReason("A new image.") };
const FORGED_ACTOR = { by: "an-admin", reason: "Trust me." };

const world = useTinyAgents("forged-messages");

const causesOf = async (tenant: Tenant): Promise<string[]> =>
  (await world.api.asTenant(tenant, (tx) => listEvents(tx, 50))).map(({ cause }) => cause);
const handleOf = (tenant: Tenant) => world.environment.client.workflow.getHandle(agentContainerWorkflowId(tenant));

async function runningAgent(): Promise<Tenant> {
  const { tenant } = await addPerson(world.api);
  await world.wake(tenant);
  return tenant;
}

/** Gives the record of the stop. */
async function stopped(tenant: Tenant): Promise<string> {
  const intentId = await intend(world.api, tenant, { kind: "stop", ...ADMIN });
  await world.containers.stop(tenant, intentId);
  await world.hasEnded(tenant);
  return intentId;
}

/** What must be the same afterwards. */
async function truthOf(tenant: Tenant) {
  const row = await world.rowOf(tenant);
  return {
    row: [row?.phase, row?.generation, row?.engineContainerId],
    containers: (await world.runtime.findByTenant(tenant)).map(({ engineContainerId, state }) => [engineContainerId, state]),
    volume: await world.runtime.volumeGeneration(tenant, volumeNameOf(tenant)),
  };
}

/** So many messages were compared with the records, and the run has gone on. */
async function handled(tenant: Tenant, messages: number): Promise<void> {
  await world.until("every message was handled", async () => {
    const events = (await handleOf(tenant).fetchHistory()).events ?? [];
    const isAdmission = (id: unknown): boolean =>
      events.some(
        ({ eventId, activityTaskScheduledEventAttributes: activity }) =>
          String(eventId) === String(id) && activity?.activityType?.name === "admitIntent",
      );
    const done = events.filter(
      ({ activityTaskCompletedEventAttributes: end }) => end != null && isAdmission(end.scheduledEventId),
    );
    // Not the last event of all: an update that waited for the checks is answered in the same task, after its event.
    const tasks = events.filter(
      ({ workflowTaskScheduledEventAttributes: scheduled, workflowTaskCompletedEventAttributes: completed }) =>
        scheduled != null || completed != null,
    );
    return done.length === messages && tasks.at(-1)?.workflowTaskCompletedEventAttributes != null;
  });
}

const refusals = async (tenant: Tenant): Promise<string[]> =>
  (
    await world.database.asOwner<{ action: string }>(
      "SELECT action FROM mosaic.audit_events WHERE outcome = 'denied' AND detail->>'tenant' = $1 ORDER BY action",
      [tenant],
    )
  ).map(({ action }) => action);

describe("of an agent that runs", () => {
  const forgeries: readonly [string, (tenant: Tenant, kind: IntentKind) => Promise<unknown>][] = [
    ["the words of an older release", async () => FORGED_ACTOR],
    ["no generation, and no record", async () => ({ ...FORGED_ACTOR, generation: undefined })],
    ["a generation that covers all", async () => ({ ...FORGED_ACTOR, generation: Number.MAX_SAFE_INTEGER })],
    ["a record that there is not", async () => ({ intentId: randomUUID() })],
    [
      "a record of somebody else's agent",
      async (_tenant, kind) => {
        const { tenant: other } = await addPerson(world.api);
        return { intentId: await intend(world.api, other, { kind, ...ADMIN }) };
      },
    ],
    [
      "a record of another kind",
      async (tenant, kind) => {
        const another = kind === "restart" ? "stop" : "restart";
        return { intentId: await intend(world.api, tenant, { kind: another, ...ADMIN }) };
      },
    ],
    ["what is no object", async () => "retire"],
    ["what is no id", async () => ({ intentId: { toString: "x" } })],
  ];

  test.each(forgeries)("a message with %s changes nothing, and is on record", async (_what, forge) => {
    const tenant = await runningAgent();
    const before = await truthOf(tenant);
    for (const kind of INTENT_KINDS) await handleOf(tenant).signal(MESSAGE_NAMES[kind], await forge(tenant, kind));
    await handled(tenant, INTENT_KINDS.length);
    expect(await truthOf(tenant)).toEqual(before);
    expect(await causesOf(tenant)).toContain("message_ignored");
    expect(await refusals(tenant)).toEqual(["container.restart", "container.retire", "container.stop"]);
  });

  test("a record that was done is not done again", async () => {
    const tenant = await runningAgent();
    const intentId = await stopped(tenant);
    await world.wake(tenant);
    const before = await truthOf(tenant);
    await handleOf(tenant).signal(MESSAGE_NAMES.stop, { intentId });
    await handled(tenant, 1);
    expect(await truthOf(tenant)).toEqual(before);
  });

  test("a stop that met a container asleep ends nothing when it is delivered again after the next start", async () => {
    const tenant = await runningAgent();
    await stopped(tenant);
    const intentId = await stopped(tenant);
    await world.wake(tenant);
    const before = await truthOf(tenant);
    await world.containers.stop(tenant, intentId);
    await handled(tenant, 1);
    expect(await truthOf(tenant)).toEqual(before);
  });

  test("news of its end is looked after, and leaves alone what is well", async () => {
    const tenant = await runningAgent();
    const before = await truthOf(tenant);
    const engineContainerId = String(before.row[2]);
    for (const kind of ["exited", "removed", "out_of_memory", "unhealthy"]) {
      await handleOf(tenant).signal(MESSAGE_NAMES.engineObserved, { engineContainerId, kind, exitCode: 1 });
    }
    await handleOf(tenant).signal(MESSAGE_NAMES.engineObserved, { engineContainerId, kind: "__proto__" });
    await world.until("it was looked at", async () => {
      const { events } = await handleOf(tenant).fetchHistory();
      return JSON.stringify(events).includes("confirmLoss");
    });
    await world.wake(tenant);
    expect(await truthOf(tenant)).toEqual(before);
  });

  test("news of a revision that there is not hides no change that comes later", async () => {
    const tenant = await runningAgent();
    const row = await world.rowOf(tenant);
    await fetchAgentBundle(
      { db: world.api, refusalOf: () => null },
      { kind: "container", id: row?.id ?? "", tenant, generation: row?.generation ?? 0 },
    );
    for (const revision of [Number.MAX_SAFE_INTEGER, Number.NaN, "7"]) {
      await handleOf(tenant).signal(MESSAGE_NAMES.configChanged, { revision });
    }
    await world.until("it was compared", async () => {
      const { events } = await handleOf(tenant).fetchHistory();
      const compared = events?.filter((event) => event.activityTaskCompletedEventAttributes != null).length ?? 0;
      return compared > 1;
    });
    const { revision } = await world.api.asTenant(tenant, (tx) => updateAgentConfig(tx, { personality: "Dry." }));
    await world.containers.configChanged(tenant, revision);
    await world.until("it restarted with the change", async () => (await world.rowOf(tenant))?.generation === 2);
    expect(await causesOf(tenant)).toContain("config_changed");
  });
});

test("an agent that sleeps keeps its memory when a run is started with a removal", async () => {
  const tenant = await runningAgent();
  await stopped(tenant);
  const before = await truthOf(tenant);
  await world.environment.client.workflow.signalWithStart(AGENT_CONTAINER_WORKFLOW, {
    workflowId: agentContainerWorkflowId(tenant),
    taskQueue: TASK_QUEUE,
    args: [{ tenant, alwaysOn: false, wish: "none" }],
    signal: MESSAGE_NAMES.retire,
    signalArgs: [{ ...FORGED_ACTOR, generation: 99 }],
  });
  await world.hasEnded(tenant);
  expect(before.volume).toBe(1);
  expect(await truthOf(tenant)).toEqual(before);
});

test("what is on record is done, and only once it is", async () => {
  const tenant = await runningAgent();
  await askFor(world, tenant, { kind: "restart", ...ADMIN });
  await world.until("it restarted", async () => (await world.rowOf(tenant))?.generation === 2);
  await world.phaseBecomes(tenant, "ready");
  await askFor(world, tenant, { kind: "retire", ...ADMIN });
  await world.hasEnded(tenant);
  expect(await world.runtime.volumeGeneration(tenant, volumeNameOf(tenant))).toBeNull();
  expect(await refusals(tenant)).toEqual([]);
  const open = await world.database.asOwner("SELECT 1 FROM mosaic.container_intents WHERE tenant = $1 AND done_at IS NULL", [
    tenant,
  ]);
  expect(open).toEqual([]);
});
