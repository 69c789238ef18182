// Problems in an agent's settings, as a closed set of codes; worded where they are shown.

export const AGENT_WARNING_CODES = [
  "provider_refused",
  "provider_without_models",
  "provider_without_key",
  "default_provider_inactive",
  "model_unreadable",
  "fallback_unknown",
  "primary_unknown",
  "no_model",
] as const;
export type AgentWarningCode = (typeof AGENT_WARNING_CODES)[number];

/** `provider`: its id before the slash. `model`: as `provider/model`. `reason`: why its address may not be called. */
export const AGENT_WARNING_VALUES = ["provider", "model", "reason"] as const;

export interface AgentWarning {
  readonly code: AgentWarningCode;
  readonly values: { readonly [name in (typeof AGENT_WARNING_VALUES)[number]]?: string };
}
