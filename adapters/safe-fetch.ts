// HTTP to an address that a user named: every connection goes to a checked address, nothing is followed, all is bounded.
import { lookup as resolveName } from "node:dns";
import { isIP, type LookupFunction } from "node:net";
import { Agent, type Dispatcher } from "undici";
import { checkedLookup } from "./checked-lookup.ts";
import { isPortOfAnotherProtocol, judgeAddress, type AddressVerdict, type OutboundRule } from "./outbound-address.ts";
import { assertAllowed, safeFetchError, toSafeFetchError } from "./safe-fetch-failures.ts";

export const SAFE_FETCH_TIMEOUT_MS = 10_000;
export const SAFE_FETCH_BODY_MAX_BYTES = 1024 * 1024;

const USUAL_PORTS = { http: 80, https: 443 } as const;

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
}

/**
 * @throws FleetError PROVIDER_TEST_FAILED with details.step and details.reason, and a message that says what to do.
 */
export type SafeFetch = (url: string, request?: SafeRequest) => Promise<SafeResponse>;

export interface SafeFetchOptions extends OutboundRule {
  readonly timeoutMs?: number;
  /** How a name becomes addresses; Node's own resolver unless a test gives another. */
  readonly resolve?: LookupFunction;
  /** In place of the rule; the port is that of the connection. */
  readonly judge?: (address: string, port: number) => AddressVerdict;
}

export function createSafeFetch(options: SafeFetchOptions = {}): SafeFetch {
  const { timeoutMs = SAFE_FETCH_TIMEOUT_MS, resolve = resolveName } = options;
  const judge = options.judge ?? ((address: string) => judgeAddress(address, options));

  return async (text, request = {}) => {
    const url = parseAddress(text);
    const host = url.hostname.replace(/^\[|\]$/g, "");
    // Node asks no resolver for a literal address, so that it is judged here.
    if (isIP(host) !== 0) assertAllowed(judge(host, portOf(url)));
    const agent = new Agent({
      connect: { lookup: checkedLookup(resolve, (address) => assertAllowed(judge(address, portOf(url)))), timeout: timeoutMs },
    });
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
      return await readResponse(response);
    } catch (error) {
      throw toSafeFetchError(error, signal.aborted);
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

function portOf({ port, protocol }: URL): number {
  return port === "" ? USUAL_PORTS[protocol === "https:" ? "https" : "http"] : Number(port);
}

function parseAddress(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || (url.protocol !== "http:" && url.protocol !== "https:")) {
    throw safeFetchError("address_invalid");
  }
  if (url.username !== "" || url.password !== "") throw safeFetchError("address_invalid");
  if (isPortOfAnotherProtocol(url.port)) throw safeFetchError("port_refused");
  return url;
}
