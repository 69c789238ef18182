// What is publicly known of models by their names, for servers whose list of models does not say it. Sources: the model pages
// of OpenAI, Anthropic, Google and Z.AI, the model cards of the open ones. Owners may say otherwise.

export interface ModelCapabilities {
  /** In tokens, of question and answer together. */
  readonly contextWindow: number;
  /** In tokens, of one answer. */
  readonly maxTokens: number;
  readonly images: boolean;
  readonly tools: boolean;
  readonly reasoning: boolean;
}

/** Of a model that nobody knows: text, and the tools that nearly every model of today calls. */
const USUAL_CAPABILITIES: ModelCapabilities = {
  contextWindow: 128_000,
  maxTokens: 8_192,
  images: false,
  tools: true,
  reasoning: false,
};

const SEES = { images: true } as const;
const THINKS = { reasoning: true } as const;

/**
 * The first that fits counts. A name is matched in lower case, without the maker before the last slash: `openai/gpt-4o` and
 * `gpt-4o` are the same model.
 */
const FAMILIES: readonly (readonly [RegExp, Partial<ModelCapabilities>])[] = [
  [/^gpt-5(?:\.\d)?-chat/, { ...SEES, maxTokens: 16_384 }],
  [/^gpt-(?:[5-9]|\d{2})/, { ...SEES, ...THINKS, contextWindow: 400_000, maxTokens: 128_000 }],
  [/^gpt-4\.1/, { ...SEES, contextWindow: 1_047_576, maxTokens: 32_768 }],
  [/^(?:chat)?gpt-4o/, { ...SEES, maxTokens: 16_384 }],
  [/^gpt-4-turbo/, { ...SEES, maxTokens: 4_096 }],
  [/^gpt-4(?:-0613)?$/, { contextWindow: 8_192, maxTokens: 4_096 }],
  [/^gpt-3\.5/, { contextWindow: 16_385, maxTokens: 4_096 }],
  [/^o(?:1|3)-mini/, { ...THINKS, contextWindow: 200_000, maxTokens: 65_536 }],
  [/^o[1-9](?:-|$)/, { ...SEES, ...THINKS, contextWindow: 200_000, maxTokens: 100_000 }],
  [/^claude-(?:instant|2)/, { contextWindow: 100_000, maxTokens: 4_096 }],
  [/^claude-3-(?:opus|sonnet|haiku)/, { ...SEES, contextWindow: 200_000, maxTokens: 4_096 }],
  [/^claude-3[-.]5/, { ...SEES, contextWindow: 200_000, maxTokens: 8_192 }],
  [/^claude-opus-4(?:-[01])?(?:[-@]\d{8})?$/, { ...SEES, ...THINKS, contextWindow: 200_000, maxTokens: 32_000 }],
  [/^claude-/, { ...SEES, ...THINKS, contextWindow: 200_000, maxTokens: 64_000 }],
  [/^gemini-(?:1|2\.0)/, { ...SEES, contextWindow: 1_048_576, maxTokens: 8_192 }],
  [/^gemini-/, { ...SEES, ...THINKS, contextWindow: 1_048_576, maxTokens: 65_536 }],
  [/^glm-4\.5v/, { ...SEES, ...THINKS, contextWindow: 65_536, maxTokens: 16_384 }],
  [/^glm-[\d.]+v/, { ...SEES, ...THINKS, maxTokens: 32_768 }],
  [/^glm-(?:4\.[5-9]|[5-9])/, { ...THINKS, maxTokens: 65_536 }],
  [/^(?:llava|bakllava|moondream|minicpm-v)/, { ...SEES, tools: false, contextWindow: 8_192, maxTokens: 2_048 }],
  [/^gemma-?3(?!.*(?:\b1b|270m))/, { ...SEES, tools: false }],
  [/^llama-?4/, SEES],
  [/^pixtral/, SEES],
  [/(?:^|[-_.:\d])(?:vl|vision)(?:[-_.:\d]|$)/, SEES],
  [/^(?:deepseek-(?:r\d|reasoner)|qwq|magistral|gpt-oss)/, THINKS],
];

/** What is known of a model of this id; empty for a stranger. */
function familyOf(id: string): Partial<ModelCapabilities> {
  const name = id.toLowerCase().split("/").at(-1) ?? "";
  return FAMILIES.find(([pattern]) => pattern.test(name))?.[1] ?? {};
}

/** What a model of this id is taken to take and do while nobody says otherwise. */
export function defaultsOf(id: string): ModelCapabilities {
  return { ...USUAL_CAPABILITIES, ...familyOf(id) };
}

const NO_CHAT = /embed|whisper|tts|audio|realtime|transcri|moderation|dall-e|image|imagen|veo|sora|rerank|guard/;
const SUGGESTED_MAX = 20;

/** Of the models that a provider lists, those to begin with: none that cannot chat, known families first. */
export function suggestedModels(ids: readonly string[]): readonly string[] {
  const chatting = ids.filter((id) => !NO_CHAT.test(id.toLowerCase()));
  const isKnown = (id: string): boolean => Object.keys(familyOf(id)).length > 0;
  const ordered = [...chatting.filter(isKnown), ...chatting.filter((id) => !isKnown(id))];
  return (ordered.length > 0 ? ordered : ids).slice(0, SUGGESTED_MAX);
}
