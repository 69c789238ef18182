// What the provider form sends of its models.
import type { OfferedModel, ProviderView } from "../../../../contracts/providers/provider.ts";
import { newValues, toChange, toInput, valuesOf } from "./provider-values.ts";

const OFFERED: OfferedModel = {
  ...{ id: "our-own-7", name: "our-own-7", contextWindow: 32_768, maxTokens: null },
  ...{ images: true, tools: false, reasoning: null },
};
const SAVED: ProviderView = {
  ...{ id: "00000000-0000-4000-8000-000000000010", name: "lab", displayName: "Lab", type: "custom", isActive: true },
  ...{ baseUrl: "https://lab.example/v1", apiKeyLastFour: null, hasApiKey: false, apiType: "openai-completions" },
  models: [
    {
      ...{ id: "own-a", name: "own-a", contextWindow: 64_000, maxTokens: 4_096, images: true, tools: true, reasoning: false },
      explicit: ["contextWindow", "maxTokens", "images", "reasoning"],
    },
    {
      ...{ id: "own-b", name: "own-b", contextWindow: 128_000, maxTokens: 8_192, images: false, tools: true, reasoning: false },
      explicit: [],
    },
  ],
  ...{ refusal: null, lastTest: null, createdAt: "2026-11-21T09:42:00.000Z", updatedAt: "2026-11-21T09:42:00.000Z" },
};
const KNOWN = { saved: SAVED.models, offered: [] };

test("of a model that a test or a list found, what the provider told goes along", () => {
  const values = { ...newValues("custom"), models: ["our-own-7", "by-hand"] };
  expect(toInput(values, [OFFERED]).models).toEqual([
    { id: "our-own-7", name: "our-own-7", contextWindow: 32_768, images: true, tools: false },
    { id: "by-hand", name: "by-hand" },
  ]);
});

test("a number that was emptied is sent as absent, or as what the provider told", () => {
  const values = { ...newValues("custom"), models: ["our-own-7"], abilities: { "our-own-7": { contextWindow: null } } };
  expect(toInput(values, []).models).toEqual([{ id: "our-own-7", name: "our-own-7" }]);
  expect(toInput(values, [OFFERED]).models).toEqual([expect.objectContaining({ contextWindow: 32_768 })]);
});

test("a change of one model keeps what was said of the others, and turns no guess into something said", () => {
  const base = valuesOf(SAVED);
  const values = { ...base, abilities: { "own-a": { contextWindow: null, maxTokens: 2_048 } } };
  expect(toChange(values, base, KNOWN)).toEqual({
    models: [
      // The last value equals the default of a model with this name, but was chosen explicitly.
      { id: "own-a", name: "own-a", images: true, maxTokens: 2_048, reasoning: false },
      { id: "own-b", name: "own-b" },
    ],
  });
  expect(toChange(base, base, KNOWN)).toEqual({});
});
