// Which model an agent uses, and the warnings for settings that cannot work.
import { aModel, aProvider, someSettings } from "../../tests/support/agent-config/agent-settings.ts";
import { chooseModel } from "./model-choice.ts";

const older = aProvider({ name: "older", createdAt: new Date("2026-01-01T00:00:00Z") });
const newer = aProvider({ name: "newer", createdAt: new Date("2026-02-01T00:00:00Z") });

describe("the effective model", () => {
  test("is the user's own choice first of all", () => {
    const choice = chooseModel(someSettings({ primaryModel: "newer/large", providers: [older, newer], providerId: older.id }));
    expect(choice).toMatchObject({ effectiveModel: "newer/large", hasUsableProvider: true, warnings: [] });
  });

  test("is the first model of the default provider when nothing was chosen", () => {
    expect(chooseModel(someSettings({ providers: [older, newer], providerId: newer.id })).effectiveModel).toBe("newer/small");
  });

  test("is that of the oldest active provider when there is no default", () => {
    expect(chooseModel(someSettings({ providers: [newer, older] })).effectiveModel).toBe("older/small");
  });

  test("passes over a default provider that is inactive, and says so", () => {
    const choice = chooseModel(someSettings({ providers: [older, { ...newer, isActive: false }], providerId: newer.id }));
    expect(choice.effectiveModel).toBe("older/small");
    expect(choice.warnings).toEqual([{ code: "default_provider_inactive", values: { provider: "newer" } }]);
  });

  test("is none when there is no provider, and no chat may start", () => {
    const choice = chooseModel(someSettings());
    expect(choice).toMatchObject({ effectiveModel: null, hasUsableProvider: false });
    expect(choice.warnings).toEqual([{ code: "no_model", values: {} }]);
  });

  test("is not usable when the chosen one belongs to no active provider", () => {
    const choice = chooseModel(someSettings({ primaryModel: "gone/x", providers: [older] }));
    expect(choice).toMatchObject({ effectiveModel: "gone/x", hasUsableProvider: false });
    expect(choice.warnings).toEqual([{ code: "primary_unknown", values: { model: "gone/x" } }]);
  });

  test("may have slashes in its own name", () => {
    const provider = aProvider({ name: "router", models: [aModel("meta/llama-4")] });
    expect(chooseModel(someSettings({ primaryModel: "router/meta/llama-4", providers: [provider] })).hasUsableProvider).toBe(
      true,
    );
  });

  test("does not depend on the order of two providers of the same instant", () => {
    const twins = [aProvider({ name: "b" }), aProvider({ name: "a" })];
    const forwards = chooseModel(someSettings({ providers: twins })).effectiveModel;
    expect(chooseModel(someSettings({ providers: twins.toReversed() })).effectiveModel).toBe(forwards);
  });
});

describe("what is left out", () => {
  test("a provider without a model is left out with a warning", () => {
    const choice = chooseModel(someSettings({ providers: [aProvider({ name: "empty", models: [] }), older] }));
    expect(choice.providers.map(({ name }) => name)).toEqual(["older"]);
    expect(choice.warnings).toEqual([{ code: "provider_without_models", values: { provider: "empty" } }]);
  });

  test("an inactive provider is left out without a word", () => {
    const choice = chooseModel(someSettings({ providers: [{ ...newer, isActive: false }, older] }));
    expect(choice.providers.map(({ name }) => name)).toEqual(["older"]);
    expect(choice.warnings).toEqual([]);
  });

  test("fallbacks that nobody has, that repeat, or that are the primary one are left out", () => {
    const choice = chooseModel(
      someSettings({ providers: [older], fallbackModels: ["older/large", "gone/x", "older/large", "older/small"] }),
    );
    expect(choice.fallbackModels).toEqual(["older/large"]);
    expect(choice.warnings).toEqual([{ code: "fallback_unknown", values: { model: "gone/x" } }]);
  });

  test("a missing key is named where the provider needs one", () => {
    const providers = [aProvider({ type: "openai", apiKey: null }), aProvider({ type: "ollama", apiKey: null })];
    const wanted = [{ code: "provider_without_key", values: { provider: "openai" } }];
    expect(chooseModel(someSettings({ providers })).warnings).toEqual(wanted);
  });
});

test("what OpenClaw would read as another model, saved before that was refused, is left out with a warning", () => {
  const provider = aProvider({ name: "lab", models: [aModel("gemma@prod"), aModel("gemma")] });
  const choice = chooseModel(someSettings({ providers: [provider], primaryModel: "lab/gemma@prod" }));
  expect(choice).toMatchObject({
    hasUsableProvider: false,
    warnings: [{ code: "model_unreadable", values: { model: "lab/gemma@prod" } }, { code: "primary_unknown" }],
  });
  expect(chooseModel(someSettings({ providers: [provider] })).effectiveModel).toBe("lab/gemma");
});

test("a provider whose address is not allowed is left out, and its reason is told", () => {
  const refused = aProvider({ name: "inside", refusal: "address_private" });
  const choice = chooseModel(someSettings({ providers: [refused], providerId: refused.id }));
  expect(choice).toMatchObject({ effectiveModel: null, hasUsableProvider: false, providers: [] });
  const values = { provider: "inside", reason: "address_private" };
  expect(choice.warnings).toContainEqual({ code: "provider_refused", values });
});
