// Turns a thrown value into an HTTP answer: status, headers, body. Two styles: ours, and the one OpenAI clients read.
import { FleetError, type ErrorBody, type ErrorCode } from "../contracts/errors.ts";

const DEFAULT_RETRY_AFTER_SECONDS = 5;

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

export function errorAnswer(error: FleetError, requestId: string, style: "fleet" | "openai"): ErrorAnswer {
  const headers: Record<string, string> = {};
  if (error.retryable)
    headers["retry-after"] = String(Math.max(1, Math.ceil(error.retryAfterSeconds ?? DEFAULT_RETRY_AFTER_SECONDS)));
  if (error.code === "UNAUTHENTICATED") headers["www-authenticate"] = "Bearer";
  const body = style === "openai" ? openAiBody(error) : fleetBody(error, requestId);
  return { status: error.status, headers, body };
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

/** The shape of https://platform.openai.com/docs/guides/error-codes: message, type, param, code. */
function openAiBody(error: FleetError): unknown {
  const first = error.validations?.[0];
  const message = first === undefined ? error.message : `${error.message} ${first.path}: ${first.message}`;
  return {
    error: { message, type: openAiType(error.code, error.status), param: first?.path ?? null, code: error.code.toLowerCase() },
  };
}

function openAiType(code: ErrorCode, status: number): string {
  if (code === "RATE_LIMITED") return "rate_limit_error";
  if (status === 401) return "authentication_error";
  if (status === 403) return "permission_error";
  return status < 500 ? "invalid_request_error" : "server_error";
}
