// Tests of the provider's connection test and of model discovery, against servers that speak as the providers do.
import { FleetError } from "../../contracts/core/errors.ts";
import type { OfferedModels } from "../../contracts/providers/provider.ts";
import type { ProviderTestResult } from "../../contracts/providers/provider-test.ts";
import { Secret } from "../../contracts/core/secret.ts";
import {
  ANTHROPIC,
  GOOGLE,
  OLLAMA,
  OPENAI,
  OPENAI_ALIASES,
  startProviderStub,
  WEB_PAGE,
  ZAI,
  type ProviderStub,
  type SeenRequest,
  type StubAnswer,
} from "../../tests/support/providers/provider-apis.ts";
import type { ProviderTarget } from "./provider-api.ts";
import type { SafeFetchOptions } from "../outbound/safe-fetch.ts";
import { createModelDiscovery, createProviderTest, type ProviderTestInput } from "./provider-test.ts";

const KEY = "sk-canary-0123456789";
const IDS = ["m-1", "m-2"];
const UNSAID = { images: null, tools: null, reasoning: null };

let stub: ProviderStub;
let answer: (request: SeenRequest) => StubAnswer | null;

beforeEach(async () => {
  answer = OPENAI.answers(KEY, IDS);
  stub = await startProviderStub((request) => answer(request));
});
afterEach(() => stub.close());

/** Tests have nothing but loopback to call. */
const anywhere: SafeFetchOptions = { judge: () => "allowed" };
const testProvider = createProviderTest(anywhere);
const discover = createModelDiscovery(anywhere);

function at(given: Partial<ProviderTarget> = {}): ProviderTarget {
  const type = given.type ?? "openai";
  const apiType = type === "anthropic" ? "anthropic-messages" : type === "ollama" ? "ollama" : "openai-completions";
  const path = apiType === "openai-completions" ? "/v1/" : "";
  return { type, baseUrl: stub.origin + path, apiKey: new Secret(KEY), apiType, ...given };
}

/** Whatever comes of it, the key is in no part of it. */
async function tried(given: Partial<ProviderTestInput> = {}): Promise<ProviderTestResult> {
  const result = await testProvider({ ...at(given), ...given });
  expect(JSON.stringify(result)).not.toContain(KEY);
  expect(result.ok).toBe(result.reason === null);
  return result;
}

async function refused(target: ProviderTarget): Promise<FleetError> {
  const error = await discover(target).then(
    (found: OfferedModels) => found,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof FleetError)) throw new Error(`expected a FleetError, got ${JSON.stringify(error)}`);
  return error;
}

describe("each type is asked as its own reference says", () => {
  test.each(["openai", "zai", "custom"] as const)("%s: GET /models with a Bearer key", async (type) => {
    expect(await tried({ type })).toMatchObject({ reason: null, status: 200, models: IDS });
    expect(stub.seen.map(({ method, url }) => `${method} ${url}`)).toEqual(["GET /v1/models"]);
  });

  test("anthropic: with its own headers, page by page", async () => {
    const ids = Array.from({ length: 5 }, (_, n) => `claude-${n}`);
    answer = ANTHROPIC.answers(KEY, { ids, pageSize: 2 });
    expect(await tried({ type: "anthropic" })).toMatchObject({ reason: null, models: ids });
    expect(stub.seen.map(({ url }) => url)).toEqual([
      "/v1/models?limit=1000",
      "/v1/models?limit=1000&after_id=claude-1",
      "/v1/models?limit=1000&after_id=claude-3",
    ]);
    expect(stub.seen[0]?.headers).toMatchObject({ "x-api-key": KEY, "anthropic-version": "2023-06-01" });
    expect(stub.seen[0]?.headers.authorization).toBeUndefined();
  });

  test("ollama: its tags, without a key", async () => {
    answer = OLLAMA.answers(["gemma3:latest", "llama3:8b"]);
    expect(await tried({ type: "ollama", apiKey: null })).toMatchObject({
      reason: null,
      models: ["gemma3:latest", "llama3:8b"],
    });
    expect(stub.seen[0]?.url).toBe("/api/tags");
    expect(stub.seen[0]?.headers.authorization).toBeUndefined();
  });

  test("a Google-shaped server: page by page, names without their prefix", async () => {
    answer = GOOGLE.answers(KEY, [["flash"], ["pro"]]);
    const google = { type: "custom", apiType: "google-generative-ai" } as const;
    expect(await tried(google)).toMatchObject({ reason: null, models: ["flash", "pro"] });
    expect(await tried({ ...google, apiKey: new Secret("another") })).toMatchObject({ reason: "key_refused", status: 400 });
  });

  test("a key that is missing is told without a call", async () => {
    expect(await tried({ apiKey: null })).toMatchObject({ reason: "key_missing", failedStep: "key", status: null });
    expect(stub.seen).toEqual([]);
  });
});

