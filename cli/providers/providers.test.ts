// `mosaic providers`.
import type { ProviderView } from "../../contracts/providers/provider.ts";
import { mosaic, startFakeApi, type Answers, type CliSetting } from "../../tests/support/core/cli.ts";
import { aTestResult } from "../../tests/support/providers/provider-test-results.ts";

const ID = "6f1c0c3e-1f6e-4f0e-9c59-0a5f5d6c7b01";
const PROVIDER: ProviderView = {
  id: ID,
  name: "zai",
  displayName: "zai",
  type: "zai",
  baseUrl: "https://api.z.ai/api/paas/v4",
  apiKeyLastFour: "wxyz",
  hasApiKey: true,
  apiType: "openai-completions",
  models: [
    {
      ...{ id: "glm-5", name: "glm-5", contextWindow: 128_000, maxTokens: 8_192 },
      ...{ images: false, tools: true, reasoning: true, explicit: ["maxTokens", "reasoning"] },
    },
  ],
  isActive: true,
  refusal: null,
  lastTest: null,
  createdAt: "2026-11-20T10:00:00.000Z",
  updatedAt: "2026-11-20T10:00:00.000Z",
};
const TOLD = {
  id: "glm-5",
  name: "GLM 5",
  contextWindow: 200_000,
  maxTokens: null,
  images: true,
  tools: false,
  reasoning: null,
};
const WORKS = aTestResult({ message: "It works.", durationMs: 80, models: ["glm-5", "glm-5-air"], offered: [TOLD] });
const REFUSED = { ok: false, failedStep: "key", reason: "key_refused", status: 401 } as const;
const FAILS = aTestResult({ ...REFUSED, message: "The key was refused." });

let api: Awaited<ReturnType<typeof startFakeApi>>;
afterEach(() => api.close());

async function providers(words: readonly string[], answers: Answers, setting: CliSetting = {}) {
  api = await startFakeApi({ "GET /api/me/providers": { body: { providers: [PROVIDER] } }, ...answers });
  const env = { MOSAIC_URL: api.url, MOSAIC_API_KEY: "mpk_a_b", ...setting.env };
  return mosaic(["providers", ...words], { ...setting, env });
}

test("list shows the last characters of a key alone", async () => {
  const { stdout } = await providers(["list"], {});
  expect(stdout).toMatch(/zai\s+zai\s+openai-completions\s+glm-5\s+…wxyz\s+yes/);
});

test("add tests the connection first and takes the models that the test finds, with what was told of them", async () => {
  const answers = { "POST /api/me/provider-tests": { body: WORKS }, "POST /api/me/providers": { status: 201, body: PROVIDER } };
  const { exitCode } = await providers(["add", "zai", "--type", "zai", "--key-stdin"], answers, { stdin: "sk-secret\n" });
  expect(exitCode).toBe(0);
  expect(api.seen.map(({ path }) => path)).toEqual(["/api/me/provider-tests", "/api/me/providers"]);
  expect(api.seen[1]?.body).toEqual({
    name: "zai",
    displayName: "zai",
    type: "zai",
    models: [
      { id: "glm-5", name: "GLM 5", contextWindow: 200_000, images: true, tools: false },
      { id: "glm-5-air", name: "glm-5-air" },
    ],
    apiKey: "sk-secret",
  });
});

test("add saves nothing when the test fails, and says which step it was", async () => {
  const answers = { "POST /api/me/provider-tests": { body: FAILS } };
  const env = { MOSAIC_PROVIDER_KEY: "sk-secret" };
  const { exitCode, stderr } = await providers(["add", "zai", "--type", "zai"], answers, { env });
  expect(exitCode).toBe(1);
  expect(stderr).toContain("(key): The key was refused.");
  expect(api.seen).toHaveLength(1);
});

test("a required key that is missing is prompted for by name, never taken from the command line", async () => {
  const { exitCode, stderr } = await providers(["add", "zai", "--type", "zai"], {});
  expect(exitCode).toBe(2);
  expect(stderr).toContain("MOSAIC_PROVIDER_KEY");
  expect((await mosaic(["providers", "add", "--help"])).stdout).not.toMatch(/--(api-)?key <|--password <|--token </);
});

