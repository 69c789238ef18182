// Turns a thrown value into an HTTP answer: status, headers, body. Ours, and the styles of contracts with clients outside.
import type { BrokerErrorBody } from "../../contracts/leases/credential-broker.ts";
import { FleetError, type ErrorBody, type ErrorCode } from "../../contracts/core/errors.ts";

const DEFAULT_RETRY_AFTER_SECONDS = 5;

/** `broker`: the envelope of the credential broker. `contract`: ours, whose message is that of the first field that is wrong. */
export type ErrorStyle = "fleet" | "openai" | "broker" | "contract";

export interface ErrorAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
}

/** Anything that is not a FleetError becomes INTERNAL: its text may hold what the caller must not see. */
export function toFleetError(thrown: unknown): FleetError {
  if (thrown instanceof FleetError) return thrown;
  return requestError(thrown) ?? new FleetError("INTERNAL", "Something went wrong on our side.", { cause: thrown });
}

/** The one that Express raises about the request itself: a path that cannot be decoded. */
function requestError(thrown: unknown): FleetError | null {
  return thrown instanceof URIError ? new FleetError("BAD_REQUEST", "The address is not well formed.") : null;
}

export function errorAnswer(error: FleetError, requestId: string, style: ErrorStyle): ErrorAnswer {
  const headers: Record<string, string> = {};
  if (error.retryable)
    headers["retry-after"] = String(Math.max(1, Math.ceil(error.retryAfterSeconds ?? DEFAULT_RETRY_AFTER_SECONDS)));
  if (error.code === "UNAUTHENTICATED") headers["www-authenticate"] = "Bearer";
  return { status: error.status, headers, body: bodyInStyle(error, requestId, style) };
}

function bodyInStyle(error: FleetError, requestId: string, style: ErrorStyle): unknown {
  switch (style) {
    case "fleet":
      return fleetBody(error, requestId);
    case "openai":
      return openAiBody(error);
    case "broker":
      return brokerBody(error);
    case "contract":
      return contractBody(error, requestId);
  }
}

function fleetBody(error: FleetError, requestId: string): ErrorBody {
  return {
    error: {
      code: error.code,
      message: error.message,
      requestId,
      ...(error.validations === undefined ? {} : { validations: error.validations }),
      ...(error.details === undefined ? {} : { details: error.details }),
    },
  };
}

/** Clients of the registry show the message alone. */
function contractBody(error: FleetError, requestId: string): ErrorBody {
  const { error: body } = fleetBody(error, requestId);
  return { error: { ...body, message: error.validations?.[0]?.message ?? body.message } };
}

/** `retryAfterMs` is left out: of what is thrown, nothing may be tried again by a client of the broker. */
function brokerBody(error: FleetError): BrokerErrorBody {
  const names: Partial<Record<ErrorCode, string>> = { MALFORMED_BODY: "INVALID_JSON", METHOD_NOT_ALLOWED: "NOT_FOUND" };
  const code = error.status === 500 ? "INTERNAL_ERROR" : (names[error.code] ?? error.code);
  return { status: "error", code, message: error.message };
}

/** The shape of https://platform.openai.com/docs/guides/error-codes: message, type, param, code. */
function openAiBody(error: FleetError): unknown {
  const first = error.validations?.[0];
  const message = first === undefined ? error.message : `${error.message} ${first.path}: ${first.message}`;
  return {
    error: { message, type: openAiType(error.code, error.status), param: first?.path ?? null, code: error.code.toLowerCase() },
  };
}

function openAiType(code: ErrorCode, status: number): string {
  if (status === 429) return "rate_limit_error";
  if (code === "PROVIDER_NO_CREDIT") return "insufficient_quota";
  if (status === 424) return "provider_error";
  if (status === 401) return "authentication_error";
  if (status === 403) return "permission_error";
  return status < 500 ? "invalid_request_error" : "server_error";
}