describe("each way to fail has a reason of its own", () => {
  const openAi: [string, StubAnswer, string, string][] = [
    ["a wrong key", OPENAI.wrongKey(KEY), "key", "key_refused"],
    ["a key that may not", OPENAI.countryRefused, "key", "key_forbidden"],
    ["too many calls", OPENAI.tooFast, "models", "rate_limited"],
    ["an account without quota", OPENAI.noQuota, "models", "no_credit"],
    ["a server that is overloaded", OPENAI.overloaded, "models", "provider_fault"],
    ["a path that is not there", { status: 404, body: "{}" }, "models", "path_not_found"],
    ["a web page", WEB_PAGE, "models", "no_api"],
    ["a web page for what is not there", { ...WEB_PAGE, status: 404 }, "models", "path_not_found"],
    ["JSON that is no list", { status: 200, body: '{"data":"none"}' }, "models", "no_api"],
    ["text that is no JSON", { status: 200, body: "hello" }, "models", "no_api"],
    ["an empty list", { status: 200, body: '{"data":[]}' }, "models", "no_models"],
    ["an answer without end", { status: 200, body: "x".repeat(1024 * 1024 + 1) }, "models", "answer_too_large"],
    ["a refusal of the request", { status: 400, body: "{}" }, "models", "unexpected_status"],
    ["a redirect", { status: 307, body: "", headers: { location: "http://169.254.169.254/" } }, "address", "redirected"],
  ];
  test.each(openAi)("OpenAI, %s", async (_name, given, failedStep, reason) => {
    answer = () => given;
    const result = await tried();
    expect(result).toMatchObject({ failedStep, reason, models: [] });
    expect(result.message).not.toBe("");
  });

  test.each([
    [401, "authentication_error", "key_refused"],
    [402, "billing_error", "no_credit"],
    [403, "permission_error", "key_forbidden"],
    [429, "rate_limit_error", "rate_limited"],
    [529, "overloaded_error", "provider_fault"],
  ])("Anthropic, %i %s", async (status, type, reason) => {
    answer = () => ANTHROPIC.error(status, type);
    expect(await tried({ type: "anthropic" })).toMatchObject({ reason, status });
  });

  test.each([
    [401, "1002", "key_refused"],
    [200, "1002", "key_refused"],
    [429, "1302", "rate_limited"],
    [429, "1113", "no_credit"],
    [500, "500", "provider_fault"],
  ])("Z.AI, %i with code %s", async (status, code, reason) => {
    answer = () => ZAI.error(status, code);
    expect(await tried({ type: "zai" })).toMatchObject({ reason, status });
  });

  test("Ollama, with a path in its address or nothing pulled", async () => {
    answer = OLLAMA.answers([]);
    expect(await tried({ type: "ollama", baseUrl: `${stub.origin}/v1` })).toMatchObject({ reason: "path_not_found" });
    expect(await tried({ type: "ollama" })).toMatchObject({ reason: "no_models" });
  });

  test("a server that wants a key where none was given", async () => {
    answer = () => ({ status: 401, body: "{}" });
    expect(await tried({ type: "custom", apiKey: null })).toMatchObject({ reason: "key_missing", status: 401 });
  });

  test("a server that does not answer, does not listen, or speaks no TLS", async () => {
    answer = () => null;
    const impatient = createProviderTest({ ...anywhere, timeoutMs: 200 });
    expect(await impatient(at())).toMatchObject({ reason: "timed_out", failedStep: "connect", status: null });
    expect(await tried({ baseUrl: "http://127.0.0.1:3" })).toMatchObject({ reason: "nothing_listens" });
    expect(await tried({ baseUrl: stub.origin.replace("http:", "https:") })).toMatchObject({
      reason: "tls_not_spoken",
      failedStep: "tls",
    });
  });

  test("an address that is not allowed is not called", async () => {
    const strict = createProviderTest();
    expect(await strict(at())).toMatchObject({ reason: "address_loopback", failedStep: "address" });
    expect(stub.seen).toEqual([]);
  });
});

