// What a failed call to a registered agent's gateway means, in the words that clients of the contract know.
import { isIPv6 } from "node:net";
import { z } from "zod";
import { FleetError } from "../../contracts/core/errors.ts";
import type { Secret } from "../../contracts/core/secret.ts";
import { providerWords } from "../llm/provider-words.ts";
import { failureCode, toSafeFetchError } from "../outbound/safe-fetch-failures.ts";
import { parseJson } from "./openclaw-gateway-failures.ts";

export interface RegisteredTarget {
  readonly name: string;
  readonly gatewayUrl: string;
  /** In its gateway. */
  readonly agentId: string;
  readonly token: Secret;
}

const UNAVAILABLE_STATUSES: ReadonlySet<number> = new Set([502, 503, 504, 522]);
/** Those of the system, and what the HTTP client calls the same. */
const UNAVAILABLE_CODES: ReadonlySet<string> = new Set([
  ...["ECONNREFUSED", "ENOTFOUND", "ETIMEDOUT", "ECONNRESET", "EPIPE", "TIMEOUT"],
  ...["UND_ERR_CONNECT_TIMEOUT", "UND_ERR_HEADERS_TIMEOUT", "UND_ERR_BODY_TIMEOUT", "UND_ERR_SOCKET"],
]);
const NO_REASON = "it gave no reason";
const REDACTED = "[redacted]";
const ADDRESS = "[address]";
const NAMED_ADDRESS =
  /\b(?:localhost|[\w-]+(?:\.[\w-]+)+)(?::\d{1,5})\b|\b[\w-]+(?:\.[\w-]+)*\.(?:local|internal|lan|intranet)\b/gi;
const IPV4_ADDRESS = /\b\d{1,3}(?:\.\d{1,3}){3}(?::\d{1,5})?\b/g;
const IPV6_CANDIDATE = /\[?[0-9a-f:.]*:[0-9a-f:.]*:[0-9a-f:.]*\]?(?::\d{1,5})?/gi;

const errorBodySchema = z.looseObject({
  error: z.union([z.string(), z.looseObject({ message: z.string() })]),
});

/** No answer, or one that broke off. */
export function registeredConnectionFailure(target: RegisteredTarget, error: unknown, viaProxy: boolean): FleetError {
  if (UNAVAILABLE_CODES.has(failureCode(error))) return gatewayUnavailable(target, error);
  const { message, cause } = toSafeFetchError(error, { timedOut: false, viaProxy });
  return requestFailed(target, message, cause ?? error);
}

export function registeredStatusFailure(target: RegisteredTarget, status: number, bodyText: string): FleetError {
  if (status === 401 || status === 403)
    return new FleetError("GATEWAY_UNAUTHORISED", `OpenClaw authentication failed for agent '${target.name}'`);
  if (UNAVAILABLE_STATUSES.has(status)) return gatewayUnavailable(target);
  const parsed = errorBodySchema.safeParse(parseJson(bodyText));
  if (!parsed.success) return requestFailed(target, `it answered with status ${status}`);
  const { error } = parsed.data;
  return requestFailed(target, typeof error === "string" ? error : error.message);
}

/** An error event within the stream. */
export function registeredStreamFailure(target: RegisteredTarget, said: string): FleetError {
  return new FleetError("GATEWAY_ERROR", `OpenClaw gateway error: ${cleaned(target, said)}`);
}

export function requestFailed(target: RegisteredTarget, said: string, cause?: unknown): FleetError {
  const message = `OpenClaw request failed for agent '${target.name}': ${cleaned(target, said)}`;
  return new FleetError("GATEWAY_ERROR", message, { cause });
}

function gatewayUnavailable({ name }: RegisteredTarget, cause?: unknown): FleetError {
  return new FleetError("GATEWAY_UNAVAILABLE", `OpenClaw gateway for agent '${name}' is unavailable`, { cause });
}

/** One line without secrets and addresses: whoever chats knows the agent by its name alone. */
export function cleaned({ token, gatewayUrl }: Pick<RegisteredTarget, "token" | "gatewayUrl">, said: string): string {
  const { hostname } = new URL(gatewayUrl);
  const words = providerWords(said.replaceAll(token.reveal(), REDACTED)) ?? NO_REASON;
  return words
    .replaceAll(/\b[a-z][a-z0-9+.-]*:\/\/[^\s"'<>)]+/gi, ADDRESS)
    .replaceAll(IPV6_CANDIDATE, (text) => (isIPv6(text.replace(/^\[|\](?::\d+)?$/g, "")) ? ADDRESS : text))
    .replaceAll(IPV4_ADDRESS, ADDRESS)
    .replaceAll(NAMED_ADDRESS, ADDRESS)
    .replaceAll(hostname, ADDRESS);
}
