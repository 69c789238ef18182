// What third-party clients and the proxies in front of us send: accepted as it is, or refused with an explanation.
import { connect } from "node:net";
import OpenAI from "openai";
import { z } from "zod";
import { createBodyMemory } from "../../../api/http/body-memory.ts";
import { FleetError } from "../../../contracts/core/errors.ts";
import { withKey, type ChatUser, useChat } from "../../support/turns/chat.ts";
import { waitFor } from "../../support/core/wait-for.ts";

const MIB = 1024 * 1024;
const LIMITS = { allBytes: 12 * MIB, tenantBytes: 8 * MIB };

const bodies = createBodyMemory(LIMITS);
const bench = useChat({ bodies, timings: { keepAliveMs: 20, openAfterMs: 20 } });
let ann: ChatUser;
let people = 0;

beforeEach(async () => {
  people += 1;
  ann = await bench.addUser(`ann-${people}`);
  await bench.bringUp(ann.tenant);
  bench.gateway.behave({ kind: "answer" });
  bench.gateway.completions.length = 0;
  bench.startWith(async (tenant) => await bench.bringUp(tenant));
});
afterEach(() => bench.gateway.release());

const hello = { role: "user", content: "hello" };
const complete = (body: object, headers: Record<string, string> = {}): Promise<Response> =>
  bench.post("/v1/chat/completions", { model: "openclaw", messages: [hello], ...body }, { ...withKey(ann), ...headers });
const errorSchema = z.object({ error: z.looseObject({ message: z.string(), code: z.string() }) });
const errorOf = async (response: Response): Promise<{ status: number; code: string; message: string }> => ({
  status: response.status,
  ...errorSchema.parse(await response.json()).error,
});

describe("messages as other clients write them", () => {
  const toolCall = { id: "call_1", type: "function", function: { name: "look", arguments: "{}" } };

  test.each<[string, object]>([
    ["tool_calls and no content", { role: "assistant", tool_calls: [toolCall] }],
    ["tool_calls and null", { role: "assistant", content: null, tool_calls: [toolCall] }],
    ["parts", { role: "user", content: [{ type: "text", text: "one" }] }],
    ["the role developer", { role: "developer", content: "Be brief." }],
    ["the role tool", { role: "tool", tool_call_id: "call_1", content: "42" }],
    ["an answer as clients give it back", { role: "assistant", content: "Hi", refusal: null, function_call: null }],
  ])("%s are accepted and passed as they are", async (_name, message) => {
    const messages = [hello, message, hello];
    expect((await complete({ messages, seed: 7, metadata: { a: "b" }, whatever: [1] })).status).toBe(200);
    expect(bench.gateway.completions[0]?.body).toMatchObject({ messages, seed: 7, metadata: { a: "b" }, whatever: [1] });
  });

  test.each(["utf8", "UTF-8", '"utf-8"', "us-ascii"])("charset=%s is UTF-8", async (charset) => {
    const headers = { "content-type": `application/json; boundary=x; charset=${charset}` };
    expect((await complete({}, headers)).status).toBe(200);
  });

  test("another charset is refused in words", async () => {
    const refused = await errorOf(await complete({}, { "content-type": "application/json; charset=iso-8859-1" }));
    expect(refused).toMatchObject({ status: 415, message: expect.stringContaining("UTF-8") });
  });
});

