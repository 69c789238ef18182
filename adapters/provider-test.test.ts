// Tests of the provider's connection test, against a server that speaks as the providers do.
import { once } from "node:events";
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { ProviderTestResult } from "../contracts/provider.ts";
import { Secret } from "../contracts/secret.ts";
import { createProviderTest, type ProviderTestInput } from "./provider-test.ts";

let server: Server;
let origin: string;
let answer: { status: number; body: string };
let seen: IncomingMessage | undefined;

beforeEach(async () => {
  answer = { status: 200, body: JSON.stringify({ object: "list", data: [{ id: "m-1" }, { id: "m-2" }] }) };
  seen = undefined;
  server = createServer((request, response) => {
    seen = request;
    response.writeHead(answer.status, { "content-type": "application/json" }).end(answer.body);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  origin = `http://127.0.0.1:${typeof address === "object" && address !== null ? address.port : 0}`;
});
afterEach(async () => {
  const closed = once(server, "close");
  server.close();
  await closed;
});

const KEY = "sk-canary-0123456789";
const test_ = createProviderTest({ judge: () => "allowed" });

function tryIt(given: Partial<ProviderTestInput> = {}): Promise<ProviderTestResult> {
  return test_({ type: "custom", baseUrl: `${origin}/v1/`, apiKey: new Secret(KEY), apiType: "openai-completions", ...given });
}

describe("the connection test of a provider", () => {
  test.each(["openai", "zai", "custom"] as const)("asks %s for /models with a Bearer key", async (type) => {
    expect(await tryIt({ type })).toMatchObject({ ok: true, failedStep: null, models: ["m-1", "m-2"] });
    expect(seen?.url).toBe("/v1/models");
    expect(seen?.headers.authorization).toBe(`Bearer ${KEY}`);
  });

  test("asks Anthropic with its own headers", async () => {
    expect(await tryIt({ type: "anthropic", baseUrl: origin, apiType: "anthropic-messages" })).toMatchObject({ ok: true });
    expect(seen?.url).toBe("/v1/models?limit=1000");
    expect(seen?.headers).toMatchObject({ "x-api-key": KEY, "anthropic-version": "2023-06-01" });
    expect(seen?.headers.authorization).toBeUndefined();
  });

  test("asks Ollama for its tags, without a key", async () => {
    answer.body = JSON.stringify({ models: [{ name: "llama3:8b" }] });
    expect(await tryIt({ type: "ollama", baseUrl: origin, apiKey: null, apiType: "ollama" })).toMatchObject({
      ok: true,
      models: ["llama3:8b"],
    });
    expect(seen?.url).toBe("/api/tags");
  });

  test("asks a Google-shaped server by the type of its interface", async () => {
    answer.body = JSON.stringify({ models: [{ name: "models/gemini-x" }] });
    expect(await tryIt({ apiType: "google-generative-ai" })).toMatchObject({ ok: true, models: ["gemini-x"] });
    expect(seen?.headers["x-goog-api-key"]).toBe(KEY);
  });

  test.each([
    [401, "{}", "key", "refuses this API key"],
    [429, "{}", "models", "slow down"],
    [503, "{}", "models", "fault of its own"],
    [200, "<html>", "models", "no list of models"],
    [200, '{"data":[]}', "models", "has no models"],
  ])("on %i with %s fails at %s %s and says what to do", async (status, body, failedStep, words) => {
    answer = { status, body };
    const result = await tryIt();
    expect(result).toMatchObject({ ok: false, failedStep, models: [] });
    expect(result.message).toContain(words);
    expect(JSON.stringify(result)).not.toContain(KEY);
  });

  test("takes 404 as reachable for a custom server, and as a wrong path for the others", async () => {
    answer = { status: 404, body: "{}" };
    expect(await tryIt()).toMatchObject({ ok: true, models: [], message: expect.stringContaining("cannot be listed") });
    expect(await tryIt({ type: "openai" })).toMatchObject({ ok: false, failedStep: "models" });
  });

  test("wants a key where the type needs one, without a call", async () => {
    expect(await tryIt({ type: "openai", apiKey: null })).toMatchObject({ ok: false, failedStep: "key" });
    expect(seen).toBeUndefined();
  });

  test("names the step at which no answer came", async () => {
    expect(await tryIt({ baseUrl: "http://127.0.0.1:1/v1" })).toMatchObject({ ok: false, failedStep: "connect" });
    const strict = createProviderTest();
    const input = { type: "custom", baseUrl: origin, apiKey: null, apiType: "openai-completions" } as const;
    expect(await strict(input)).toMatchObject({ ok: false, failedStep: "address" });
  });
});
