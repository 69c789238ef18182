// What the interfaces of model providers are called: by their own names, the same in every language.
import type { ApiType } from "../../../../contracts/provider-facts.ts";

export const API_TYPE_NAMES: Readonly<Record<ApiType, string>> = {
  "openai-completions": "OpenAI Chat Completions",
  "openai-responses": "OpenAI Responses",
  "anthropic-messages": "Anthropic Messages",
  "google-generative-ai": "Google Generative AI",
  ollama: "Ollama",
};
