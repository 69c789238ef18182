// What is sent of models that are chosen.
import { asOffered, asSaid, changed } from "./model-input.ts";
import type { OfferedModel, ProviderModel } from "./provider.ts";

const OFFERED: OfferedModel = {
  ...{ id: "our-own-7", name: "Our own", contextWindow: 32_768, maxTokens: null },
  ...{ images: true, tools: false, reasoning: null },
};
const SHOWN: ProviderModel = {
  ...{ id: "our-own-7", name: "Our own", contextWindow: 32_768, maxTokens: 8_192 },
  ...{ images: false, tools: true, reasoning: false, explicit: ["contextWindow", "tools"] },
};

test("what the provider told is sent along, false as well as true; what it did not tell is left out", () => {
  const told = { id: "our-own-7", name: "Our own", contextWindow: 32_768, images: true, tools: false };
  expect(asOffered({ id: "our-own-7" }, [OFFERED])).toEqual(told);
  expect(asOffered({ id: "another" }, [OFFERED])).toEqual({ id: "another", name: "another" });
});

test("what was said of the model itself counts before what its provider tells", () => {
  expect(asOffered({ id: "our-own-7", name: "Mine", images: false }, [OFFERED])).toMatchObject({
    ...{ name: "Mine", images: false, tools: false },
  });
});

test("values that were set are sent again, defaults too; values derived from the id are not", () => {
  expect(asSaid(SHOWN)).toEqual({ id: "our-own-7", name: "Our own", contextWindow: 32_768, tools: true });
});

test("a change adds, replaces, and takes back", () => {
  expect(changed(asSaid(SHOWN), { contextWindow: null, maxTokens: 100, tools: false })).toEqual({
    ...{ id: "our-own-7", name: "Our own", maxTokens: 100, tools: false },
  });
});
