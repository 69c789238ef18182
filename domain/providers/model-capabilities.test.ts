// What a model takes and does, from what was said of it, its family, or neither.
import { capabilitiesOf, modelAccepts } from "./model-capabilities.ts";

const plain = (id: string) => ({ id, name: id });

describe("the capabilities of a model of which nothing was said", () => {
  test.each([
    ["gpt-4o", { images: true, tools: true, reasoning: false }],
    ["openai/gpt-5.2", { images: true, tools: true, reasoning: true, contextWindow: 400_000 }],
    ["gpt-5-mini", { images: true, reasoning: true }],
    ["gpt-4", { images: false, contextWindow: 8_192 }],
    ["o3", { images: true, reasoning: true }],
    ["o3-mini", { images: false, reasoning: true }],
    ["claude-sonnet-4-5-20250929", { images: true, reasoning: true, contextWindow: 200_000, maxTokens: 64_000 }],
    ["claude-opus-4-1-20250805", { images: true, maxTokens: 32_000 }],
    ["claude-3-5-haiku-latest", { images: true, reasoning: false, maxTokens: 8_192 }],
    ["google/gemini-2.5-flash", { images: true, contextWindow: 1_048_576 }],
    ["glm-5", { images: false, reasoning: true }],
    ["glm-4.6v", { images: true, reasoning: true }],
    ["gemma3:latest", { images: true, tools: false }],
    ["gemma3:1b", { images: false }],
    ["llama3.2-vision:11b", { images: true }],
    ["meta-llama/Llama-4-Scout", { images: true }],
    ["Qwen/Qwen2.5-VL-7B-Instruct", { images: true }],
    ["qwen2.5vl:7b", { images: true }],
    ["evil-instruct", { images: false, tools: true }],
  ])("%s: those of its family", (id, expected) => {
    expect(capabilitiesOf(plain(id))).toMatchObject(expected);
  });

  test("a stranger takes text alone, and calls tools", () => {
    expect(capabilitiesOf(plain("our-own-7"))).toEqual({
      ...{ contextWindow: 128_000, maxTokens: 8_192 },
      ...{ images: false, tools: true, reasoning: false },
    });
  });
});

test("what was said counts, false as well as true; what was not said does not", () => {
  const model = { ...plain("gpt-4o"), images: false, contextWindow: 32_768 };
  expect(capabilitiesOf(model)).toMatchObject({ images: false, tools: true, contextWindow: 32_768, maxTokens: 16_384 });
  expect(modelAccepts(model, "images")).toBe(false);
  expect(modelAccepts(plain("gpt-4o"), "images")).toBe(true);
});
