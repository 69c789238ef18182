// Topics of the outbox: read before they are delivered, declared once.
import { z } from "zod";
import { humanTenant } from "../contracts/core/tenant.ts";
import { registerTopics, tenantlessTopic, tenantTopic } from "./outbox-topic.ts";

const tenant = humanTenant("00000000-0000-4000-8000-000000000001");
const schema = z.strictObject({ topic: z.literal("moved"), to: z.string() });
const delivered: unknown[] = [];
const ofTenant = tenantTopic({ topic: "moved", schema, deliver: async (...what) => void delivered.push(what) });
const ofNobody = tenantlessTopic({ topic: "moved", schema, deliver: async (...what) => void delivered.push(what) });
const payload = { topic: "moved", to: "a secret place" };

test("a message is delivered as its schema reads it", async () => {
  for (const reading of [ofTenant.read({ tenant, payload }), ofNobody.read({ tenant: null, payload })]) {
    if ("problem" in reading) throw new Error(reading.problem);
    await reading.deliver();
  }
  expect(delivered).toEqual([[tenant, payload], [payload]]);
});

test("what is wrong with a message is told without its values", () => {
  const problems = [
    ofTenant.read({ tenant, payload: { ...payload, to: 7 } }),
    ofTenant.read({ tenant, payload: { ...payload, topic: "left" } }),
    ofTenant.read({ tenant: null, payload }),
    ofNobody.read({ tenant, payload }),
  ];
  expect(problems).toEqual([
    { problem: "to invalid_type" },
    { problem: "topic invalid_value" },
    { problem: "tenant" },
    { problem: "tenant" },
  ]);
});

test("a topic that two features declare is refused", () => {
  expect(() => registerTopics([ofTenant, ofNobody])).toThrow("declared twice");
});