describe("a model that was chosen", () => {
  test("is known by the list, by an alias, or not at all", async () => {
    expect(await tried({ models: ["m-1", ...OPENAI_ALIASES] })).toMatchObject({ reason: null, unknownModels: [] });
    expect(await tried({ models: ["m-1", "m-9"] })).toMatchObject({
      reason: "model_unknown",
      failedStep: "models",
      unknownModels: ["m-9"],
      models: IDS,
    });
  });

  test("of Ollama is known without its tag, when that is the latest", async () => {
    answer = OLLAMA.answers(["gemma3:latest"]);
    expect(await tried({ type: "ollama", models: ["gemma3"] })).toMatchObject({ reason: null });
    expect(await tried({ type: "ollama", models: ["gemma3:4b"] })).toMatchObject({ reason: "model_unknown" });
  });

  test("of another server is named, but fails nothing: such a list need not be whole", async () => {
    expect(await tried({ type: "custom", models: ["m-9"] })).toMatchObject({ reason: null, unknownModels: ["m-9"] });
  });
});

describe("a server that keeps no list of models", () => {
  const noList =
    (chat: StubAnswer) =>
    ({ method, url }: SeenRequest): StubAnswer =>
      method === "POST" && url === "/v1/chat/completions" ? chat : { status: 404, body: "{}" };

  test("is right when it complains about an empty chat", async () => {
    answer = noList({ status: 422, body: '{"error":{"message":"model is missing"}}' });
    expect(await tried({ type: "custom" })).toMatchObject({ reason: null, models: [], status: 422 });
    expect(await discover(at({ type: "custom" }))).toEqual({ models: [], isCut: false, unusable: [] });
  });

  test("is found out when the key or the path is wrong", async () => {
    answer = noList({ status: 401, body: "{}" });
    expect(await tried({ type: "zai" })).toMatchObject({ reason: "key_refused" });
    answer = () => ({ status: 404, body: "{}" });
    expect(await tried({ type: "custom" })).toMatchObject({ reason: "path_not_found" });
    answer = () => ({ ...WEB_PAGE, status: 400 });
    expect(await tried({ type: "custom" })).toMatchObject({ reason: "no_api" });
  });
});

