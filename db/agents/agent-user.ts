// agent_users and agent_api_keys: agents that sign in by keys of their own. Seen by the agent and its owner.
import { defineEntity, p } from "@mikro-orm/core";
import type { AgentDisabledBy, AgentScope, AgentStatus } from "../../contracts/agents/facts.ts";
import type { Tenant } from "../../contracts/core/tenant.ts";
import { createdAt, timestamp } from "../core/columns.ts";

export const AgentUser = defineEntity({
  name: "AgentUser",
  tableName: "agent_users",
  schema: "mosaic",
  properties: {
    id: p.uuid().primary(),
    tenant: p.text().$type<Tenant>().unique(),
    ownerId: p.uuid().index(),
    ownerTenant: p.text().$type<Tenant>(),
    handle: p.text(),
    description: p.text().default(""),
    status: p.text().$type<AgentStatus>().default("active"),
    /** Null: it is active. */
    disabledBy: p.text().$type<AgentDisabledBy>().strictNullable(),
    disabledReason: p.text().strictNullable(),
    usesOwnerProviders: p.boolean().default(true),
    createdAt: createdAt(),
  },
  indexes: [{ properties: ["createdAt", "id"] }],
  uniques: [
    { properties: ["ownerTenant", "handle"], name: "agent_users_owner_handle_unique" },
    { properties: ["tenant", "ownerTenant"], name: "agent_users_tenant_owner_unique" },
  ],
});

/** For the schema alone: hashes and proofs are read by functions of schema auth, and the api may not select them. */
export const AgentApiKey = defineEntity({
  name: "AgentApiKey",
  tableName: "agent_api_keys",
  schema: "mosaic",
  properties: {
    id: p.uuid().primary(),
    tenant: p.text().$type<Tenant>(),
    ownerTenant: p.text().$type<Tenant>().index(),
    keyId: p.text().unique(),
    hash: p.blob(),
    /** Binds the hash to the agent: TokenHasher.bind. */
    proof: p.blob(),
    lastFour: p.text(),
    scopes: p.array<AgentScope>(),
    description: p.text().default(""),
    createdAt: createdAt(),
    lastUsedAt: timestamp().strictNullable(),
    expiresAt: timestamp().strictNullable(),
    revokedAt: timestamp().strictNullable(),
    /** The key id of its successor. */
    replacedBy: p.text().strictNullable(),
  },
  indexes: [{ properties: ["tenant", "createdAt"], name: "agent_api_keys_tenant_index" }],
});
