// The real OpenClaw accepts every configuration that the product assembles: `openclaw config validate` of the pinned version.
import { Secret } from "../../contracts/secret.ts";
import { API_TYPES, PROVIDER_TYPES } from "../../contracts/provider-facts.ts";
import type { AgentSettings } from "../../domain/agent-settings.ts";
import { assembleOpenClawConfig } from "../../domain/openclaw-config.ts";
import { aModel, aProvider, someSettings } from "../support/agent-settings.ts";
import { installOpenClaw, validateConfig, type Verdict } from "../support/openclaw.ts";

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
  wrong.models.providers.custom.models = { "glm-5": {} };
  expect(await validateConfig(wrong)).toMatchObject({
    valid: false,
    issues: [expect.objectContaining({ path: expect.stringContaining("models.providers.custom.models") })],
  });
});
