// What a failed call to an agent's gateway means to the caller.
import { z } from "zod";
import { FleetError, type FleetErrorOptions } from "../contracts/errors.ts";

/** Details.reason of GATEWAY_UNAVAILABLE when no byte of the request was sent. */
export const NOT_CONNECTED = "not_connected";
const NOT_CONNECTED_CODES: ReadonlySet<string> = new Set([
  "ECONNREFUSED",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "EHOSTDOWN",
  "UND_ERR_CONNECT_TIMEOUT",
]);
const SILENT_CODES: ReadonlySet<string> = new Set(["UND_ERR_HEADERS_TIMEOUT", "UND_ERR_BODY_TIMEOUT", "TIMEOUT"]);
const RETRY_AFTER_SECONDS = 5;
const UPSTREAM_MESSAGE_MAX_CHARS = 500;

const errorBodySchema = z.looseObject({ error: z.looseObject({ message: z.string() }) });

/** Refused, reset, silent too long: the agent cannot be reached or has stopped answering. */
export function connectionFailure(error: unknown): FleetError {
  if (error instanceof FleetError) return error;
  const code = errorCode(error);
  if (NOT_CONNECTED_CODES.has(code)) {
    return unavailable("Your agent does not accept connections just now.", {
      cause: error,
      details: { reason: NOT_CONNECTED },
    });
  }
  if (SILENT_CODES.has(code)) return unavailable("Your agent did not answer in time.", { cause: error });
  return unavailable("The connection to your agent broke off.", { cause: error });
}

/** An answer of the gateway with a status other than 200. */
export function statusFailure(status: number, bodyText: string, retryAfterSeconds: number | undefined): FleetError {
  const said = upstreamMessage(bodyText);
  const withReason = (text: string) => (said === null ? text : `${text} It said: ${said}`);
  switch (status) {
    case 401:
    case 403:
      return gatewayUnauthorised();
    case 413:
      return new FleetError("PAYLOAD_TOO_LARGE", withReason("The request is too large for the agent."));
    case 429:
      return new FleetError("RATE_LIMITED", withReason("The agent or its model provider asks to slow down."), {
        retryAfterSeconds: retryAfterSeconds ?? RETRY_AFTER_SECONDS,
      });
    case 502:
    case 503:
    case 504:
    case 522:
      return unavailable(
        withReason("Your agent cannot answer just now."),
        retryAfterSeconds === undefined ? {} : { retryAfterSeconds },
      );
    default:
      return status >= 400 && status < 500 && status !== 408
        ? new FleetError("BAD_REQUEST", withReason("The agent refused the request."))
        : gatewayError(said ?? `It answered with status ${status}.`);
  }
}

export function gatewayUnauthorised(): FleetError {
  return new FleetError("GATEWAY_UNAUTHORISED", "Your agent refused our credentials. Restart it to give it new ones.");
}

/** The agent reported a failure of its own, mostly of the model provider behind it. */
export function gatewayError(said: string): FleetError {
  return new FleetError("GATEWAY_ERROR", `The agent could not answer: ${said.slice(0, UPSTREAM_MESSAGE_MAX_CHARS)}`);
}

export function unavailable(message: string, options: FleetErrorOptions = {}): FleetError {
  return new FleetError("GATEWAY_UNAVAILABLE", message, { retryAfterSeconds: RETRY_AFTER_SECONDS, ...options });
}

function upstreamMessage(bodyText: string): string | null {
  const parsed = errorBodySchema.safeParse(parseJson(bodyText));
  return parsed.success ? parsed.data.error.message.slice(0, UPSTREAM_MESSAGE_MAX_CHARS) : null;
}

/** Undefined for text that is not JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** By shape, not by class: where tests run, errors of Node's own modules are of another realm. */
function errorCode(error: unknown): string {
  if (typeof error !== "object" || error === null) return "";
  if ("name" in error && error.name === "TimeoutError") return "TIMEOUT";
  if ("code" in error && typeof error.code === "string") return error.code;
  return "errors" in error && Array.isArray(error.errors) ? errorCode(error.errors[0]) : "";
}
