// Agents that administrators registered, and the sealed tokens of their gateways. Global: protected by grants.
import { defineEntity, p, type InferEntity } from "@mikro-orm/core";
import type { AUDIENCES, RegisteredAgentRole } from "../../contracts/registered-agents/registered-agent-facts.ts";
import { createdAt, timestamp } from "../core/columns.ts";

export const RegisteredAgent = defineEntity({
  name: "RegisteredAgent",
  tableName: "registered_agents",
  schema: "mosaic",
  uniques: [{ name: "registered_agents_name_unique", properties: ["name"] }],
  properties: {
    id: p.uuid().primary(),
    name: p.text(),
    displayName: p.text(),
    role: p.text().$type<RegisteredAgentRole>(),
    gatewayUrl: p.text(),
    agentId: p.text(),
    model: p.text().strictNullable(),
    isActive: p.boolean().default(true),
    audience: p.text().$type<(typeof AUDIENCES)[number]>().default("everyone"),
    /** Ids; they count only for an audience that is listed. */
    audienceWorkspaces: p.array<string>().defaultRaw("'{}'"),
    audiencePeople: p.array<string>().defaultRaw("'{}'"),
    audienceAgents: p.array<string>().defaultRaw("'{}'"),
    createdAt: createdAt(),
    createdBy: p.text().strictNullable(),
    updatedAt: timestamp().defaultRaw("mosaic.now()"),
  },
});
export type RegisteredAgentRow = InferEntity<typeof RegisteredAgent>;

export const RegisteredAgentSecret = defineEntity({
  name: "RegisteredAgentSecret",
  tableName: "registered_agent_secrets",
  schema: "mosaic",
  properties: {
    agentId: p.uuid().primary(),
    token: p.text(),
    updatedAt: timestamp().defaultRaw("mosaic.now()"),
  },
});
