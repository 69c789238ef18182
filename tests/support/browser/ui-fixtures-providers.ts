// The api's answers for the pages of the caller's model providers.
import { agentConfigViewSchema } from "../../../contracts/agent-config/agent-config.ts";
import {
  providerListSchema,
  providerViewSchema,
  type ProviderModel,
  type ProviderView,
} from "../../../contracts/providers/provider.ts";
import { ago, hold, SIGNED_IN, uuid, type Answers, type PageAtRest } from "./ui-fixtures.ts";

const DAY_MIN = 60 * 24;

function aCard(number: number, given: Partial<ProviderView>): ProviderView {
  return providerViewSchema.parse({
    id: uuid(number),
    name: "zai",
    displayName: "Z.AI",
    type: "zai",
    baseUrl: "https://api.z.ai/api/paas/v4",
    apiKeyLastFour: "k3f9",
    hasApiKey: true,
    apiType: "openai-completions",
    models: [aModel("glm-5"), aModel("glm-5-air")],
    isActive: true,
    refusal: null,
    lastTest: { at: ago(25), reason: null, status: 200 },
    createdAt: ago(DAY_MIN * 12),
    updatedAt: ago(DAY_MIN * 2),
    ...given,
  });
}
const aModel = (id: string): ProviderModel => ({
  ...{ id, name: id, contextWindow: 200_000, maxTokens: 16_384 },
  ...{ images: id.startsWith("claude"), tools: true, reasoning: true, explicit: ["contextWindow", "maxTokens"] },
});

const ANTHROPIC = { type: "anthropic", apiType: "anthropic-messages", baseUrl: "https://api.anthropic.com" } as const;
const OLLAMA = { type: "ollama", apiType: "ollama", baseUrl: "http://10.0.4.20:11434" } as const;
const KEYLESS = { hasApiKey: false, apiKeyLastFour: null } as const;

export const PROVIDER_CARDS: readonly ProviderView[] = [
  aCard(10, {}),
  aCard(12, {
    ...ANTHROPIC,
    name: "claude",
    displayName: "Anthropic, paid by the institute",
    apiKeyLastFour: "Zq8A",
    models: [aModel("claude-opus-5")],
    lastTest: { at: ago(DAY_MIN * 3), reason: "key_refused", status: 401 },
  }),
  aCard(13, {
    name: "gateway",
    displayName: "Institute gateway",
    type: "custom",
    baseUrl: "https://models.example.org/a-rather-long-path/openai/v1",
    models: [],
    lastTest: null,
  }),
  aCard(11, { ...OLLAMA, ...KEYLESS, name: "workshop", displayName: "Workshop computer", isActive: false, lastTest: null }),
];

const config = (change: object = {}) =>
  hold(agentConfigViewSchema, {
    primaryModel: null,
    fallbackModels: ["zai/glm-5-air", "claude/claude-opus-5"],
    personality: "",
    providerId: uuid(10),
    idleTimeoutMin: null,
    effectiveIdleTimeoutMin: 30,
    effectiveModel: "zai/glm-5",
    revision: 12,
    warnings: [{ code: "fallback_unknown", values: { model: "claude/claude-opus-4" } }],
    ...change,
  });

const PROVIDERS: Answers = {
  ...SIGNED_IN,
  "GET /api/me/providers": { body: hold(providerListSchema, { providers: [...PROVIDER_CARDS] }) },
  "GET /api/me/agent-config": { body: config() },
  ...Object.fromEntries(PROVIDER_CARDS.map((card) => [`GET /api/me/providers/${card.id}`, { body: card }])),
};
const GONE: Answers = {
  ...PROVIDERS,
  "GET /api/me/agent-config": { body: config({ primaryModel: "openai/gpt-5", effectiveModel: "openai/gpt-5" }) },
};
const EMPTY: Answers = { ...SIGNED_IN, "GET /api/me/providers": { body: hold(providerListSchema, { providers: [] }) } };
const FAILED: Answers = {
  ...SIGNED_IN,
  "GET /api/me/providers": {
    status: 500,
    body: { error: { code: "INTERNAL", message: "Something went wrong.", requestId: "req-7f3a" } },
  },
};

export const PROVIDER_PAGES: readonly PageAtRest[] = [
  { name: "providers", path: "/settings/providers", answers: PROVIDERS },
  { name: "providers-model-gone", path: "/settings/providers", answers: GONE },
  { name: "providers-empty", path: "/settings/providers", answers: EMPTY },
  { name: "providers-failed", path: "/settings/providers", answers: FAILED },
  { name: "provider-new", path: "/settings/providers/new", answers: PROVIDERS },
  { name: "provider", path: `/settings/providers/${uuid(12)}`, answers: PROVIDERS },
  { name: "provider-without-key", path: `/settings/providers/${uuid(11)}`, answers: PROVIDERS },
];
