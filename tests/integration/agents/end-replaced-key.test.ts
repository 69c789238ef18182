// The workflow that ends a replaced key, with time skipped: on time by Temporal's clock, and never before it by the database's.
import { randomUUID } from "node:crypto";
import { Worker } from "@temporalio/worker";
import { pino } from "pino";
import { createEndReplacedKeyActivities } from "../../../activities/agents/end-replaced-key.ts";
import { END_REPLACED_KEY_WORKFLOW, endReplacedKeyWorkflowId } from "../../../contracts/agents/replaced-key.ts";
import { humanTenant } from "../../../contracts/core/tenant.ts";
import { replaceAgentKey } from "../../../db/agents/agent-keys.ts";
import { addOutbox } from "../../../db/core/outbox.ts";
import { relayAll } from "../../../workers/outbox-relay.ts";
import { outboxTopics } from "../../../workers/outbox-topics.ts";
import { addAgent } from "../../support/agents/calling-agents.ts";
import { recordAgentKeys } from "../../support/agents/recording-agent-keys.ts";
import { recordContainers } from "../../support/containers/recording-containers.ts";
import { recordLeases } from "../../support/leases/recording-leases.ts";
import { recordDeactivations } from "../../support/people/recording-deactivations.ts";
import { useDatabase, useService } from "../../support/core/database.ts";
import { addPerson } from "../../support/people/people.ts";
import { useWorld } from "../../support/core/use-world.ts";
import { waitFor } from "../../support/core/wait-for.ts";
import { workflowBundle } from "../../support/core/workflow-bundle.ts";
import { timeSkippingEnvironment } from "../../support/core/workflow-world.ts";

const TIMEOUT_MS = 300_000;
const HOUR_MS = 3_600_000;
const TASK_QUEUE = "replaced-keys";

const database = useDatabase();
const api = useService(database, "api");
const workerDb = useService(database, "worker");
const fleet = useService(database, "fleet");
const environment = useWorld(async (ends) => ends.adopt(await timeSkippingEnvironment(), (made) => made.teardown()));

const rowOf = async (keyId: string) => {
  const [row] = await database.asOwner<{ revoked: boolean }>(
    "SELECT revoked_at IS NOT NULL AS revoked FROM mosaic.agent_api_keys WHERE key_id = $1",
    [keyId],
  );
  return row?.revoked;
};

test(
  "revokes the replaced key when its overlap is over, tells it once on record, and leaves its successor alone",
  async () => {
    const agent = await addAgent(api, { ownerId: (await addPerson(api)).userId });
    const of = { agentUserId: agent.id, keyId: agent.keyId };
    const { row } = await api.asTenant(humanTenant(agent.ownerId), (tx) => replaceAgentKey(tx, of, 1));
    let looks = 0;
    const { endKey } = createEndReplacedKeyActivities({ db: workerDb });
    const counted: typeof endKey = async (input) => {
      looks += 1;
      await endKey(input);
    };
    const worker = await Worker.create({
      connection: environment.nativeConnection,
      taskQueue: TASK_QUEUE,
      workflowBundle: await workflowBundle(),
      activities: { endKey: counted },
    });
    await worker.runUntil(async () => {
      const startedAt = await environment.currentTimeMs();
      const handle = await environment.client.workflow.start(END_REPLACED_KEY_WORKFLOW, {
        workflowId: endReplacedKeyWorkflowId(agent.keyId),
        taskQueue: TASK_QUEUE,
        args: [{ ...of, endsAtMs: startedAt + HOUR_MS }],
      });
      const ended = handle.result();
      await waitFor(() => looks > 0, { timeoutMs: TIMEOUT_MS / 2, what: "the key is looked at" });
      expect((await environment.currentTimeMs()) - startedAt).toBeGreaterThanOrEqual(HOUR_MS);
      // By the database's clock the hour is not over: a message that comes too early ends nothing.
      expect(await rowOf(agent.keyId)).toBe(false);
      await database.asOwner("UPDATE mosaic.agent_api_keys SET expires_at = mosaic.now() WHERE key_id = $1", [agent.keyId]);
      await ended;
    });
    expect([await rowOf(agent.keyId), await rowOf(row.keyId)]).toEqual([true, false]);
    const told = "SELECT detail FROM mosaic.audit_events WHERE action = 'agent-key.overlap-end' AND target_id = $1";
    expect(await database.asOwner(told, [agent.keyId])).toEqual([{ detail: { agentUserId: agent.id } }]);
  },
  TIMEOUT_MS,
);

test("a key that nobody replaced is not ended by a message about it", async () => {
  const agent = await addAgent(api, { ownerId: (await addPerson(api)).userId });
  await createEndReplacedKeyActivities({ db: workerDb }).endKey({ agentUserId: agent.id, keyId: agent.keyId });
  expect(await rowOf(agent.keyId)).toBe(false);
});

test("the outbox hands a replaced key to its workflow with its ids and its end alone", async () => {
  const message = { agentUserId: randomUUID(), keyId: "oak_live_x", endsAtMs: 1_800_000_000_000 };
  const tenant = humanTenant(randomUUID());
  await api.asTenant(tenant, (tx) => addOutbox(tx, { topic: "agent-key.replaced", ...message }));
  const agentKeys = recordAgentKeys();
  const log = pino({ level: "silent" });
  const others = { containers: recordContainers(), leases: recordLeases(), deactivations: recordDeactivations() };
  await relayAll({ fleet, topics: outboxTopics({ ...others, agentKeys, log }), log }, new AbortController().signal);
  expect(agentKeys.replaced).toEqual([message]);
});
