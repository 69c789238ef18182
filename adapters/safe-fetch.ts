// HTTP to an address that a user named: every connection goes to a checked address, nothing is followed, all is bounded.
import { lookup as resolveName } from "node:dns";
import { isIP, type LookupFunction } from "node:net";
import { Agent, type Dispatcher } from "undici";
import { FleetError } from "../contracts/errors.ts";
import { judgeAddress, type AddressVerdict, type OutboundRule } from "./outbound-address.ts";

export const SAFE_FETCH_TIMEOUT_MS = 10_000;
export const SAFE_FETCH_BODY_MAX_BYTES = 1024 * 1024;

/** Where a call ended; also in `details.step` of the error. */
export type SafeFetchStep = "address" | "dns" | "connect" | "tls" | "answer";

export interface SafeRequest {
  readonly method?: "GET" | "POST";
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}
export interface SafeResponse {
  readonly status: number;
  readonly contentType: string;
  readonly text: string;
}

/**
 * @throws FleetError PROVIDER_TEST_FAILED with details.step, and a message that says what to do.
 */
export type SafeFetch = (url: string, request?: SafeRequest) => Promise<SafeResponse>;

export interface SafeFetchOptions extends OutboundRule {
  readonly timeoutMs?: number;
  /** How a name becomes addresses; Node's own resolver unless a test gives another. */
  readonly resolve?: LookupFunction;
  /** For tests, which have nothing but loopback to call. */
  readonly judge?: (address: string) => AddressVerdict;
}

export function createSafeFetch(options: SafeFetchOptions = {}): SafeFetch {
  const { timeoutMs = SAFE_FETCH_TIMEOUT_MS, resolve = resolveName } = options;
  const judge = options.judge ?? ((address: string) => judgeAddress(address, options));

  return async (text, request = {}) => {
    const url = parseAddress(text);
    const host = url.hostname.replace(/^\[|\]$/g, "");
    // Node asks no resolver for a literal address, so that it is judged here.
    if (isIP(host) !== 0) assertAllowed(judge(host));
    const agent = new Agent({ connect: { lookup: checkedLookup(resolve, judge), timeout: timeoutMs } });
    const signal = AbortSignal.timeout(timeoutMs);
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
      throw fetchFailure(error, signal.aborted);
    } finally {
      await agent.destroy();
    }
  };
}

async function readResponse({ statusCode, headers, body }: Dispatcher.ResponseData): Promise<SafeResponse> {
  if (statusCode >= 300 && statusCode < 400) {
    throw failed("address", "The address sends us on to another one. Enter the final address.");
  }
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body) {
    const bytes = Buffer.from(chunk);
    size += bytes.length;
    if (size > SAFE_FETCH_BODY_MAX_BYTES)
      throw failed("answer", "The answer is larger than 1 MiB, which no list of models is.");
    chunks.push(bytes);
  }
  const contentType = headers["content-type"];
  return {
    status: statusCode,
    contentType: typeof contentType === "string" ? contentType : "",
    text: Buffer.concat(chunks).toString("utf8"),
  };
}

function parseAddress(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || (url.protocol !== "http:" && url.protocol !== "https:")) {
    throw failed("address", "This is no http or https address.");
  }
  if (url.username !== "" || url.password !== "") throw failed("address", "Give the key in its own field, not in the address.");
  return url;
}

/** Refuses when any of the answers is refused: a name with a public and a private address is a trick. */
function checkedLookup(resolve: LookupFunction, judge: (address: string) => AddressVerdict): LookupFunction {
  return (hostname, lookupOptions, callback) => {
    resolve(hostname, { ...lookupOptions, all: true }, (error, answers) => {
      const addresses = typeof answers === "string" ? [{ address: answers, family: isIP(answers) }] : answers;
      const first = addresses?.[0];
      if (error !== null || first === undefined) return callback(error ?? new Error("The name has no address."), "", 0);
      try {
        for (const { address } of addresses) assertAllowed(judge(address));
      } catch (refused) {
        return callback(refused instanceof Error ? refused : new Error("refused"), "", 0);
      }
      if (lookupOptions.all === true) callback(null, addresses);
      else callback(null, first.address, first.family);
    });
  };
}

function assertAllowed(verdict: AddressVerdict): void {
  switch (verdict) {
    case "allowed":
      return;
    case "loopback":
      throw failed(
        "address",
        "This address means the agent's own container. Use an address of this machine that containers reach.",
      );
    case "metadata":
      throw failed("address", "Link-local and metadata addresses are never called.");
    case "private":
      throw failed("address", "This is a private address, which an administrator has to allow first.");
    case "not_public":
      throw failed("address", "This is no public address of a server.");
  }
}

const DNS_CODES: ReadonlySet<string> = new Set(["ENOTFOUND", "EAI_AGAIN", "EAI_FAIL", "EAI_NODATA", "ENODATA"]);
const TLS_CODES = /^(?:ERR_TLS_|ERR_SSL_|CERT_|UNABLE_TO_|SELF_SIGNED_|DEPTH_ZERO_|EPROTO$|HOSTNAME_MISMATCH|INVALID_CA)/;

function fetchFailure(error: unknown, timedOut: boolean): FleetError {
  const root = rootError(error);
  if (root instanceof FleetError) return root;
  const code = codeOf(root);
  if (DNS_CODES.has(code))
    return failed("dns", "The name of the server is not known. Check the address for typing errors.", error);
  if (TLS_CODES.test(code)) {
    return failed(
      "tls",
      `The server's certificate was not accepted (${code}). Check the address, or use http inside your own network.`,
      error,
    );
  }
  if (code === "ECONNREFUSED")
    return failed("connect", "Nothing listens at this address and port. Check that the server runs.", error);
  if (timedOut || code === "UND_ERR_CONNECT_TIMEOUT" || code === "ETIMEDOUT") {
    return failed(
      "connect",
      "The server did not answer in time. Check the address, and that a firewall lets us through.",
      error,
    );
  }
  if (code === "EHOSTUNREACH" || code === "ENETUNREACH")
    return failed("connect", "There is no way to this address from here.", error);
  return failed("connect", "The connection broke off. Check that this is the address of an HTTP server.", error);
}

/** Several addresses tried give an AggregateError; a refusal of ours is wrapped by the socket. By shape, not by class. */
function rootError(error: unknown): unknown {
  if (error instanceof FleetError || typeof error !== "object" || error === null) return error;
  if ("errors" in error && Array.isArray(error.errors) && error.errors.length > 0) return rootError(error.errors[0]);
  return "cause" in error && typeof error.cause === "object" && error.cause !== null ? rootError(error.cause) : error;
}

function codeOf(error: unknown): string {
  return typeof error === "object" && error !== null && "code" in error && typeof error.code === "string" ? error.code : "";
}

function failed(step: SafeFetchStep, message: string, cause?: unknown): FleetError {
  return new FleetError("PROVIDER_TEST_FAILED", message, { details: { step }, cause });
}
