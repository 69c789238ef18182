// Model providers as real HTTP servers that answer as the providers' own documentation says.
import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { judgeAddress } from "../../../adapters/outbound/outbound-address.ts";
import type { SafeFetchOptions } from "../../../adapters/outbound/safe-fetch.ts";

/** Names below `.test` are a stub of this machine, whose address alone is allowed beside the usual rule. */
export const TO_STUBS: SafeFetchOptions = {
  judge: (address) => (address === "127.0.0.1" ? "allowed" : judgeAddress(address, {})),
  resolve: (name, _options, callback) =>
    name.endsWith(".test")
      ? callback(null, [{ address: "127.0.0.1", family: 4 }])
      : callback(Object.assign(new Error("unknown"), { code: "ENOTFOUND" }), ""),
};

export interface StubAnswer {
  readonly status: number;
  readonly body: string;
  readonly contentType?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface SeenRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage["headers"];
}

export interface ProviderStub {
  readonly origin: string;
  readonly seen: SeenRequest[];
  close(): Promise<void>;
}

/** `null`: nothing ever comes. */
export type Answering = (request: SeenRequest) => StubAnswer | null | Promise<StubAnswer | null>;

export async function startProviderStub(answer: Answering): Promise<ProviderStub> {
  const seen: SeenRequest[] = [];
  const server = createServer((request, response) => {
    const facts = { method: request.method ?? "", url: request.url ?? "", headers: request.headers };
    seen.push(facts);
    void Promise.resolve(answer(facts)).then((given) => send(response, given));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return { origin: `http://127.0.0.1:${portOf(server)}`, seen, close: () => closed(server) };
}

function send(response: ServerResponse, answer: StubAnswer | null): void {
  if (answer === null) return;
  const { status, body, contentType = "application/json", headers = {} } = answer;
  response.writeHead(status, { "content-type": contentType, ...headers }).end(body);
}

function portOf(server: Server): number {
  const address = server.address();
  return typeof address === "object" && address !== null ? address.port : 0;
}

async function closed(server: Server): Promise<void> {
  const end = once(server, "close");
  server.close();
  server.closeAllConnections();
  await end;
}

const json = (status: number, body: unknown, headers = {}): StubAnswer => ({ status, body: JSON.stringify(body), headers });

/** A proxy's or site's page where an API was expected. */
export const WEB_PAGE: StubAnswer = {
  status: 200,
  contentType: "text/html; charset=utf-8",
  body: "<!doctype html><html><title>Sign in</title></html>",
};

const bearerOf = ({ headers }: SeenRequest): string | undefined => headers.authorization?.replace(/^Bearer /, "");
const pathOf = ({ url }: SeenRequest): string => new URL(url, "http://stub").pathname;

/**
 * OpenAI. Models: https://developers.openai.com/api/reference/resources/models/methods/list (GET /models, Bearer key, an object
 * "list" whose data are objects "model" with id, created, owned_by) and …/methods/retrieve (GET /models/{model}).
 * Errors: https://developers.openai.com/docs/guides/error-codes (401 for a wrong key, 403 for a country that is not
 * served, 429 both for speed and for an exhausted quota, 500 and 503); the body is {error: {message, type, param, code}}.
 */
export const OPENAI = {
  answers:
    (key: string, ids: readonly string[]) =>
    (request: SeenRequest): StubAnswer => {
      if (bearerOf(request) !== key) return OPENAI.wrongKey(bearerOf(request) ?? "");
      const model = (id: string) => ({ id, object: "model", created: 1_754_000_000, owned_by: "system" });
      const path = pathOf(request);
      if (path === "/v1/models") return json(200, { object: "list", data: ids.map(model) });
      const id = /^\/v1\/models\/(.+)$/.exec(path)?.[1];
      if (id !== undefined && OPENAI_ALIASES.includes(id)) return json(200, model(id));
      return id === undefined
        ? json(404, openAiError(`Invalid URL (GET ${path})`, "invalid_request_error", null))
        : OPENAI.noModel(id);
    },
  /** It repeats a part of the key, as the real one does. */
  wrongKey: (key: string) =>
    json(401, openAiError(`Incorrect API key provided: ${key}.`, "invalid_request_error", "invalid_api_key")),
  noModel: (id: string) =>
    json(404, openAiError(`The model '${id}' does not exist`, "invalid_request_error", "model_not_found")),
  countryRefused: json(403, openAiError("Country not supported", "request_forbidden", "unsupported_country_region_territory")),
  tooFast: json(429, openAiError("Rate limit reached for requests", "requests", "rate_limit_exceeded"), {
    "retry-after": "20",
  }),
  noQuota: json(429, openAiError("You exceeded your current quota", "insufficient_quota", "insufficient_quota")),
  overloaded: json(503, openAiError("The engine is currently overloaded", "server_error", null)),
} as const;
/** A name that its list does not have, but that it answers for. */
export const OPENAI_ALIASES = ["gpt-latest"];

function openAiError(message: string, type: string, code: string | null) {
  return { error: { message, type, param: null, code } };
}

/**
 * Anthropic. Models: https://platform.claude.com/docs/en/api/models-list (GET /v1/models with x-api-key and anthropic-version; limit
 * 1 to 1000, 20 without; after_id; data, first_id, has_more, last_id) and …/models/retrieve, which knows aliases too.
 * Errors: https://platform.claude.com/docs/en/api/errors (401 authentication_error, 402 billing_error, 403 permission_error,
 * 404 not_found_error, 429 rate_limit_error, 529 overloaded_error; {type: "error", error: {type, message}, request_id}).
 */
export const ANTHROPIC = {
  /** Pages have `pageSize` models, whatever `limit` asks for. */
  answers:
    (key: string, { ids, pageSize }: { readonly ids: readonly string[]; readonly pageSize: number }) =>
    (request: SeenRequest): StubAnswer => {
      if (request.headers["anthropic-version"] === undefined) return ANTHROPIC.error(400, "invalid_request_error");
      if (request.headers["x-api-key"] !== key) return ANTHROPIC.error(401, "authentication_error");
      const { pathname, searchParams } = new URL(request.url, "http://stub");
      if (pathname !== "/v1/models") return ANTHROPIC.error(404, "not_found_error");
      const after = searchParams.get("after_id");
      const from = after === null ? 0 : ids.indexOf(after) + 1;
      const page = ids.slice(from, from + pageSize);
      return json(200, {
        data: page.map((id) => ({
          type: "model",
          id,
          display_name: id.toUpperCase(),
          created_at: "2026-02-04T00:00:00Z",
          max_input_tokens: 200_000,
          max_tokens: 64_000,
        })),
        first_id: page[0] ?? null,
        last_id: page.at(-1) ?? null,
        has_more: from + pageSize < ids.length,
      });
    },
  error: (status: number, type: string) =>
    json(status, { type: "error", error: { type, message: "As its guide says." }, request_id: "req_011" }),
} as const;

/**
 * Z.AI. Base URL and Bearer key: https://docs.z.ai/api-reference/introduction. Errors: https://docs.z.ai/api-reference/api-code (the HTTP
 * status outside, {error: {code, message}} inside; 401 with 1000 to 1004 for keys, 429 with 1302 for speed and with 1113 for an
 * account in arrears). Its reference has no list of models; the server answers GET /models as OpenAI's does.
 */
export const ZAI = {
  error: (status: number, code: string) => json(status, { error: { code, message: "As its table says." } }),
} as const;

/**
 * Ollama. Models: https://docs.ollama.com/api/tags (GET /api/tags, no key; models with name, model, size, digest, details). Errors:
 * https://docs.ollama.com/api/errors (status and {error: "…"}).
 */
export const OLLAMA = {
  answers:
    (names: readonly string[]) =>
    (request: SeenRequest): StubAnswer => {
      // What it says for paths that it does not have is plain text.
      if (pathOf(request) !== "/api/tags") return { status: 404, body: "404 page not found", contentType: "text/plain" };
      const details = {
        format: "gguf",
        family: "gemma",
        families: ["gemma"],
        parameter_size: "4.3B",
        quantization_level: "Q4_K_M",
      };
      return json(200, {
        models: names.map((name) => ({
          name,
          model: name,
          modified_at: "2026-10-03T23:34:03Z",
          size: 3_338_801_804,
          digest: "a2af6cc3",
          details,
        })),
      });
    },
} as const;

/**
 * Google. Models: https://ai.google.dev/api/models (GET /v1beta/models with x-goog-api-key; pageSize, pageToken; names with "models/"
 * before them, inputTokenLimit, outputTokenLimit; nextPageToken left out on the last page). A wrong key is a 400 with an ErrorInfo
 * whose reason is API_KEY_INVALID: https://cloud.google.com/apis/design/errors and google.api.ErrorReason.
 */
export const GOOGLE = {
  answers:
    (key: string, pages: readonly (readonly string[])[]) =>
    (request: SeenRequest): StubAnswer => {
      if (request.headers["x-goog-api-key"] !== key) {
        const details = [
          { "@type": "type.googleapis.com/google.rpc.ErrorInfo", reason: "API_KEY_INVALID", domain: "googleapis.com" },
        ];
        return json(400, { error: { code: 400, message: "API key not valid.", status: "INVALID_ARGUMENT", details } });
      }
      const page = Number(new URL(request.url, "http://stub").searchParams.get("pageToken") ?? "0");
      const models = (pages[page] ?? []).map((id) => ({
        name: `models/${id}`,
        displayName: `Gemini ${id}`,
        inputTokenLimit: 1_048_576,
        outputTokenLimit: 65_536,
      }));
      return json(200, { models, ...(page + 1 < pages.length ? { nextPageToken: String(page + 1) } : {}) });
    },
} as const;
