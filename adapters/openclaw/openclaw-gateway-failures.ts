// What a failed call to an agent's gateway means to the caller.
import { z } from "zod";
import { FleetError, type FleetErrorOptions } from "../../contracts/core/errors.ts";
import { providerFailure, type GatewaySaid } from "./provider-failures.ts";
import { providerWords } from "../llm/provider-words.ts";

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
/** The gateway's own answer to an address that showed ten wrong tokens; a provider's limit has another type. */
const LOCKED_OUT_TYPE = "rate_limited";

const errorBodySchema = z.looseObject({ error: z.looseObject({ message: z.string(), type: z.string().nullish() }) });

/** Refused, reset, silent too long: the agent cannot be reached or has stopped answering. */
export function connectionFailure(error: unknown): FleetError {
  if (error instanceof FleetError) return error;
  const code = errorCode(error);
  if (NOT_CONNECTED_CODES.has(code)) return notConnected(error);
  if (SILENT_CODES.has(code)) return unavailable("Your agent did not answer in time.", { cause: error });
  return unavailable("The connection to your agent was lost.", { cause: error });
}

/** No connection came about, or not to the agent itself: nothing was sent. */
export function notConnected(cause: unknown): FleetError {
  const message = NOT_CONNECTED_CODES.has(errorCode(cause))
    ? "Your agent is not accepting connections."
    : "The identity of your agent could not be verified, so nothing was sent to it. Try again in a moment.";
  return unavailable(message, { cause, details: { reason: NOT_CONNECTED } });
}

/**
 * An answer of the gateway with a status other than 200. The status alone does not tell whose refusal it is: a provider's
 * 401 comes with the type `authentication_error`, the gateway's own with `unauthorized`.
 */
export function statusFailure(status: number, bodyText: string, retryAfterSeconds: number | undefined): FleetError {
  const said = saidIn(bodyText);
  return (
    (said === null ? null : providerFailure({ ...said, status, retryAfterSeconds })) ??
    gatewayFailure(status, said, retryAfterSeconds)
  );
}

/** An error event within the gateway's stream. */
export function streamFailure(said: GatewaySaid): FleetError {
  return providerFailure(said) ?? gatewayError(said.message);
}

function gatewayFailure(status: number, said: GatewaySaid | null, retryAfterSeconds: number | undefined): FleetError {
  const words = said === null ? null : providerWords(said.message);
  const withReason = (text: string) => (words === null ? text : `${text} The agent said: ${words}`);
  switch (status) {
    case 401:
    case 403:
      return gatewayUnauthorised();
    case 413:
      return new FleetError("PAYLOAD_TOO_LARGE", withReason("The request is too large for the agent."));
    case 429:
      if (said?.type === LOCKED_OUT_TYPE) return gatewayUnauthorised();
      return new FleetError("RATE_LIMITED", withReason("The agent's rate limit is exceeded."), {
        retryAfterSeconds: retryAfterSeconds ?? RETRY_AFTER_SECONDS,
      });
    case 502:
    case 503:
    case 504:
    case 522:
      return unavailable(
        withReason("Your agent cannot answer right now."),
        retryAfterSeconds === undefined ? {} : { retryAfterSeconds },
      );
    default:
      return status >= 400 && status < 500 && status !== 408
        ? new FleetError("BAD_REQUEST", withReason("The agent refused the request."))
        : gatewayError(said?.message ?? `It answered with status ${status}.`);
  }
}

export function gatewayUnauthorised(): FleetError {
  return new FleetError("GATEWAY_UNAUTHORISED", "Your agent refused our credentials. Restart it to give it new ones.");
}

/** The agent reported a failure of its own. */
export function gatewayError(said: string): FleetError {
  return new FleetError("GATEWAY_ERROR", `The agent could not answer: ${providerWords(said) ?? "it gave no reason."}`);
}

export function unavailable(message: string, options: FleetErrorOptions = {}): FleetError {
  return new FleetError("GATEWAY_UNAVAILABLE", message, { retryAfterSeconds: RETRY_AFTER_SECONDS, ...options });
}

function saidIn(bodyText: string): GatewaySaid | null {
  const parsed = errorBodySchema.safeParse(parseJson(bodyText));
  return parsed.success ? parsed.data.error : null;
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
