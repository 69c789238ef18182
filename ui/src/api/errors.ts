// What can go wrong with a call, as the rest of the interface sees it.
import { ERROR_RULES, type ErrorCode, type FieldProblem } from "../../../contracts/core/errors.ts";

/** Beside the codes of the api: the call did not get there, or what came back was not from the api. */
export type ApiErrorCode = ErrorCode | "NETWORK" | "UNEXPECTED";

interface ApiErrorFacts {
  readonly code: ApiErrorCode;
  readonly message: string;
  readonly fields?: readonly FieldProblem[];
  readonly details?: Readonly<Record<string, unknown>>;
  readonly requestId?: string | undefined;
  readonly retryAfterMs?: number | undefined;
}

export class ApiError extends Error {
  readonly code: ApiErrorCode;
  readonly fields: readonly FieldProblem[];
  readonly details: Readonly<Record<string, unknown>>;
  readonly requestId: string | undefined;
  readonly retryAfterMs: number | undefined;

  constructor(facts: ApiErrorFacts) {
    super(facts.message);
    this.name = "ApiError";
    this.code = facts.code;
    this.fields = facts.fields ?? [];
    this.details = facts.details ?? {};
    this.requestId = facts.requestId;
    this.retryAfterMs = facts.retryAfterMs;
  }
}

export function toApiError(thrown: unknown): ApiError {
  if (thrown instanceof ApiError) return thrown;
  return new ApiError({ code: "UNEXPECTED", message: thrown instanceof Error ? thrown.message : String(thrown) });
}

export function isCode(thrown: unknown, code: ApiErrorCode): boolean {
  return thrown instanceof ApiError && thrown.code === code;
}

/** Whether reading again may help without anyone changing anything. */
export function mayRetry(thrown: unknown): boolean {
  if (!(thrown instanceof ApiError)) return false;
  if (thrown.code === "NETWORK") return true;
  return thrown.code !== "UNEXPECTED" && thrown.code !== "RATE_LIMITED" && ERROR_RULES[thrown.code].retry;
}

/** The error in an answer's body. Anything that is not the api's own form came from something in between. */
export function errorFromBody(
  body: unknown,
  facts: { readonly status: number; readonly retryAfterMs?: number | undefined },
): ApiError {
  const error = isRecord(body) && isRecord(body["error"]) ? body["error"] : {};
  const code = knownCode(error["code"]);
  if (code === null)
    return new ApiError({ code: "UNEXPECTED", message: `HTTP ${facts.status}`, retryAfterMs: facts.retryAfterMs });
  return new ApiError({
    code,
    message: typeof error["message"] === "string" ? error["message"] : "",
    fields: Array.isArray(error["validations"]) ? error["validations"].filter(isFieldProblem) : [],
    details: isRecord(error["details"]) ? error["details"] : {},
    requestId: typeof error["requestId"] === "string" ? error["requestId"] : undefined,
    retryAfterMs: facts.retryAfterMs,
  });
}

export function knownCode(value: unknown): ErrorCode | null {
  return typeof value === "string" && isErrorCode(value) ? value : null;
}

function isErrorCode(text: string): text is ErrorCode {
  return Object.hasOwn(ERROR_RULES, text);
}

function isFieldProblem(value: unknown): value is FieldProblem {
  return isRecord(value) && typeof value["path"] === "string" && typeof value["message"] === "string";
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}
