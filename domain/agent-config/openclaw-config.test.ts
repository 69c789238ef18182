// The assembled openclaw.json. tests/integration/agent-config/openclaw-config.test.ts tests it against the real OpenClaw.
import { Secret } from "../../contracts/core/secret.ts";
import { aModel, aProvider, someSettings } from "../../tests/support/agent-config/agent-settings.ts";
import { assembleOpenClawConfig } from "./openclaw-config.ts";

const FACTS = { agentId: "main", displayName: "Ann" } as const;

test("names the effective model and the known fallbacks", () => {
  const settings = someSettings({ providers: [aProvider({ name: "lab" })], fallbackModels: ["lab/large", "gone/x"] });
  const { config, effectiveModel } = assembleOpenClawConfig(settings, FACTS);
  expect(effectiveModel).toBe("lab/small");
  const model = { primary: "mosaic-lab/small", fallbacks: ["mosaic-lab/large"] };
  expect(config).toMatchObject({ agents: { defaults: { model } } });
});

test("lists the models of a provider as an array, with its key and limits", () => {
  const provider = aProvider({ name: "lab", models: [aModel("glm-5")], apiKey: new Secret("sk-1234567890") });
  expect(assembleOpenClawConfig(someSettings({ providers: [provider] }), FACTS).config).toMatchObject({
    models: {
      mode: "replace",
      providers: {
        "mosaic-lab": {
          apiKey: "sk-1234567890",
          auth: "token",
          api: "openai-completions",
          models: [{ id: "glm-5", name: "GLM-5", contextWindow: 128_000, maxTokens: 8_192 }],
        },
      },
    },
  });
});

test("says of each model what it takes and does: what was said first, else what is known of its name", () => {
  const models = [aModel("gpt-4o"), { ...aModel("llava"), tools: true }, { ...aModel("glm-5"), tools: false, images: false }];
  const { config } = assembleOpenClawConfig(someSettings({ providers: [aProvider({ models })] }), FACTS);
  expect(config["models"]).toMatchObject({
    providers: {
      "mosaic-custom": {
        models: [
          { id: "gpt-4o", input: ["text", "image"], reasoning: false },
          { id: "llava", input: ["text", "image"], reasoning: false },
          { id: "glm-5", input: ["text"], reasoning: true, compat: { supportsTools: false } },
        ],
      },
    },
  });
});

test.each(["anthropic", "google", "openrouter", "vercel-ai-gateway"])(
  "the name %s, to which OpenClaw gives a meaning of its own, is not in the file",
  (name) => {
    const settings = { providers: [aProvider({ name })], primaryModel: `${name}/small`, fallbackModels: [`${name}/large`] };
    const { config, effectiveModel } = assembleOpenClawConfig(someSettings(settings), FACTS);
    expect(effectiveModel).toBe(`${name}/small`);
    expect(JSON.stringify(config)).toContain(`"mosaic-${name}"`);
    expect(JSON.stringify(config)).not.toMatch(new RegExp(`"${name}["/]`));
  },
);

test("is hardened: no shell, no files, no control page, no token in the file, nothing reported", () => {
  const { config } = assembleOpenClawConfig(someSettings(), FACTS);
  expect(config).toMatchObject({
    gateway: { bind: "lan", auth: { mode: "token" }, controlUi: { enabled: false } },
    tools: { profile: "minimal", exec: { security: "deny" }, elevated: { enabled: false } },
    telemetry: { enabled: false },
    update: { checkOnStart: false },
    discovery: { mdns: { mode: "off" } },
  });
  expect(JSON.stringify(config)).not.toMatch(/"token":/);
});

test("leaves out providers that are inactive or have no model", () => {
  const providers = [aProvider({ name: "off", isActive: false }), aProvider({ name: "empty", models: [] })];
  const { config, warnings } = assembleOpenClawConfig(someSettings({ providers }), FACTS);
  expect(config).toMatchObject({ models: { providers: {} } });
  expect(warnings).toContainEqual({ code: "provider_without_models", values: { provider: "empty" } });
});

test("allows the plugin that speaks Ollama's API only where it is used", () => {
  const plugins = (providers: ReturnType<typeof aProvider>[]) =>
    assembleOpenClawConfig(someSettings({ providers }), FACTS).config["plugins"];
  expect(plugins([aProvider()])).toEqual({ allow: ["memory-core"] });
  expect(plugins([aProvider({ type: "ollama" }), aProvider({ name: "second", type: "ollama" })])).toEqual({
    allow: ["memory-core", "ollama"],
  });
});

test("writes a key that looks like a variable so that OpenClaw takes it literally", () => {
  const keyOf = (key: string) => {
    const { config } = assembleOpenClawConfig(someSettings({ providers: [aProvider({ apiKey: new Secret(key) })] }), FACTS);
    return JSON.parse(JSON.stringify(config)).models.providers["mosaic-custom"].apiKey;
  };
  expect(keyOf("a${HOME}b")).toBe("a$${HOME}b");
  expect(keyOf("a$${HOME}b")).toBe("a$$${HOME}b");
  expect(keyOf("a${lower}b$")).toBe("a${lower}b$");
});

test("depends on the settings alone, so that equal settings have equal files", () => {
  const settings = someSettings({ providers: [aProvider()] });
  expect(assembleOpenClawConfig(settings, FACTS)).toEqual(assembleOpenClawConfig(structuredSettings(settings), FACTS));
});

function structuredSettings(settings: ReturnType<typeof someSettings>): ReturnType<typeof someSettings> {
  return { ...settings, providers: settings.providers.map((provider) => ({ ...provider })) };
}
