// Calls the api: JSON in and out, the CSRF token, one kind of error, and what happens when the session is over.
import { CSRF_HEADER } from "../../../contracts/core/header-names.ts";
import { ApiError, errorFromBody, isCode, isRecord } from "./errors.ts";

const SESSION_PATH = "/api/session";
const TIMEOUT_MS = 60_000;

export type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

export interface CallOptions {
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

export interface ApiClient {
  /** @throws ApiError */
  call<T>(method: Method, path: string, options?: CallOptions): Promise<T>;
  /** For an answer that comes in pieces. @throws ApiError when it does not begin. */
  stream(path: string, body: unknown, signal: AbortSignal): Promise<ReadableStream<Uint8Array>>;
  /** The same for what is only read, and may take long. @throws ApiError when it does not begin. */
  download(path: string, signal: AbortSignal): Promise<ReadableStream<Uint8Array>>;
  /** The token of the session that was just opened or read. */
  rememberCsrf(token: string): void;
}

export interface ApiClientOptions {
  readonly fetch: typeof globalThis.fetch;
  /** The session that was there is over. Not called for the question whether there is one. */
  readonly onSessionEnded: () => void;
  /** How long a call may take in all. */
  readonly timeoutMs?: number;
}

export function createApiClient({ fetch, onSessionEnded, timeoutMs = TIMEOUT_MS }: ApiClientOptions): ApiClient {
  let csrf: string | null = null;

  async function send(method: Method, path: string, options: CallOptions): Promise<Response> {
    const response = await answerOf(fetch, path, requestOf(method, options, csrf));
    if (response.ok) return response;
    const error = errorFromBody(await bodyOf(response), { status: response.status, retryAfterMs: retryAfterOf(response) });
    if (error.code === "UNAUTHENTICATED" && path !== SESSION_PATH) onSessionEnded();
    throw error;
  }

  /** Another tab may have signed in again; one request gets the new token. */
  async function sendFresh(method: Method, path: string, options: CallOptions): Promise<Response> {
    try {
      return await send(method, path, options);
    } catch (error) {
      if (!isCode(error, "CSRF_REJECTED") || csrf === null) throw error;
      const session: { csrfToken: string } = await (await send("GET", SESSION_PATH, {})).json();
      csrf = session.csrfToken;
      return await send(method, path, options);
    }
  }

  return {
    async call(method, path, options = {}) {
      const timeout = AbortSignal.timeout(timeoutMs);
      const signal = options.signal === undefined ? timeout : AbortSignal.any([options.signal, timeout]);
      return await bodyOf(await sendFresh(method, path, { ...options, signal }));
    },
    async stream(path, body, signal) {
      return pieces(await sendFresh("POST", path, { body, signal, headers: { accept: "text/event-stream" } }));
    },
    async download(path, signal) {
      return pieces(await send("GET", path, { signal, headers: { accept: "*/*" } }));
    },
    rememberCsrf: (token) => void (csrf = token),
  };
}

function requestOf(method: Method, { body, headers, signal }: CallOptions, csrf: string | null): RequestInit {
  return {
    method,
    headers: {
      accept: "application/json",
      ...(body === undefined ? {} : { "content-type": "application/json" }),
      ...(csrf === null || method === "GET" ? {} : { [CSRF_HEADER]: csrf }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    credentials: "same-origin",
    signal: signal ?? AbortSignal.timeout(TIMEOUT_MS),
  };
}

/** @throws ApiError NETWORK; an abort goes through as it is */
async function answerOf(fetch: typeof globalThis.fetch, path: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(path, init);
  } catch (error) {
    throw isNamed(error, "AbortError") ? error : new ApiError({ code: "NETWORK", message: "The server does not answer." });
  }
}

/** @throws ApiError */
function pieces({ body }: Response): ReadableStream<Uint8Array> {
  if (body === null) throw new ApiError({ code: "UNEXPECTED", message: "The answer has no body." });
  return body;
}

/**
 * The contract's types say what it is; the api has checked it against its schema before it was sent.
 * @throws ApiError NETWORK when it breaks off; an abort goes through as it is
 */
async function bodyOf<T>(response: Response): Promise<T> {
  const isJson = response.headers.get("content-type")?.includes("json") === true;
  const body: T = isJson ? await response.json().catch(noBody) : undefined;
  return body;
}

/** What only calls itself JSON came from something in between. */
function noBody(error: unknown): undefined {
  if (isNamed(error, "SyntaxError")) return undefined;
  throw isNamed(error, "AbortError") ? error : new ApiError({ code: "NETWORK", message: "The answer broke off." });
}

function isNamed(error: unknown, name: string): boolean {
  return isRecord(error) && error["name"] === name;
}

function retryAfterOf(response: Response): number | undefined {
  const seconds = Number(response.headers.get("retry-after") ?? Number.NaN);
  return Number.isFinite(seconds) ? seconds * 1000 : undefined;
}
