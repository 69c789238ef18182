// What is known of model providers and of the test of a connection, for the api and, without a validator, for the forms of
// the web interface.

export const PROVIDER_TYPES = ["zai", "openai", "anthropic", "ollama", "custom"] as const;
export type ProviderType = (typeof PROVIDER_TYPES)[number];

/** The `api` values of OpenClaw that a provider may be given. */
export const API_TYPES = [
  "openai-completions",
  "openai-responses",
  "anthropic-messages",
  "google-generative-ai",
  "ollama",
] as const;
export type ApiType = (typeof API_TYPES)[number];

/** Defaults by type. `baseUrl` null: the user must give one. Sources: the providers' own API references. */
export const PROVIDER_DEFAULTS: Readonly<
  Record<ProviderType, { baseUrl: string | null; apiType: ApiType; needsKey: boolean }>
> = {
  zai: { baseUrl: "https://api.z.ai/api/paas/v4", apiType: "openai-completions", needsKey: true },
  openai: { baseUrl: "https://api.openai.com/v1", apiType: "openai-completions", needsKey: true },
  anthropic: { baseUrl: "https://api.anthropic.com", apiType: "anthropic-messages", needsKey: true },
  ollama: { baseUrl: null, apiType: "ollama", needsKey: false },
  custom: { baseUrl: null, apiType: "openai-completions", needsKey: false },
};

/** What a model can take and do beyond text. */
export const MODEL_ABILITIES = ["images", "tools", "reasoning"] as const;
export type ModelAbility = (typeof MODEL_ABILITIES)[number];

/** What can be set of a model. */
export const CAPABILITY_NAMES = ["contextWindow", "maxTokens", ...MODEL_ABILITIES] as const;

/** In tokens: of question and answer together, and of one answer. */
export const MODEL_LIMITS = {
  contextWindow: { min: 1024, max: 10_000_000 },
  maxTokens: { min: 1, max: 1_000_000 },
} as const;
export type ModelLimit = keyof typeof MODEL_LIMITS;

/** The steps of a connection test, in order; the first that fails ends it. */
export const PROVIDER_TEST_STEPS = ["address", "dns", "connect", "tls", "key", "models"] as const;
export type ProviderTestStep = (typeof PROVIDER_TEST_STEPS)[number];
/** `unused`: there is nothing to do, such as TLS over plain http. `open`: the test did not come so far. */
export const PROVIDER_STEP_STATES = ["passed", "failed", "unused", "open"] as const;
export type ProviderStepState = (typeof PROVIDER_STEP_STATES)[number];

/** Why a test fails. Each has words of its own, with what to do, in every language. */
export const PROVIDER_TEST_REASONS = [
  "address_invalid",
  "address_loopback",
  "address_metadata",
  "address_private",
  "address_agents",
  "address_not_public",
  "port_refused",
  "redirected",
  "name_unknown",
  "proxy_unreachable",
  "proxy_refused",
  "nothing_listens",
  "unreachable",
  "timed_out",
  "broken_off",
  "certificate_refused",
  "certificate_authority_unknown",
  "certificate_self_signed",
  "certificate_expired",
  "certificate_other_name",
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
] as const;
export type ProviderTestReason = (typeof PROVIDER_TEST_REASONS)[number];
