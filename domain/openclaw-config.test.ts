// The assembled openclaw.json. Whether the real OpenClaw takes it is asked in tests/integration/openclaw-config.test.ts.
import { Secret } from "../contracts/secret.ts";
import { aModel, aProvider, someSettings } from "../tests/support/agent-settings.ts";
import { assembleOpenClawConfig } from "./openclaw-config.ts";

const FACTS = { agentId: "main", displayName: "Ann" } as const;

test("names the effective model and the known fallbacks", () => {
  const settings = someSettings({ providers: [aProvider({ name: "mosaic" })], fallbackModels: ["mosaic/large", "gone/x"] });
  const { config, effectiveModel } = assembleOpenClawConfig(settings, FACTS);
  expect(effectiveModel).toBe("mosaic/small");
  expect(config).toMatchObject({ agents: { defaults: { model: { primary: "mosaic/small", fallbacks: ["mosaic/large"] } } } });
});

test("lists the models of a provider as an array, with its key and limits", () => {
  const provider = aProvider({ name: "mosaic", models: [aModel("glm-5")], apiKey: new Secret("sk-1234567890") });
  expect(assembleOpenClawConfig(someSettings({ providers: [provider] }), FACTS).config).toMatchObject({
    models: {
      mode: "replace",
      providers: {
        mosaic: {
          apiKey: "sk-1234567890",
          api: "openai-completions",
          models: [{ id: "glm-5", name: "GLM-5", contextWindow: 128_000, maxTokens: 8_192 }],
        },
      },
    },
  });
});

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
  expect(warnings).toContainEqual(expect.stringContaining("empty"));
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
    return JSON.parse(JSON.stringify(config)).models.providers.custom.apiKey;
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
