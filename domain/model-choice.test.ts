// The rule of C8: which model an agent uses, and what its owner is told about settings that cannot work.
import { aModel, aProvider, someSettings } from "../tests/support/agent-settings.ts";
import { LAST_RESORT_MODEL, chooseModel } from "./model-choice.ts";

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
    expect(choice.warnings).toEqual([expect.stringContaining("newer is inactive")]);
  });

  test("is the last resort when there is no provider, and no chat may start", () => {
    const choice = chooseModel(someSettings());
    expect(choice).toMatchObject({ effectiveModel: LAST_RESORT_MODEL, hasUsableProvider: false });
    expect(choice.warnings).toHaveLength(1);
  });

  test("is not usable when the chosen one belongs to no active provider", () => {
    const choice = chooseModel(someSettings({ primaryModel: "gone/x", providers: [older] }));
    expect(choice).toMatchObject({ effectiveModel: "gone/x", hasUsableProvider: false });
    expect(choice.warnings).toEqual([expect.stringContaining("gone/x")]);
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
    expect(choice.warnings).toEqual([expect.stringContaining("empty is left out")]);
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
    expect(choice.warnings).toEqual([expect.stringContaining("gone/x")]);
  });

  test("a missing key is named where the provider needs one", () => {
    const providers = [aProvider({ type: "openai", apiKey: null }), aProvider({ type: "ollama", apiKey: null })];
    expect(chooseModel(someSettings({ providers })).warnings).toEqual([expect.stringContaining("openai has no API key")]);
  });
});
