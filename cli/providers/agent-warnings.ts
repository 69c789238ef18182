// What cannot work in an agent's settings, in English for the terminal.
import type { AgentWarning, AgentWarningCode } from "../../contracts/agent-config/agent-warnings.ts";

const WORDS: Readonly<Record<AgentWarningCode, (values: AgentWarning["values"]) => string>> = {
  provider_refused: ({ provider, reason }) => `The provider ${provider} is not used: its address is not allowed (${reason}).`,
  provider_without_models: ({ provider }) => `The provider ${provider} is not used: it has no model.`,
  provider_without_key: ({ provider }) => `The provider ${provider} has no API key and will refuse to answer.`,
  default_provider_inactive: ({ provider }) => `The default provider ${provider} is inactive. Another provider is used.`,
  model_unreadable: ({ model }) =>
    `The model ${model} is not used: OpenClaw would use a different model. Rename it on its server.`,
  fallback_unknown: ({ model }) => `The fallback model ${model} is not used: no active provider has it.`,
  primary_unknown: ({ model }) => `No active provider has the primary model ${model}.`,
  no_model: () => "No active provider has a model.",
};

export function warningWords({ code, values }: AgentWarning): string {
  return WORDS[code](values);
}
