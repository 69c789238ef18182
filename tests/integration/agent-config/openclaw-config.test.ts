// The real OpenClaw accepts every configuration that the product assembles: `openclaw config validate` of the pinned version.
import { Secret } from "../../../contracts/core/secret.ts";
import { API_TYPES, PROVIDER_TYPES } from "../../../contracts/providers/provider-facts.ts";
import type { AgentSettings } from "../../../domain/agent-config/agent-settings.ts";
import { assembleOpenClawConfig } from "../../../domain/agent-config/openclaw-config.ts";
import { aModel, aProvider, someSettings } from "../../support/agent-config/agent-settings.ts";
import { installOpenClaw, validateConfig, type Verdict } from "../../support/containers/openclaw.ts";

const ACCEPTED = { valid: true, warnings: [], issues: [] };
const PERSONALITY = 'You are "terse" and ${kind}.\n\n# Rules\n- 日本語 is fine.';

beforeAll(installOpenClaw, 1_200_000);

function verdictOn(settings: Partial<AgentSettings>): Promise<Verdict> {
  const facts = { agentId: "main", displayName: 'Ann "${HOME}"' } as const;
  return validateConfig(assembleOpenClawConfig(someSettings(settings), facts).config);
}

describe.each(PROVIDER_TYPES)("a provider of type %s", (type) => {
  test("with models and a personality is accepted", async () => {
    const provider = aProvider({ type });
    const settings = { providers: [provider], providerId: provider.id, personality: PERSONALITY };
    expect(await verdictOn({ ...settings, fallbackModels: [`${type}/large`] })).toEqual(ACCEPTED);
  });

  test("without models is accepted, for it is left out", async () => {
    expect(await verdictOn({ providers: [aProvider({ type, models: [] })] })).toEqual(ACCEPTED);
  });
});

test("every API that a provider may be given is accepted, with and without a key", async () => {
  const providers = API_TYPES.flatMap((apiType) => [
    aProvider({ name: `${apiType}-keyed`, apiType }),
    aProvider({ name: `${apiType}-open`, apiType, apiKey: null }),
  ]);
  expect(await verdictOn({ providers })).toEqual(ACCEPTED);
});

test("what a model takes and does is accepted, whatever was said of it", async () => {
  const said = { contextWindow: 1_000_000, maxTokens: 65_536, images: true, tools: false, reasoning: true };
  const models = [{ ...aModel("sees"), ...said }, { ...aModel("plain"), ...said, images: false }, aModel("stranger")];
  const providers = [...PROVIDER_TYPES.map((type) => aProvider({ type, models })), aProvider({ name: "google", models })];
  expect(await verdictOn({ providers })).toEqual(ACCEPTED);
});

test("names, models and keys with odd characters are accepted", async () => {
  const models = [aModel("meta/llama-4:70b"), aModel("${OPENAI_API_KEY}"), aModel("a b\u2028c")];
  const providers = [aProvider({ name: "0-9", models, apiKey: new Secret('"${AGENT_TOKEN}\n') })];
  expect(await verdictOn({ providers, primaryModel: "0-9/meta/llama-4:70b" })).toEqual(ACCEPTED);
});

test("the validator does refuse: models as a map, as older descriptions have them", async () => {
  const { config } = assembleOpenClawConfig(someSettings({ providers: [aProvider()] }), {
    agentId: "main",
    displayName: "Ann",
  });
  const wrong = JSON.parse(JSON.stringify(config));
  wrong.models.providers["mosaic-custom"].models = { "glm-5": {} };
  expect(await validateConfig(wrong)).toMatchObject({
    valid: false,
    issues: [expect.objectContaining({ path: expect.stringContaining("models.providers.mosaic-custom.models") })],
  });
});
