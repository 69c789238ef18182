// HTTP to an address that a user named: every connection goes to a checked address, nothing is followed, all is bounded.
import type { Dispatcher } from "undici";
import { openOutbound, type OutboundAgentOptions } from "./outbound-agent.ts";
import { safeFetchError, toSafeFetchError } from "./safe-fetch-failures.ts";

export const SAFE_FETCH_TIMEOUT_MS = 10_000;
export const SAFE_FETCH_BODY_MAX_BYTES = 1024 * 1024;

export interface SafeRequest {
  readonly method?: "GET" | "POST";
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Ends the call earlier than its own deadline. */
  readonly signal?: AbortSignal;
}
export interface SafeResponse {
  readonly status: number;
  readonly contentType: string;
  readonly text: string;
  /** Whether the proxy was in between. */
  readonly viaProxy?: boolean;
}

/**
 * @throws FleetError PROVIDER_TEST_FAILED with details.step and details.reason, and a message that says what to do.
 */
export type SafeFetch = (url: string, request?: SafeRequest) => Promise<SafeResponse>;

export interface SafeFetchOptions extends OutboundAgentOptions {
  readonly timeoutMs?: number;
}

export function createSafeFetch(options: SafeFetchOptions = {}): SafeFetch {
  const { timeoutMs = SAFE_FETCH_TIMEOUT_MS } = options;

  return async (text, request = {}) => {
    const { url, agent, viaProxy } = await openOutbound(text, options, timeoutMs);
    const deadline = AbortSignal.timeout(timeoutMs);
    const signal = request.signal === undefined ? deadline : AbortSignal.any([deadline, request.signal]);
    try {
      const response = await agent.request({
        origin: url.origin,
        path: url.pathname + url.search,
        method: request.method ?? "GET",
        headers: { accept: "application/json", ...request.headers },
        ...(request.body === undefined ? {} : { body: request.body }),
        signal,
      });
      return { ...(await readResponse(response)), viaProxy };
    } catch (error) {
      throw toSafeFetchError(error, { timedOut: signal.aborted, viaProxy });
    } finally {
      await agent.destroy();
    }
  };
}

async function readResponse({ statusCode, headers, body }: Dispatcher.ResponseData): Promise<SafeResponse> {
  if (statusCode >= 300 && statusCode < 400) {
    throw safeFetchError("redirected");
  }
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body) {
    const bytes = Buffer.from(chunk);
    size += bytes.length;
    if (size > SAFE_FETCH_BODY_MAX_BYTES) throw safeFetchError("answer_too_large");
    chunks.push(bytes);
  }
  const contentType = headers["content-type"];
  return {
    status: statusCode,
    contentType: typeof contentType === "string" ? contentType : "",
    text: Buffer.concat(chunks).toString("utf8"),
  };
}