describe("what cannot be taken is refused in words, and never dropped", () => {
  const image = { type: "image_url", image_url: { url: `data:image/png;base64,${"A".repeat(400)}` } };
  const withParts = (...parts: object[]) => ({
    messages: [{ role: "user", content: [{ type: "text", text: "see" }, ...parts] }],
  });
  const takes = async (images: boolean, tools = true): Promise<void> => {
    const { providers } = await ann.session.expect(200, "GET", "/api/me/providers");
    const model = { id: "odd-model", name: "Odd", images, tools };
    await ann.session.expect(200, "PATCH", `/api/me/providers/${providers[0].id}`, { models: [model] });
  };

  test.each<[string, object, string]>([
    ["two answers", { n: 2 }, "one answer"],
    ["sound", { modalities: ["text", "audio"] }, "text only"],
    ["probabilities", { logprobs: true }, "probabilities"],
    ["functions of old", { functions: [{ name: "x" }] }, "tools"],
    ["an unknown role", { messages: [{ role: "User", content: "one" }, hello] }, "roles"],
    ["a call of old", { messages: [{ role: "assistant", content: null, function_call: { name: "x" } }, hello] }, "tool_calls"],
    ["a refusal", { messages: [{ role: "assistant", refusal: "No." }, hello] }, "refusal"],
    [
      "a refusal as a part",
      { messages: [{ role: "assistant", content: [{ type: "refusal", refusal: "No." }] }, hello] },
      "refusal",
    ],
    ["content that is no text", { messages: [{ role: "user", content: 42 }, hello] }, "as text"],
    [
      "one part without its list",
      { messages: [{ role: "user", content: { type: "text", text: "one" } }, hello] },
      "list of parts",
    ],
    [
      "text that is no part",
      { messages: [{ role: "user", content: ["one", { type: "text", text: "two" }] }] },
      "list of parts",
    ],
    ["a part whose text has another name", withParts({ type: "text", content: "one" }), "text of this part"],
    ["a recording", withParts({ type: "input_audio", input_audio: { data: "AAAA", format: "wav" } }), "text and images"],
    ["a file", withParts({ type: "file", file: { file_id: "x" } }), "text and images"],
    ["an address of an image", withParts({ type: "image_url", image_url: { url: "https://example.org/a.png" } }), "itself"],
    ["an image of an odd kind", withParts({ type: "image_url", image_url: { url: "data:image/tiff;base64,AAAA" } }), "JPEG"],
    ["an empty message", { messages: [{ role: "user", content: "" }] }, "is empty"],
    ["a blank message after others", { messages: [hello, { role: "user", content: " \n" }] }, "is empty"],
    ["a message without content", { messages: [{ role: "user" }] }, "is empty"],
    ["a blank part", { messages: [{ role: "user", content: [{ type: "text", text: " " }] }] }, "is empty"],
    ["no part", { messages: [{ role: "user", content: [] }] }, "is empty"],
    ["instructions alone", { messages: [{ role: "system", content: "Be brief." }] }, "role user"],
    ["nine images", withParts(...Array.from({ length: 9 }, () => image)), "at most 8"],
  ])("%s", async (_name, body, words) => {
    await takes(true);
    const refused = await errorOf(await complete(body));
    expect(refused).toMatchObject({ status: 422, code: "input_unsupported", message: expect.stringContaining(words) });
    expect(bench.gateway.completions).toEqual([]);
  });

  test("an image for a model of text, and tools for one without", async () => {
    await takes(false, false);
    expect((await errorOf(await complete(withParts(image)))).message).toMatch(/model Odd does not support images/);
    const tools = [{ type: "function", function: { name: "look" } }];
    expect((await errorOf(await complete({ tools }))).message).toMatch(/model Odd does not support tools/);
    expect((await complete({ n: 1, tools: [] })).status).toBe(200);
  });

  test("a photo for a model that sees goes through unchanged", async () => {
    await takes(true);
    const photo = { type: "image_url", image_url: { url: `data:image/jpeg;base64,${"A".repeat(2 * MIB)}`, detail: "high" } };
    expect((await complete(withParts(photo))).status).toBe(200);
    expect(bench.gateway.completions[0]?.body.messages[0]?.content).toEqual([{ type: "text", text: "see" }, photo]);
  });
});

describe("large bodies", () => {
  test("a stranger's 20 MiB are refused without being read", async () => {
    const socket = connect(bench.api.port, "127.0.0.1");
    let answer = "";
    socket.on("data", (chunk: Buffer) => (answer += chunk.toString()));
    const head = ["POST /v1/chat/completions HTTP/1.1", "Host: localhost", "Content-Type: application/json"];
    socket.write([...head, `Content-Length: ${20 * MIB}`, "Authorization: Bearer mpk_nobody", "", '{"'].join("\r\n"));
    await waitFor(() => answer.includes("\r\n\r\n"), { timeoutMs: 60_000, what: "the refusal comes before the body" });
    expect(answer).toMatch(/^HTTP\/1\.1 401 /);
    expect(socket.bytesWritten).toBeLessThan(1024);
    expect(bodies.heldBytes).toBe(0);
    socket.destroy();
  });

  test("of all of them no more is held at a time than the bound, and the rest is told when to come again", async () => {
    const others = await Promise.all([1, 2, 3, 4].map((number) => bench.addUser(`ben-${people}-${number}`)));
    for (const { tenant } of others) await bench.bringUp(tenant);
    bench.gateway.behave({ kind: "silent" });
    const big = JSON.stringify({ messages: [{ role: "user", content: "x".repeat(3 * MIB) }] });
    const leaving = new AbortController();
    const answers = others.flatMap((user) =>
      [1, 2].map(async () => {
        const headers = { ...withKey(user), "content-type": "application/json" };
        const init = { method: "POST", headers, body: big, signal: leaving.signal };
        const answer = await fetch(`${bench.api.url}/v1/chat/completions`, init).catch(() => null);
        return answer === null ? null : { status: answer.status, retryAfter: answer.headers.get("retry-after") };
      }),
    );
    const refused = await Promise.any(answers.map(async (each) => (await each) ?? Promise.reject(new Error("held"))));
    expect(refused).toEqual({ status: 429, retryAfter: "5" });
    expect(bodies.heldBytes).toBeLessThanOrEqual(LIMITS.allBytes);
    leaving.abort();
    await Promise.all(answers);
    await waitFor(() => bodies.heldBytes === 0, { timeoutMs: 60_000, what: "all of it is given back" });
    bench.gateway.behave({ kind: "answer" });
    await bench.bringUp(ann.tenant);
    expect((await complete({ messages: [{ role: "user", content: "x".repeat(3 * MIB) }] })).status).toBe(200);
  });

  test("one that does not say how long it is is counted as it comes", async () => {
    const pieces = function* () {
      yield '{"messages":[{"role":"user","content":"';
      for (let count = 0; count < 9; count += 1) yield "x".repeat(MIB);
      yield '"}]}';
    };
    const response = await fetch(`${bench.api.url}/v1/chat/completions`, {
      method: "POST",
      headers: { ...withKey(ann), "content-type": "application/json" },
      body: ReadableStream.from([...pieces()].map((text) => new TextEncoder().encode(text))),
      duplex: "half",
    }).catch(() => null);
    expect(response === null || response.status === 429).toBe(true);
    await waitFor(() => bodies.heldBytes === 0, { timeoutMs: 60_000, what: "all of it is given back" });
  });
});

