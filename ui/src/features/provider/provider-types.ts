// What the form of a provider knows about each type. A test compares it with contracts/provider.ts, whose file would bring
// its validator along.
import type { ApiType, ProviderType } from "../../../../contracts/provider.ts";
import type { ProviderTestReason } from "../../../../contracts/provider-test.ts";

export const PROVIDER_FACTS = {
  zai: { baseUrl: "https://api.z.ai/api/paas/v4", apiType: "openai-completions", needsKey: true },
  openai: { baseUrl: "https://api.openai.com/v1", apiType: "openai-completions", needsKey: true },
  anthropic: { baseUrl: "https://api.anthropic.com", apiType: "anthropic-messages", needsKey: true },
  ollama: { baseUrl: null, apiType: "ollama", needsKey: false },
  custom: { baseUrl: null, apiType: "openai-completions", needsKey: false },
} as const satisfies Record<ProviderType, { baseUrl: string | null; apiType: ApiType; needsKey: boolean }>;

export const PROVIDER_TYPES = ["zai", "openai", "anthropic", "ollama", "custom"] as const satisfies readonly ProviderType[];
export const API_TYPES = [
  "openai-completions",
  "openai-responses",
  "anthropic-messages",
  "google-generative-ai",
  "ollama",
] as const satisfies readonly ApiType[];
/** The interfaces' own names; they are the same in every language. */
export const API_TYPE_NAMES: Readonly<Record<ApiType, string>> = {
  "openai-completions": "OpenAI Chat Completions",
  "openai-responses": "OpenAI Responses",
  "anthropic-messages": "Anthropic Messages",
  "google-generative-ai": "Google Generative AI",
  ollama: "Ollama",
};
export const TEST_REASONS = [
  "address_invalid",
  "address_loopback",
  "address_metadata",
  "address_private",
  "address_agents",
  "address_not_public",
  "port_refused",
  "redirected",
  "name_unknown",
  "nothing_listens",
  "unreachable",
  "timed_out",
  "broken_off",
  "certificate_refused",
  "tls_not_spoken",
  "key_missing",
  "key_refused",
  "key_forbidden",
  "path_not_found",
  "no_api",
  "rate_limited",
  "no_credit",
  "provider_fault",
  "unexpected_status",
  "answer_too_large",
  "no_models",
  "model_unknown",
] as const satisfies readonly ProviderTestReason[];
export const TEST_STEPS = ["address", "dns", "connect", "tls", "key", "models"] as const;
