// Builds agent settings and providers for tests; what a test does not name has a sensible value.
import type { StoredModel } from "../../../contracts/providers/provider.ts";
import { PROVIDER_DEFAULTS } from "../../../contracts/providers/provider-facts.ts";
import { Secret } from "../../../contracts/core/secret.ts";
import type { AgentSettings, ProviderSettings } from "../../../domain/agent-config/agent-settings.ts";

export function aModel(id: string): StoredModel {
  return { id, name: id.toUpperCase(), contextWindow: 128_000, maxTokens: 8_192 };
}

export function aProvider(given: Partial<ProviderSettings> = {}): ProviderSettings {
  const type = given.type ?? "custom";
  const name = given.name ?? type;
  return {
    id: `id-of-${name}`,
    name,
    displayName: name,
    type,
    baseUrl: PROVIDER_DEFAULTS[type].baseUrl ?? "http://models.example.test/v1",
    apiKey: new Secret("sk-test-key-0001"),
    apiType: PROVIDER_DEFAULTS[type].apiType,
    models: [aModel("small"), aModel("large")],
    isActive: true,
    createdAt: new Date("2026-01-01T00:00:00Z"),
    refusal: null,
    ...given,
  };
}

export function someSettings(given: Partial<AgentSettings> = {}): AgentSettings {
  return { primaryModel: null, fallbackModels: [], personality: "", providerId: null, providers: [], revision: 1, ...given };
}
