// HTTP to an address that a user named: every connection goes to a checked address, nothing is followed, all is bounded.
import { lookup as resolveName } from "node:dns";
import type { LookupFunction } from "node:net";
import type { Dispatcher } from "undici";
import { checkedLookup } from "./checked-lookup.ts";
import { judgeAddress, type OutboundRule } from "./outbound-address.ts";
import { addressRefusal, portOf, type JudgeAddress } from "../llm/provider-address.ts";
import { DIRECT, directAgent, proxyAgent, type OutboundProxy, type OutboundWay } from "./outbound-way.ts";
import { chooseProxy } from "./proxy-choice.ts";
import { assertAllowed, safeFetchError, toSafeFetchError } from "./safe-fetch-failures.ts";

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

export interface SafeFetchOptions extends OutboundRule {
  readonly timeoutMs?: number;
  /** How a name becomes addresses; Node's own resolver unless a test gives another. */
  readonly resolve?: LookupFunction;
  /** Asked at every call, so that a change counts at once; where absent, nothing stands between us and the outside. */
  readonly way?: () => Promise<OutboundWay>;
  /** In place of the rule; the port is that of the connection. */
  readonly judge?: JudgeAddress;
}

export function createSafeFetch(options: SafeFetchOptions = {}): SafeFetch {
  const { timeoutMs = SAFE_FETCH_TIMEOUT_MS, resolve = resolveName } = options;
  const judge = options.judge ?? ((address: string) => judgeAddress(address, options));

  return async (text, request = {}) => {
    // Node asks no resolver for a literal address, so that it is judged here.
    const refusal = addressRefusal(text, judge);
    if (refusal !== null) throw safeFetchError(refusal);
    const url = new URL(text);
    const check = (address: string): void => assertAllowed(judge(address, portOf(url)));
    const way = await (options.way?.() ?? DIRECT);
    const proxy = await chooseProxy(url, way, { resolve, check });
    const agent = agentFor(way, proxy, { lookup: checkedLookup(resolve, check), timeoutMs });
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
      return { ...(await readResponse(response)), viaProxy: proxy !== null };
    } catch (error) {
      throw toSafeFetchError(error, { timedOut: signal.aborted, viaProxy: proxy !== null });
    } finally {
      await agent.destroy();
    }
  };
}

interface Connecting {
  readonly lookup: LookupFunction;
  readonly timeoutMs: number;
}

function agentFor(way: OutboundWay, proxy: OutboundProxy | null, { lookup, timeoutMs }: Connecting): Dispatcher {
  return proxy === null ? directAgent(way, { lookup, timeout: timeoutMs }) : proxyAgent(way, proxy, timeoutMs);
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