describe("model discovery", () => {
  test("gives the names and limits that a list has", async () => {
    answer = ANTHROPIC.answers(KEY, { ids: ["claude-1"], pageSize: 20 });
    expect(await discover(at({ type: "anthropic" }))).toEqual({
      models: [{ id: "claude-1", name: "CLAUDE-1", contextWindow: 200_000, maxTokens: 64_000, ...UNSAID }],
      isCut: false,
      unusable: [],
    });
    const qwen = { id: "qwen", max_model_len: 32_768 };
    answer = () => ({ status: 200, body: JSON.stringify({ data: [qwen, { id: "x", context_length: 0 }] }) });
    expect((await discover(at({ type: "custom" }))).models).toEqual([
      { id: "qwen", name: "qwen", contextWindow: 32_768, maxTokens: null, ...UNSAID },
      { id: "x", name: "x", contextWindow: null, maxTokens: null, ...UNSAID },
    ]);
  });

  test.each(["openai", "anthropic", "custom", "ollama"] as const)("names what an agent cannot use: %s", async (type) => {
    const ids = ["m-1", "m-1@prod", "m-2 ", `of ${KEY}@prod`];
    const listed = { data: ids.map((id) => ({ id })), models: ids.map((name) => ({ name })) };
    answer = () => ({ status: 200, body: JSON.stringify(listed) });
    expect(await discover(at({ type }))).toMatchObject({ models: [{ id: "m-1" }], unusable: ["m-1@prod", "m-2 "] });
  });

  test("ends at 500 models, and with a server whose pages never end", async () => {
    const many = Array.from({ length: 600 }, (_, n) => `m-${n}`);
    answer = OPENAI.answers(KEY, many);
    expect(await discover(at())).toMatchObject({ models: { length: 500 }, isCut: true });
    answer = () => ({ status: 200, body: JSON.stringify({ data: [{ id: "again" }], has_more: true, last_id: "again" }) });
    stub.seen.length = 0;
    expect(await discover(at({ type: "anthropic" }))).toMatchObject({ models: [{ id: "again" }], isCut: true });
    expect(stub.seen).toHaveLength(10);
  });

  test("tells what a model takes and does where the list says it, false as well as true, and nothing where it does not", async () => {
    const data = [
      {
        ...{ id: "or/sees", context_length: 200_000, architecture: { input_modalities: ["text", "image"] } },
        ...{ supported_parameters: ["tools", "reasoning"], top_provider: { max_completion_tokens: 32_000 } },
      },
      { id: "or/blind", architecture: { input_modalities: ["text"] }, supported_parameters: "tools" },
      { id: "mistral", max_context_length: 32_768, capabilities: { vision: true, function_calling: false } },
    ];
    answer = () => ({ status: 200, body: JSON.stringify({ data }) });
    expect((await discover(at({ type: "custom" }))).models).toMatchObject([
      { id: "or/sees", contextWindow: 200_000, maxTokens: 32_000, images: true, tools: true, reasoning: true },
      { id: "or/blind", ...UNSAID, images: false },
      { id: "mistral", contextWindow: 32_768, images: true, tools: false, reasoning: null },
    ]);
  });

  test("asks Ollama what each model does, as a test does too", async () => {
    answer = (request) => {
      if (request.url !== "/api/show") return OLLAMA.answers(["llava:7b"])(request);
      return { status: 200, body: '{"capabilities":["completion","vision"],"model_info":{"llama.context_length":32768}}' };
    };
    const models = [{ images: true, tools: false, reasoning: false, contextWindow: 32_768 }];
    const given = { type: "ollama", apiKey: null } as const;
    expect([await discover(at(given)), await tried(given)]).toMatchObject([{ models }, { offered: models }]);
  });

  test("leaves out ids that cannot be used, and whatever holds the key", async () => {
    const ids = ["good", "good@prod", "", "x".repeat(201), `echo-${KEY}`];
    answer = () => ({ status: 200, body: JSON.stringify({ data: ids.map((id) => ({ id, name: null })) }) });
    expect((await discover(at({ type: "custom" }))).models.map(({ id }) => id)).toEqual(["good"]);
  });

  test("says why there is nothing", async () => {
    const error = await refused(at({ apiKey: new Secret("wrong") }));
    expect([error.code, error.details]).toEqual([
      "PROVIDER_TEST_FAILED",
      { failedStep: "key", reason: "key_refused", status: 401 },
    ]);
  });
});