test("add --default makes it the default provider", async () => {
  const view = {
    primaryModel: null,
    fallbackModels: [],
    personality: "",
    providerId: ID,
    idleTimeoutMin: null,
    effectiveIdleTimeoutMin: 30,
    effectiveModel: "zai/glm-5",
    revision: 4,
    warnings: [
      { code: "provider_without_key", values: { provider: "zai" } },
      { code: "fallback_unknown", values: { model: "gone/x" } },
    ],
  };
  const answers = { "POST /api/me/providers": { status: 201, body: PROVIDER }, "PATCH /api/me/agent-config": { body: view } };
  const words = [
    "add",
    "local",
    "--type",
    "ollama",
    "--base-url",
    "http://192.0.2.7:11434",
    "-m",
    "qwen3",
    "--no-test",
    "--default",
  ];
  const { exitCode, stderr } = await providers(words, answers);
  expect(exitCode).toBe(0);
  expect(api.seen.at(-1)?.body).toEqual({ providerId: ID });
  expect(stderr).toContain("The provider zai has no API key and will refuse to answer.");
  expect(stderr).toContain("The fallback model gone/x is not used: no active provider has it.");
});

test("a test ends with 1 when the connection does not work", async () => {
  const answers = { [`POST /api/me/providers/${ID}/test`]: { body: FAILS } };
  expect(await providers(["test", "zai"], answers)).toMatchObject({ exitCode: 1, stderr: expect.stringContaining("refused") });
});

test("remove wants a yes, which in a script must be said beforehand", async () => {
  const answers = { [`DELETE /api/me/providers/${ID}`]: { status: 204 } };
  expect((await providers(["remove", "zai"], answers)).exitCode).toBe(2);
  await api.close();
  expect((await providers(["remove", "zai", "--yes"], answers)).exitCode).toBe(0);
  expect(api.seen.at(-1)?.method).toBe("DELETE");
});

test("a name that is unknown is no provider of yours", async () => {
  expect(await providers(["test", "nobody"], {})).toMatchObject({ exitCode: 1, stderr: expect.stringContaining("nobody") });
});

describe("what a model takes and does", () => {
  const [glm] = PROVIDER.models;
  const air = {
    ...glm,
    id: "glm-5-air",
    name: "Air",
    contextWindow: 64_000,
    maxTokens: 65_536,
    explicit: ["contextWindow", "tools"],
  };
  const two = { ...PROVIDER, models: [glm, air] };
  const answers = {
    "GET /api/me/providers": { body: { providers: [two] } },
    [`PATCH /api/me/providers/${ID}`]: { body: { ...two, models: [{ ...glm, images: true }, air] } },
  };

  test("show lists it, for people and as JSON", async () => {
    const { stdout } = await providers(["show", "zai"], answers);
    expect(stdout).toMatch(/MODEL\s+IMAGES\s+TOOLS\s+REASONING\s+CONTEXT\s+MAX TOKENS/);
    expect(stdout).toMatch(/glm-5-air\s+no\s+yes\s+yes\s+64000\s+65536/);
    await api.close();
    expect(JSON.parse((await providers(["show", "zai", "--json"], answers)).stdout)).toEqual(two);
  });

  test("set-model changes what is named, and keeps what was said of the other models", async () => {
    const words = ["set-model", "zai", "glm-5", "--images", "yes", "--tools", "no", "--context-window", "32768"];
    const { exitCode, stderr, stdout } = await providers([...words, "--max-tokens", "default"], answers);
    expect([exitCode, stderr, stdout]).toEqual([0, "", expect.stringMatching(/glm-5\s+yes/)]);
    expect(api.seen.at(-1)?.body).toEqual({
      models: [
        { id: "glm-5", name: "glm-5", contextWindow: 32_768, images: true, tools: false, reasoning: true },
        { id: "glm-5-air", name: "Air", contextWindow: 64_000, tools: true },
      ],
    });
  });

  test.each([
    [["zai", "glm-5", "--images", "maybe"], 2, "yes, no or default"],
    [["zai", "glm-5", "--context-window", "12"], 2, "from 1024 to 10000000"],
    [["zai", "glm-5"], 2, "--images yes"],
    [["zai", "gpt-5", "--images", "yes"], 1, "mosaic providers show zai"],
  ])("set-model %j is refused, and nothing is changed", async (words, exitCode, text) => {
    expect(await providers(["set-model", ...words], answers)).toMatchObject({
      exitCode,
      stderr: expect.stringContaining(text),
    });
    expect(api.seen.some(({ method }) => method === "PATCH")).toBe(false);
  });
});
