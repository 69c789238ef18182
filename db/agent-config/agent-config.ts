// user_agent_configs: a tenant's agent settings, with the revision of everything its container gets. Private.
import { defineEntity, p, type InferEntity } from "@mikro-orm/core";
import type { Tenant } from "../../contracts/core/tenant.ts";
import { timestamp } from "../core/columns.ts";

export const UserAgentConfig = defineEntity({
  name: "UserAgentConfig",
  tableName: "user_agent_configs",
  schema: "mosaic",
  properties: {
    tenant: p.text().$type<Tenant>().primary(),
    primaryModel: p.text().strictNullable(),
    fallbackModels: p.json<string[]>().defaultRaw("'[]'"),
    personality: p.text().default(""),
    providerId: p.uuid().strictNullable(),
    idleTimeoutMin: p.integer().strictNullable(),
    revision: p.bigint("number").default(0),
    updatedAt: timestamp().defaultRaw("mosaic.now()"),
  },
});
export type UserAgentConfigRow = InferEntity<typeof UserAgentConfig>;
