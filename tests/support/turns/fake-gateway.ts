// A light stand-in for an agent's OpenClaw gateway: same paths, same answers, and faults on demand.
import { once } from "node:events";
import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer } from "node:https";
import { setTimeout as delay } from "node:timers/promises";
import { z } from "zod";

const MODELS = ["openclaw", "openclaw/default", "openclaw/main"];
const AGENT_NAMES: ReadonlySet<string> = new Set(["openclaw", "openclaw:main", "openclaw/main", "openclaw/default"]);
/** The real gateway locks an address out after this many wrong tokens. */
const WRONG_TOKENS_MAX = 10;
const LOCK_OUT_SECONDS = 300;

const requestSchema = z.looseObject({
  model: z.string().optional(),
  user: z.string().optional(),
  stream: z.boolean().optional(),
  stream_options: z.looseObject({ include_usage: z.boolean().optional() }).nullish(),
  messages: z.array(z.looseObject({ role: z.string(), content: z.unknown().optional() })).min(1),
});
type CompletionBody = z.infer<typeof requestSchema>;

/** What the next completions do. `held` waits after the first word until `release` is called; `paced` before each word. */
export type FakeBehaviour =
  | { readonly kind: "answer" }
  | { readonly kind: "held" }
  | { readonly kind: "paced"; readonly pauseMs: number }
  | { readonly kind: "silent" }
  | { readonly kind: "garbage" }
  | { readonly kind: "error_in_stream"; readonly message: string }
  | { readonly kind: "drop" }
  | { readonly kind: "status"; readonly status: number; readonly message: string }
  | ProviderRefusal
  | { readonly kind: "flood"; readonly chunks: number; readonly chunkBytes: number };

/** The provider's refusal as the real gateway reports it: a status of a whole answer, an error event after a stream's role. */
export interface ProviderRefusal {
  readonly kind: "provider_refusal";
  readonly status: number;
  readonly type: string;
  readonly message: string;
  /** After so many it answers again. */
  readonly times?: number;
}

export interface RecordedCompletion {
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: CompletionBody;
  /** Set when the caller went away before the answer was whole. */
  aborted: boolean;
  finished: boolean;
  /** How far a flood has come; it waits for its reader. */
  chunksSent: number;
}

export interface FakeGateway {
  readonly host: string;
  readonly port: number;
  readonly url: string;
  /** PEM, that it proves itself with now. */
  readonly certificate: string;
  readonly completions: RecordedCompletion[];
  /** The number of connections so far. */
  readonly connections: number;
  /** Requests of any kind that carried a wrong token. */
  readonly wrongTokens: number;
  behave(behaviour: FakeBehaviour): void;
  /** Lets `held` answers go on. */
  release(): void;
  /** As at another start: the next connections are answered with this key, and this token is wanted. */
  become(start: FakeGatewayStart): void;
  setToken(token: string): void;
  close(): Promise<void>;
}

/** PEM. */
export interface FakeGatewayTls {
  readonly certificate: string;
  readonly key: string;
}
export interface FakeGatewayStart {
  readonly token: string;
  readonly tls: FakeGatewayTls;
}

export interface FakeGatewayOptions extends FakeGatewayStart {
  readonly host?: string;
  readonly port?: number;
}

