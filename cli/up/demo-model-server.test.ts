// Tests of the demonstration model server over HTTP.
import { createDemoModelServer, DEMO_MODEL_ID, type DemoModelServer, type DemoRequest } from "./demo-model-server.ts";

const KEY = "demo-key-for-tests";
const seen: DemoRequest[] = [];
let server: DemoModelServer;

beforeAll(async () => {
  server = await createDemoModelServer({
    host: "127.0.0.1",
    port: 0,
    apiKey: KEY,
    wordPauseMs: 0,
    onRequest: (request) => seen.push(request),
  });
});
afterAll(async () => await server.close());

function ask(body: unknown, key = KEY): Promise<Response> {
  const headers = { authorization: `Bearer ${key}`, "content-type": "application/json" };
  return fetch(`${server.baseUrl}/chat/completions`, { method: "POST", headers, body: JSON.stringify(body) });
}

describe("the demonstration model server", () => {
  test("lists its one model", async () => {
    const response = await fetch(`${server.baseUrl}/models`, { headers: { authorization: `Bearer ${KEY}` } });
    expect(await response.json()).toMatchObject({ object: "list", data: [{ id: DEMO_MODEL_ID }] });
  });

  test("refuses a wrong key and shows the request to nobody", async () => {
    const before = seen.length;
    const response = await ask({ model: DEMO_MODEL_ID, messages: [{ role: "user", content: "hello" }] }, "wrong");
    expect(response.status).toBe(401);
    expect(seen).toHaveLength(before);
  });

  test("answers whole, with usage, and takes content as parts", async () => {
    const content = [{ type: "text", text: "hello parts" }];
    const response = await ask({ model: DEMO_MODEL_ID, messages: [{ role: "user", content }] });
    expect(await response.json()).toMatchObject({
      object: "chat.completion",
      choices: [{ message: { role: "assistant", content: expect.stringContaining("“hello parts”") }, finish_reason: "stop" }],
      usage: { prompt_tokens: 3 },
    });
    expect(seen.at(-1)?.messages).toHaveLength(1);
  });

  test("streams word by word and ends with usage and [DONE]", async () => {
    const response = await ask({
      model: DEMO_MODEL_ID,
      messages: [{ role: "user", content: "hello stream" }],
      stream: true,
      stream_options: { include_usage: true },
    });
    const events = (await response.text()).trim().split("\n\n");
    expect(events.length).toBeGreaterThan(10);
    expect(events.at(-1)).toBe("data: [DONE]");
    expect(events.at(-2)).toContain('"total_tokens"');
    expect(events.at(-3)).toContain('"finish_reason":"stop"');
  });

  test("answers 400 to what is no request, and 404 elsewhere", async () => {
    expect((await ask({ messages: "no" })).status).toBe(400);
    const elsewhere = await fetch(`${server.url}/v1/embeddings`, { headers: { authorization: `Bearer ${KEY}` } });
    expect(elsewhere.status).toBe(404);
  });
});
