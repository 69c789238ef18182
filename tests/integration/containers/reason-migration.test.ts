// Sentences of earlier releases become codes with values: the tables are brought back to sentences, filled, and migrated again.
import { containerReasonSchema } from "../../../contracts/containers/container-reason-schema.ts";
import { listEvents } from "../../../db/containers/container-events.ts";
import { findContainer } from "../../../db/containers/containers.ts";
import { EMPTY_STANDARD_REASONS } from "../../../migrations/20261130190000_empty_standard_reasons.ts";
import { STORE_REASONS_AS_CODES } from "../../../migrations/20261201073000_store_reasons_as_codes.ts";
import { personWithContainer } from "../../support/containers/containers.ts";
import { useDatabase, useService } from "../../support/core/database.ts";

const TABLES = ["agent_containers", "container_events", "container_intents"];
const TO_SENTENCES = TABLES.flatMap((table) => [
  `ALTER TABLE mosaic.${table} DROP CONSTRAINT ${table}_reason_check`,
  `ALTER TABLE mosaic.${table} ALTER COLUMN reason TYPE text USING ''`,
  `ALTER TABLE mosaic.${table} ALTER COLUMN reason SET NOT NULL, ALTER COLUMN reason SET DEFAULT ''`,
]);

const database = useDatabase();
const api = useService(database, "api");
const worker = useService(database, "worker");

const run = async (statements: readonly string[]): Promise<void> => {
  for (const statement of statements) await database.asOwner(statement);
};
const plain = (code: string) => ({ code, values: {} });
const text = (code: string, words: string) => ({ code, values: { text: words } });

const HAPPENED: readonly (readonly [cause: string, sentence: string, reason: unknown])[] = [
  ["chat", "Woken by a message.", plain("woken")],
  ["always_on", "Always on.", plain("always_on")],
  ["started", "OpenClaw is ready.", plain("ready")],
  ["idle", "Idle: no activity.", plain("idle")],
  ["config_changed", "The configuration changed.", plain("config_changed")],
  ["crashed", "It ended with exit code 137.", { code: "exited", values: { exitCode: 137 } }],
  ["crashed", "It ended with exit code unknown.", { code: "exited", values: { exitCode: null } }],
  ["start_failed", "It was not ready within 180 s.", { code: "not_ready_in_time", values: { seconds: 180 } }],
  [
    "start_failed",
    "The agent image registry.example:5000/agent:v1 is not in the container engine. Build it, or set MOSAIC_AGENT_IMAGE.",
    { code: "image_missing", values: { image: "registry.example:5000/agent:v1" } },
  ],
  [
    "start_failed",
    "A volume named mosaic-user-7 exists that is not this agent's.",
    { code: "volume_taken", values: { name: "mosaic-user-7" } },
  ],
  ["out_of_memory", "It needed more memory than it may use.", plain("out_of_memory")],
  ["gave_up", "Too many failures in a row. The next message tries again.", plain("gave_up")],
  ["drift_repaired", "A container that nobody wanted any more is removed.", plain("orphan_removed")],
  ["unhealthy", "Words of an engine's own.", text("other", "Words of an engine's own.")],
  ["stop_requested", "New image.", text("given", "New image.")],
  ["stop_requested", "Ready.", text("given", "Ready.")],
  ["stop_requested", "This system agent was switched off.", plain("agent_disabled")],
  ["stop_requested", "The account was deactivated: Left.", text("account_deactivated", "Left.")],
  ["retired", "Its owner deleted it.", null],
];

test("known sentences become their codes, those of people stay theirs, and all others are kept as they are", async () => {
  await run(TO_SENTENCES);
  const person = await personWithContainer(api, worker);
  await worker.asTenant(person.tenant, async (tx) => {
    for (const [index, [cause, sentence]] of HAPPENED.entries()) {
      await tx.sql(
        `INSERT INTO mosaic.container_events (id, tenant, container_id, at, cause, phase, actor, reason, generation)
         SELECT gen_random_uuid(), tenant, id, mosaic.now() - make_interval(secs => $2), $3, phase, 'x', $4, 1
           FROM mosaic.agent_containers WHERE tenant = $1`,
        [tx.tenant, index, cause, sentence],
      );
    }
    await tx.sql("UPDATE mosaic.agent_containers SET phase = 'asleep', reason = 'Enough for today.' WHERE tenant = $1", [
      tx.tenant,
    ]);
  });
  await run(EMPTY_STANDARD_REASONS);
  await run(STORE_REASONS_AS_CODES);
  const events = await api.asTenant(person.tenant, (tx) => listEvents(tx, 50));
  expect(events.map(({ cause, reason }) => [cause, reason])).toEqual(HAPPENED.map(([cause, , reason]) => [cause, reason]));
  for (const { reason } of events) expect(containerReasonSchema.nullable().parse(reason)).toEqual(reason);
  expect((await api.asTenant(person.tenant, (tx) => findContainer(tx)))?.reason).toEqual(text("given", "Enough for today."));
});

test("what is no reason is refused by the tables, and their policies still bind their owner", async () => {
  const person = await personWithContainer(api, worker);
  for (const reason of ['"Ready."', "{}", '{"code":"ready"}', '{"code":7,"values":{}}']) {
    const write = worker.asTenant(person.tenant, (tx) =>
      tx.sql("UPDATE mosaic.agent_containers SET reason = $2::jsonb WHERE tenant = $1", [tx.tenant, reason]),
    );
    await expect(write).rejects.toMatchObject({ sqlState: "23514" });
  }
  const sql = "SELECT 1 FROM pg_class WHERE relname = ANY ($1) AND relforcerowsecurity";
  expect(await database.asOwner(sql, [TABLES])).toHaveLength(3);
});