/** Behaves like OpenClaw 2026.9.6 where our code depends on it; see tests/support/turns/gateway-contract.ts. */
export async function startFakeGateway(options: FakeGatewayOptions): Promise<FakeGateway> {
  const host = options.host ?? "127.0.0.1";
  const state = {
    token: options.token,
    certificate: options.tls.certificate,
    behaviour: { kind: "answer" } as FakeBehaviour,
    connections: 0,
    wrongTokens: 0,
    refusals: 0,
    held: new Set<() => void>(),
  };
  const completions: RecordedCompletion[] = [];
  const sessions = new Map<string, string[]>();

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = request.url ?? "";
    if (path === "/healthz" || path === "/startupz" || path === "/readyz")
      return sendJson(response, 200, { ok: true, ready: true });
    if (request.headers.authorization !== `Bearer ${state.token}`) {
      state.wrongTokens += 1;
      if (state.wrongTokens <= WRONG_TOKENS_MAX) return sendError(response, 401, "Unauthorized", "unauthorized");
      response.setHeader("retry-after", LOCK_OUT_SECONDS);
      return sendError(response, 429, "Too many failed attempts.", "rate_limited");
    }
    if (request.method === "GET" && path === "/v1/models") {
      const data = MODELS.map((id) => ({ id, object: "model", created: 0, owned_by: "openclaw", permission: [] }));
      return sendJson(response, 200, { object: "list", data });
    }
    if (request.method !== "POST" || path !== "/v1/chat/completions")
      return sendError(response, 404, "Not found.", "not_found");
    const body = requestSchema.parse(JSON.parse(await readText(request)));
    const record: RecordedCompletion = {
      headers: { ...request.headers },
      body,
      aborted: false,
      finished: false,
      chunksSent: 0,
    };
    completions.push(record);
    response.once("close", () => {
      record.finished = response.writableFinished;
      record.aborted = !response.writableFinished;
    });
    await complete(record, response);
  }

  function behaviourNow(): FakeBehaviour {
    const { behaviour } = state;
    if (behaviour.kind !== "provider_refusal") return behaviour;
    state.refusals += 1;
    return state.refusals > (behaviour.times ?? Number.POSITIVE_INFINITY) ? { kind: "answer" } : behaviour;
  }

  async function complete(record: RecordedCompletion, response: ServerResponse): Promise<void> {
    const { body } = record;
    const behaviour = behaviourNow();
    const agent = body.model ?? "openclaw";
    if (!AGENT_NAMES.has(agent)) {
      return sendError(response, 400, `Unknown agent '${agent.split(/[:/]/).at(-1)}'.`, "invalid_request_error");
    }
    if (behaviour.kind === "status") return sendError(response, behaviour.status, behaviour.message, "api_error");
    if (behaviour.kind === "silent") return;
    if (behaviour.kind === "provider_refusal" && body.stream !== true)
      return sendError(response, behaviour.status, behaviour.message, behaviour.type);
    const text = replyTo(body, sessions);
    const usage = { prompt_tokens: 10, completion_tokens: 10, total_tokens: 20 };
    const base = { id: "chatcmpl_fake", created: Math.floor(Date.now() / 1000), model: agent };
    if (body.stream !== true) {
      const choices = [{ index: 0, message: { role: "assistant", content: text }, finish_reason: "stop" }];
      return sendJson(response, 200, { ...base, object: "chat.completion", choices, usage });
    }
    response.writeHead(200, { "content-type": "text/event-stream; charset=utf-8", "cache-control": "no-cache" });
    const chunk = (choices: readonly unknown[], more: object = {}) =>
      response.write(`data: ${JSON.stringify({ ...base, object: "chat.completion.chunk", choices, ...more })}\n\n`);
    const delta = (value: object, finish_reason: string | null = null) => chunk([{ index: 0, delta: value, finish_reason }]);
    delta({ role: "assistant" });
    if (behaviour.kind === "provider_refusal") {
      response.write(`data: ${JSON.stringify({ error: { message: behaviour.message, type: behaviour.type } })}\n\n`);
      return void response.end("data: [DONE]\n\n");
    }
    const [first = "", ...words] = text.match(/\S+\s*/g) ?? [];
    delta({ content: first });
    switch (behaviour.kind) {
      case "drop":
        return void response.write(": last words\n\n", () => response.socket?.destroy());
      case "error_in_stream":
        response.write(`data: ${JSON.stringify({ error: { message: behaviour.message, type: "api_error" } })}\n\n`);
        return void response.end("data: [DONE]\n\n");
      case "flood":
        await flood(response, behaviour, (content) => {
          record.chunksSent += 1;
          return delta({ content });
        });
        break;
      case "held":
        await new Promise<void>((resolve) => state.held.add(resolve));
        break;
      case "garbage":
        response.write("data: not json\n\n");
        break;
      case "answer":
      case "paced":
    }
    response.write(": a comment\n\n");
    for (const word of words) {
      if (behaviour.kind === "paced") await delay(behaviour.pauseMs);
      delta({ content: word });
    }
    delta({}, "stop");
    if (body.stream_options?.include_usage === true) chunk([], { usage });
    response.end("data: [DONE]\n\n");
  }

  const server = createServer(serverTls(options.tls), (request, response) => {
    handle(request, response).catch((error: unknown) => {
      if (response.headersSent) response.destroy();
      else sendError(response, 400, String(error), "invalid_request_error");
    });
  });
  server.on("secureConnection", () => void (state.connections += 1));
  server.listen(options.port ?? 0, host);
  await once(server, "listening");
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  const release = () => {
    for (const resolve of state.held) resolve();
    state.held.clear();
  };
  return {
    host,
    port,
    url: `https://${host}:${port}`,
    get certificate() {
      return state.certificate;
    },
    completions,
    get connections() {
      return state.connections;
    },
    get wrongTokens() {
      return state.wrongTokens;
    },
    behave(behaviour) {
      state.behaviour = behaviour;
      state.refusals = 0;
    },
    release,
    become({ token, tls }) {
      state.token = token;
      state.certificate = tls.certificate;
      server.setSecureContext(serverTls(tls));
    },
    setToken: (token) => void (state.token = token),
    async close() {
      release();
      const closed = once(server, "close");
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

function serverTls({ certificate, key }: FakeGatewayTls): { cert: string; key: string } {
  return { cert: certificate, key };
}

/** Says what it was told, and what was said first in a session it keeps. */
function replyTo({ messages, user }: CompletionBody, sessions: Map<string, string[]>): string {
  const said = messages.filter(({ role }) => role === "user").map(({ content }) => textOf(content));
  const kept = user === undefined ? [] : (sessions.get(user) ?? []);
  const all = [...kept, ...said];
  if (user !== undefined) sessions.set(user, all);
  const memory = all.length > 1 ? `the first was “${all[0]}”.` : "the first thing I hear.";
  return `You said: “${said.at(-1)}”; ${memory}`;
}

function textOf(content: unknown): string {
  if (typeof content === "string") return content;
  const parts = z.array(z.looseObject({ text: z.string().optional() })).safeParse(content);
  return parts.success ? parts.data.map(({ text }) => text ?? "").join("\n") : "";
}

async function flood(
  response: ServerResponse,
  { chunks, chunkBytes }: { chunks: number; chunkBytes: number },
  write: (content: string) => boolean,
): Promise<void> {
  const content = "x".repeat(chunkBytes);
  const closed = once(response, "close");
  for (let sent = 0; sent < chunks && !response.destroyed; sent += 1) {
    if (write(content)) continue;
    await Promise.race([once(response, "drain"), closed]);
  }
}

async function readText(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString("utf8");
}

function sendError(response: ServerResponse, status: number, message: string, type: string): void {
  sendJson(response, status, { error: { message, type } });
}

function sendJson(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { "content-type": "application/json; charset=utf-8" }).end(JSON.stringify(body));
}
