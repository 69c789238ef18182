// llm_providers: what a tenant connects its agent to. Private.
import { defineEntity, p, type InferEntity } from "@mikro-orm/core";
import type { StoredModel } from "../../contracts/providers/provider.ts";
import type { ApiType, ProviderType, ProviderTestReason } from "../../contracts/providers/provider-facts.ts";
import type { Tenant } from "../../contracts/core/tenant.ts";
import { createdAt, timestamp } from "../core/columns.ts";

export const LlmProvider = defineEntity({
  name: "LlmProvider",
  tableName: "llm_providers",
  schema: "mosaic",
  properties: {
    id: p.uuid().primary(),
    tenant: p.text().$type<Tenant>(),
    name: p.text(),
    displayName: p.text(),
    type: p.text().$type<ProviderType>(),
    baseUrl: p.text(),
    /** Sealed; bound to the origin of `baseUrl`. */
    apiKey: p.text().strictNullable(),
    apiKeyLastFour: p.text().strictNullable(),
    apiType: p.text().$type<ApiType>(),
    models: p.json<StoredModel[]>(),
    isActive: p.boolean(),
    /** Of the connection as it is now: a change of it forgets the test. Null without one; a null reason then means it passed. */
    lastTestAt: timestamp().strictNullable(),
    lastTestReason: p.text().$type<ProviderTestReason>().strictNullable(),
    lastTestStatus: p.integer().strictNullable(),
    createdAt: createdAt(),
    updatedAt: timestamp().defaultRaw("mosaic.now()"),
  },
  uniques: [{ properties: ["tenant", "id"] }, { properties: ["tenant", "name"] }],
});
export type LlmProviderRow = InferEntity<typeof LlmProvider>;
