// A provider's row as the API shows it: the key stays behind.
import type { ProviderView } from "../../contracts/providers/provider.ts";
import type { LlmProviderRow } from "../../db/providers/llm-provider.ts";
import type { RefusalOf } from "../../domain/agent-config/agent-settings.ts";
import { describedModel } from "../../domain/providers/model-capabilities.ts";

export function providerView(row: LlmProviderRow, refusalOf: RefusalOf): ProviderView {
  return {
    id: row.id,
    name: row.name,
    displayName: row.displayName,
    type: row.type,
    baseUrl: row.baseUrl,
    apiKeyLastFour: row.apiKeyLastFour,
    hasApiKey: row.apiKey !== null,
    apiType: row.apiType,
    models: row.models.map(describedModel),
    isActive: row.isActive,
    refusal: refusalOf(row.baseUrl),
    lastTest:
      row.lastTestAt === null
        ? null
        : { at: row.lastTestAt.toISOString(), reason: row.lastTestReason, status: row.lastTestStatus },
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
  };
}
