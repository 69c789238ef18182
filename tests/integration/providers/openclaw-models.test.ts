// The real OpenClaw with an assembled configuration, on this machine: images of a chat reach a model that supports them, and do
// not reach one that supports only text; a model is asked under the id that was chosen, whatever its provider is called.
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { aModel, aProvider } from "../../support/agent-config/agent-settings.ts";
import { startOpenClaw, type OpenClawProcess } from "../../support/containers/openclaw-process.ts";
import { startForwardProxy, type ForwardProxy } from "../../support/core/forward-proxy.ts";

const PATIENCE_MS = 600_000;
/** One white pixel. */
const PNG = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

interface SeenChat {
  readonly model: string;
  readonly messages: string;
}

const seen: SeenChat[] = [];
/** Providers under a name that OpenClaw knows, each with a model that it would replace, prefix or refuse there. */
const KNOWN_NAMES: readonly (readonly [provider: string, model: string])[] = [
  ["anthropic", "sonnet"],
  ["google", "gemini-3-pro"],
  ["huggingface", "huggingface/x"],
  ["nvidia", "own"],
  ["openai", "codex-mini"],
  ["openrouter", "auto"],
  ["xai", "grok-4-fast-reasoning"],
  // OpenClaw would download and install the plugins of these names at each start.
  ["vercel-ai-gateway", "sonnet"],
  ["zai", "glm-5"],
];
/** Sees whatever OpenClaw asks the world for. */
let proxy: ForwardProxy | undefined;
let openclaw: OpenClawProcess | undefined;
const model = createServer((request, response) => {
  let text = "";
  request.on("data", (chunk: Buffer) => (text += chunk.toString()));
  request.on("end", () => {
    const body: { model: string; messages: unknown } = JSON.parse(text);
    seen.push({ model: body.model, messages: JSON.stringify(body.messages) });
    const chunk = (delta: object, finish_reason: string | null) =>
      `data: ${JSON.stringify({ id: "1", object: "chat.completion.chunk", created: 1, model: body.model, choices: [{ index: 0, delta, finish_reason }] })}\n\n`;
    response.writeHead(200, { "content-type": "text/event-stream" });
    response.end(`${chunk({ role: "assistant", content: "seen" }, null)}${chunk({}, "stop")}data: [DONE]\n\n`);
  });
});

beforeAll(async () => {
  model.listen(0, "127.0.0.1");
  await once(model, "listening");
  const { port } = model.address() as AddressInfo;
  const models = [
    { ...aModel("Org/Seeing-1:free"), images: true },
    { ...aModel("blind-1"), images: false },
  ];
  const baseUrl = `http://127.0.0.1:${port}/v1`;
  const known = KNOWN_NAMES.map(([name, id]) => aProvider({ name, baseUrl, models: [aModel(id)] }));
  proxy = await startForwardProxy({ places: {} });
  const address = `http://127.0.0.1:${proxy.port}`;
  openclaw = await startOpenClaw({
    providers: [aProvider({ name: "lab", baseUrl, models }), ...known],
    variables: { HTTP_PROXY: address, HTTPS_PROXY: address, NO_PROXY: "127.0.0.1" },
  });
}, PATIENCE_MS);
afterAll(async () => {
  await openclaw?.stop();
  model.close();
  model.closeAllConnections();
  await proxy?.close();
}, PATIENCE_MS);

async function showTo(name: string): Promise<void> {
  seen.length = 0;
  const content = [
    { type: "text", text: "What is this?" },
    { type: "image_url", image_url: { url: `data:image/png;base64,${PNG}` } },
  ];
  expect(await openclaw?.ask(`lab/${name}`, content)).toEqual({ status: 200, text: expect.stringContaining("seen") });
}

test(
  "an image reaches a model that supports images, under its own name",
  async () => {
    await showTo("Org/Seeing-1:free");
    expect(seen[0]?.model).toBe("Org/Seeing-1:free");
    expect(seen[0]?.messages).toContain(PNG);
  },
  PATIENCE_MS,
);

test(
  "it does not reach a model that supports only text",
  async () => {
    await showTo("blind-1");
    expect(seen[0]?.model).toBe("blind-1");
    expect(JSON.stringify(seen)).not.toContain(PNG);
  },
  PATIENCE_MS,
);

test.each(KNOWN_NAMES)(
  "the provider named %s is asked for the model %s, and nobody for another",
  async (provider, id) => {
    seen.length = 0;
    expect(await openclaw?.ask(`${provider}/${id}`, "Hi")).toEqual({ status: 200, text: expect.stringContaining("seen") });
    expect(new Set(seen.map(({ model }) => model))).toEqual(new Set([id]));
  },
  PATIENCE_MS,
);

test("nothing is asked of the world, whatever its providers are called: no plugin, no list of models", () => {
  expect(proxy?.asked).toEqual([]);
});