describe("models by name", () => {
  test.each(["openclaw", "openclaw/main", "openclaw:main"])("%s is the user's own agent", async (id) => {
    const client = new OpenAI({ baseURL: `${bench.api.url}/v1`, apiKey: ann.apiKey, maxRetries: 0 });
    const model = await client.models.retrieve(id);
    expect(model).toEqual({ id, object: "model", created: expect.any(Number), owned_by: "mosaic-fleet" });
    expect(model.created).toBeGreaterThan(1_700_000_000);
    const plain = await fetch(`${bench.api.url}/v1/models/${id}`, { headers: withKey(ann) });
    expect(plain.status).toBe(200);
  });

  test("any other is not found, in OpenAI's envelope", async () => {
    for (const id of ["gpt-5", "openai/gpt-5"]) {
      const response = await fetch(`${bench.api.url}/v1/models/${id}`, { headers: withKey(ann) });
      expect(await errorOf(response)).toMatchObject({ status: 404, code: "not_found", type: "invalid_request_error" });
    }
  });
});

describe("a stream through a proxy that cuts silence", () => {
  test("is open and says that it lives while the agent starts", async () => {
    await bench.setPhase(ann.tenant, "asleep");
    let start = (): void => undefined;
    const held = new Promise<void>((resolve) => (start = resolve));
    bench.startWith(async (tenant) => {
      await held;
      await bench.bringUp(tenant);
    });
    const response = await complete({ stream: true });
    expect(response.headers.get("content-type")).toContain("text/event-stream");
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
    expect((await reader?.read())?.value).toContain(": keep-alive\n\n");
    start();
    let text = "";
    for (let piece = await reader?.read(); piece?.done === false; piece = await reader?.read()) text += piece.value;
    expect(text).toContain("data: [DONE]");
  });

  test("ends with an error event when the start fails then, which the official client throws", async () => {
    await bench.setPhase(ann.tenant, "asleep");
    let fail = (): void => undefined;
    const held = new Promise<void>((resolve) => (fail = resolve));
    bench.startWith(async () => {
      await held;
      throw new FleetError("CONTAINER_FAILED", "Out of memory.");
    });
    const client = new OpenAI({ baseURL: `${bench.api.url}/v1`, apiKey: ann.apiKey, maxRetries: 0 });
    const stream = await client.chat.completions.create({
      model: "openclaw",
      messages: [{ role: "user", content: "x" }],
      stream: true,
    });
    fail();
    const reading = (async () => {
      for await (const _ of stream);
    })();
    await expect(reading).rejects.toMatchObject({
      code: "container_failed",
      message: expect.stringContaining("Out of memory."),
    });
  });

  test("is answered by the official client across comments, also while the gateway is silent", async () => {
    bench.gateway.behave({ kind: "paced", pauseMs: 60 });
    const client = new OpenAI({ baseURL: `${bench.api.url}/v1`, apiKey: ann.apiKey, maxRetries: 0 });
    const stream = await client.chat.completions.create({
      model: "openclaw",
      messages: [{ role: "user", content: "hello" }],
      stream: true,
    });
    let text = "";
    for await (const chunk of stream) text += chunk.choices[0]?.delta.content ?? "";
    expect(text).toBe("You said: “hello”; the first thing I hear.");
  });
});
