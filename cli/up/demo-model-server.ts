// A demonstration model: answers like an OpenAI-compatible provider, with a fixed text that shows what it was sent.
import { createHash, timingSafeEqual } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { setTimeout as delay } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import { z } from "zod";
import { demoReply } from "./demo-reply.ts";

export const DEMO_MODEL_ID = "demo-1";
const BODY_MAX_BYTES = 8 * 1024 * 1024;
/** So that one can watch the answer arrive. */
const WORD_PAUSE_MS = 15;
const CHARS_PER_TOKEN = 4;

const partSchema = z.looseObject({ type: z.string().optional(), text: z.string().optional() });
const requestSchema = z.looseObject({
  model: z.string(),
  messages: z.array(z.looseObject({ role: z.string(), content: z.union([z.string(), z.array(partSchema)]).nullish() })),
  stream: z.boolean().nullish(),
  stream_options: z.looseObject({ include_usage: z.boolean().nullish() }).nullish(),
});
export type DemoRequest = z.infer<typeof requestSchema>;

export interface DemoModelServerOptions {
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  readonly apiKey: string;
  /** Sees every completion request that carried the right key. */
  readonly onRequest?: (request: DemoRequest) => void;
  /** Between two words of a streamed answer. */
  readonly wordPauseMs?: number;
}

export interface DemoModelServer {
  /** Origin, e.g. `http://172.20.0.1:4002`. */
  readonly url: string;
  /** What a provider's `baseUrl` is set to. */
  readonly baseUrl: string;
  close(): Promise<void>;
}

/** Resolves when it listens; rejects when the address cannot be bound. */
export async function createDemoModelServer(options: DemoModelServerOptions): Promise<DemoModelServer> {
  const server = createServer((request, response) => {
    answer(request, response, options).catch((error: unknown) => sendFailure(response, error));
  });
  server.listen(options.port, options.host);
  await once(server, "listening");
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : options.port;
  const url = `http://${options.host.includes(":") ? `[${options.host}]` : options.host}:${port}`;
  return {
    url,
    baseUrl: `${url}/v1`,
    close: async () => {
      const closed = once(server, "close");
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

async function answer(request: IncomingMessage, response: ServerResponse, options: DemoModelServerOptions): Promise<void> {
  const path = request.url?.split("?")[0];
  if (!hasKey(request, options.apiKey)) {
    const message = "Incorrect API key: the demonstration model has one of its own.";
    return sendError(response, { status: 401, message, code: "invalid_api_key" });
  }
  if (request.method === "GET" && path === "/v1/models") {
    const model = { id: DEMO_MODEL_ID, object: "model", created: 0, owned_by: "mosaic-demo" };
    return sendJson(response, 200, { object: "list", data: [model] });
  }
  if (request.method !== "POST" || path !== "/v1/chat/completions")
    return sendError(response, { status: 404, message: "Not found." });
  const parsed = requestSchema.safeParse(await readJson(request));
  if (!parsed.success) return sendError(response, { status: 400, message: z.prettifyError(parsed.error) });
  options.onRequest?.(parsed.data);
  await complete(response, parsed.data, options.wordPauseMs ?? WORD_PAUSE_MS);
}

async function complete(response: ServerResponse, request: DemoRequest, wordPauseMs: number): Promise<void> {
  const text = demoReply(request.messages.map(({ role, content }) => ({ role, text: textOf(content) })));
  const promptChars = request.messages.reduce((sum, { content }) => sum + textOf(content).length, 0);
  const usage = usageOf(promptChars, text.length);
  const base = { id: `chatcmpl-demo-${Date.now()}`, created: Math.floor(Date.now() / 1000), model: request.model };
  if (request.stream !== true) {
    const choice = { index: 0, message: { role: "assistant", content: text }, finish_reason: "stop" };
    return sendJson(response, 200, { ...base, object: "chat.completion", choices: [choice], usage });
  }
  response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-cache" });
  const chunk = { ...base, object: "chat.completion.chunk" };
  const send = (choices: readonly unknown[], more: object = {}) =>
    response.write(`data: ${JSON.stringify({ ...chunk, choices, ...more })}\n\n`);
  send([{ index: 0, delta: { role: "assistant", content: "" }, finish_reason: null }]);
  for (const word of text.match(/\S+\s*|\s+/g) ?? []) {
    if (response.destroyed) return;
    send([{ index: 0, delta: { content: word }, finish_reason: null }]);
    await delay(wordPauseMs);
  }
  send([{ index: 0, delta: {}, finish_reason: "stop" }]);
  if (request.stream_options?.include_usage === true) send([], { usage });
  response.end("data: [DONE]\n\n");
}

function textOf(content: DemoRequest["messages"][number]["content"]): string {
  if (content === null || content === undefined) return "";
  return typeof content === "string" ? content : content.map((part) => part.text ?? "").join("\n");
}

function usageOf(promptChars: number, replyChars: number) {
  const prompt_tokens = Math.ceil(promptChars / CHARS_PER_TOKEN);
  const completion_tokens = Math.ceil(replyChars / CHARS_PER_TOKEN);
  return { prompt_tokens, completion_tokens, total_tokens: prompt_tokens + completion_tokens };
}

function hasKey(request: IncomingMessage, apiKey: string): boolean {
  const digest = (text: string) => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(request.headers.authorization ?? ""), digest(`Bearer ${apiKey}`));
}

async function readJson(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    const bytes = Buffer.from(chunk);
    size += bytes.length;
    if (size > BODY_MAX_BYTES) throw new RangeError("The request is too large.");
    chunks.push(bytes);
  }
  const parsed: unknown = JSON.parse(Buffer.concat(chunks).toString("utf8"));
  return parsed;
}

function sendFailure(response: ServerResponse, error: unknown): void {
  if (response.headersSent) response.destroy();
  else sendError(response, { status: 400, message: error instanceof Error ? error.message : "Bad request." });
}

interface Refusal {
  readonly status: number;
  readonly message: string;
  readonly code?: string;
}

function sendError(response: ServerResponse, { status, message, code = "" }: Refusal): void {
  const error = { message, type: "invalid_request_error", param: null, code: code === "" ? null : code };
  sendJson(response, status, { error });
}

function sendJson(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
}

const environmentSchema = z.object({
  MOSAIC_DEMO_HOST: z.string().min(1),
  MOSAIC_DEMO_PORT: z.coerce.number().int().min(1).max(65_535),
  MOSAIC_DEMO_KEY: z.string().min(8),
});

/** As a process of its own: `node cli/up/demo-model-server.ts`. */
async function main(): Promise<void> {
  const settings = environmentSchema.safeParse(process.env);
  if (!settings.success) {
    process.stderr.write(`demo model: ${z.prettifyError(settings.error)}\n`);
    process.exitCode = 78;
    return;
  }
  const { MOSAIC_DEMO_HOST: host, MOSAIC_DEMO_PORT: port, MOSAIC_DEMO_KEY: apiKey } = settings.data;
  const server = await createDemoModelServer({ host, port, apiKey });
  process.stdout.write(`demo model: listening on ${server.url}\n`);
  const stop = () => void server.close().then(() => process.exit(0));
  process.once("SIGTERM", stop);
  process.once("SIGINT", stop);
}

const startedAs = process.argv[1];
if (startedAs !== undefined && import.meta.url === pathToFileURL(startedAs).href) await main();
