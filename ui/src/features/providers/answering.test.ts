// Which models are said to answer, when some of them are gone.
import type { ProviderView } from "../../../../contracts/providers/provider.ts";
import { answeringModels, canAnswer } from "./answering.ts";

const provider: ProviderView = {
  ...{ id: "00000000-0000-4000-8000-000000000010", name: "zai", displayName: "Z.AI", type: "zai", isActive: true },
  ...{ baseUrl: "https://api.z.ai/api/paas/v4", apiKeyLastFour: null, hasApiKey: false, apiType: "openai-completions" },
  models: ["glm-5", "glm-5-air"].map((id) => ({
    id,
    name: id,
    contextWindow: 128_000,
    maxTokens: 8_192,
    images: false,
    tools: true,
    reasoning: true,
    explicit: [],
  })),
  ...{ refusal: null, lastTest: null, createdAt: "2026-11-21T09:42:00.000Z", updatedAt: "2026-11-21T09:42:00.000Z" },
};

test("after the chosen model come the fallbacks that some provider has", () => {
  const chosen = { effectiveModel: "zai/glm-5", fallbackModels: ["zai/glm-5", "zai/gone", "zai/glm-5-air"] };
  expect(answeringModels(chosen, [provider])).toEqual({ first: "zai/glm-5", isThere: true, afterwards: ["zai/glm-5-air"] });
});

test("nothing comes after a chosen model that no provider has: the agent cannot answer", () => {
  const chosen = { effectiveModel: "openai/gpt-5", fallbackModels: ["zai/glm-5-air"] };
  expect(answeringModels(chosen, [provider])).toEqual({ first: "openai/gpt-5", isThere: false, afterwards: [] });
});

test("a provider whose address is not allowed any more answers nothing", () => {
  const refused = { ...provider, refusal: "address_private" } as const;
  expect(answeringModels({ effectiveModel: "zai/glm-5", fallbackModels: [] }, [refused]).isThere).toBe(false);
  expect([canAnswer([refused]), canAnswer([provider])]).toEqual([false, true]);
});
