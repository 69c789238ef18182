// The closed table of error codes: HTTP status, and whether trying again can help.

interface ErrorRule {
  readonly status: number;
  readonly retry: boolean;
}

/**
 * Every error the product answers with. `retry` says that the same call may succeed later without a change by the
 * caller; such answers carry Retry-After. "Not yours" answers NOT_FOUND, so that ids cannot be probed.
 */
export const ERROR_RULES = {
  VALIDATION_FAILED: { status: 422, retry: false },
  MALFORMED_BODY: { status: 400, retry: false },
  BAD_REQUEST: { status: 400, retry: false },
  PAYLOAD_TOO_LARGE: { status: 413, retry: false },
  UNSUPPORTED_MEDIA_TYPE: { status: 415, retry: false },
  UNAUTHENTICATED: { status: 401, retry: false },
  SIGN_IN_FAILED: { status: 401, retry: false },
  FORBIDDEN: { status: 403, retry: false },
  SETUP_TOKEN_INVALID: { status: 403, retry: false },
  OIDC_REJECTED: { status: 403, retry: false },
  CSRF_REJECTED: { status: 403, retry: false },
  NOT_FOUND: { status: 404, retry: false },
  METHOD_NOT_ALLOWED: { status: 405, retry: false },
  CONFLICT: { status: 409, retry: false },
  INVITE_GONE: { status: 410, retry: false },
  ONBOARDING_DONE: { status: 409, retry: false },
  ONBOARDING_REQUIRED: { status: 503, retry: false },
  RATE_LIMITED: { status: 429, retry: true },
  PROVIDER_REQUIRED: { status: 409, retry: false },
  PROVIDER_TEST_FAILED: { status: 422, retry: false },
  PROVIDER_KEY_REFUSED: { status: 424, retry: false },
  PROVIDER_NO_CREDIT: { status: 424, retry: false },
  PROVIDER_FORBIDDEN: { status: 424, retry: false },
  PROVIDER_MODEL_UNKNOWN: { status: 424, retry: false },
  PROVIDER_REQUEST_REFUSED: { status: 400, retry: false },
  PROVIDER_CERTIFICATE_REFUSED: { status: 424, retry: false },
  PROVIDER_RATE_LIMITED: { status: 429, retry: true },
  PROVIDER_UNAVAILABLE: { status: 502, retry: true },
  INPUT_UNSUPPORTED: { status: 422, retry: false },
  CONTAINER_STARTING: { status: 503, retry: true },
  CONTAINER_FAILED: { status: 503, retry: true },
  GATEWAY_UNAUTHORISED: { status: 502, retry: false },
  GATEWAY_UNAVAILABLE: { status: 502, retry: true },
  GATEWAY_ERROR: { status: 502, retry: false },
  AGENT_UNUSABLE: { status: 503, retry: false },
  MAIL_FAILED: { status: 502, retry: false },
  OIDC_UNAVAILABLE: { status: 503, retry: true },
  WORKFLOWS_UNAVAILABLE: { status: 503, retry: true },
  DATABASE_UNAVAILABLE: { status: 503, retry: true },
  ENGINE_UNAVAILABLE: { status: 503, retry: true },
  ISOLATION_UNPROVEN: { status: 503, retry: false },
  NAME_TAKEN_IN_ENGINE: { status: 409, retry: false },
  SECRET_UNREADABLE: { status: 500, retry: false },
  CONFIG_INVALID: { status: 500, retry: false },
  INTERNAL: { status: 500, retry: false },
} as const satisfies Record<string, ErrorRule>;

export type ErrorCode = keyof typeof ERROR_RULES;

/**
 * Failures of the model provider behind an agent. A refusal is 424 and never 401 or 403, which would tell a client that its
 * own key is wrong.
 */
export const PROVIDER_ERRORS = [
  "PROVIDER_KEY_REFUSED",
  "PROVIDER_NO_CREDIT",
  "PROVIDER_FORBIDDEN",
  "PROVIDER_MODEL_UNKNOWN",
  "PROVIDER_REQUEST_REFUSED",
  "PROVIDER_CERTIFICATE_REFUSED",
  "PROVIDER_RATE_LIMITED",
  "PROVIDER_UNAVAILABLE",
] as const satisfies readonly ErrorCode[];
export type ProviderErrorCode = (typeof PROVIDER_ERRORS)[number];

/** What a chat can meet beside what any call can: no provider, an agent that does not start, a gateway that fails. */
export const CHAT_ERRORS = [
  ...PROVIDER_ERRORS,
  "INPUT_UNSUPPORTED",
  "PROVIDER_REQUIRED",
  "CONTAINER_STARTING",
  "CONTAINER_FAILED",
  "GATEWAY_UNAUTHORISED",
  "GATEWAY_UNAVAILABLE",
  "GATEWAY_ERROR",
] as const satisfies readonly ErrorCode[];

/** One problem of one input field, for forms. `path` is dotted, e.g. `models.0.id`. */
export interface FieldProblem {
  readonly path: string;
  readonly message: string;
}

/** The body of every error answer. */
export interface ErrorBody {
  readonly error: {
    readonly code: ErrorCode;
    readonly message: string;
    readonly requestId?: string;
    readonly validations?: readonly FieldProblem[];
    readonly details?: Readonly<Record<string, unknown>>;
  };
}

export interface FleetErrorOptions {
  /** Facts for the caller; never a secret. */
  readonly details?: Readonly<Record<string, unknown>>;
  readonly validations?: readonly FieldProblem[];
  /** Seconds after which trying again makes sense; sent as Retry-After. */
  readonly retryAfterSeconds?: number;
  /** Only logged, never shown. */
  readonly cause?: unknown;
}

/** The only error the product throws on purpose. The message may be shown to the caller. */
export class FleetError extends Error {
  readonly code: ErrorCode;
  readonly details: Readonly<Record<string, unknown>> | undefined;
  readonly validations: readonly FieldProblem[] | undefined;
  readonly retryAfterSeconds: number | undefined;

  constructor(code: ErrorCode, message: string, options: FleetErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = "FleetError";
    this.code = code;
    this.details = options.details;
    this.validations = options.validations;
    this.retryAfterSeconds = options.retryAfterSeconds;
  }

  get status(): number {
    return ERROR_RULES[this.code].status;
  }

  get retryable(): boolean {
    return ERROR_RULES[this.code].retry;
  }
}
