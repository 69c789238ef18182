// A provider's row as the API shows it: the key stays behind.
import type { ProviderView } from "../contracts/provider.ts";
import type { LlmProviderRow } from "../db/entities/llm-provider.ts";

export function providerView(row: LlmProviderRow): ProviderView {
  return {
    id: row.id,
    name: row.name,
    displayName: row.displayName,
    type: row.type,
    baseUrl: row.baseUrl,
    apiKeyLastFour: row.apiKeyLastFour,
    hasApiKey: row.apiKey !== null,
    apiType: row.apiType,
    models: row.models,
    isActive: row.isActive,
    lastTest:
      row.lastTestAt === null
        ? null
        : { at: row.lastTestAt.toISOString(), reason: row.lastTestReason, status: row.lastTestStatus },
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
  };
}
