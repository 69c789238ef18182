// Calls of the public API, with answers parsed by the contracts.
import { z } from "zod";
import { ERROR_RULES, type ErrorCode } from "../../contracts/core/errors.ts";
import type { Secret } from "../../contracts/core/secret.ts";
import { CSRF_HEADER } from "../../contracts/core/header-names.ts";
import { CliError } from "../terminal/cli-error.ts";
import { EXIT, type ExitCode } from "../terminal/exit-codes.ts";
import { boundedJson } from "./bounded-body.ts";

const CALL_TIMEOUT_MS = 30_000;

export type Credential =
  | { readonly kind: "none" }
  | { readonly kind: "key"; readonly apiKey: Secret }
  | { readonly kind: "session"; readonly cookie: Secret; readonly csrfToken: Secret };

export interface ApiRequest {
  readonly method: "GET" | "POST" | "PATCH" | "DELETE";
  readonly path: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly timeoutMs?: number;
  /** Ends the call from outside; then there is no timeout of its own. */
  readonly signal?: AbortSignal;
}

export interface ApiClient {
  readonly url: URL;
  /** @throws CliError for every answer but 2xx, for no answer, and for one that the schema does not know. */
  call<T>(request: ApiRequest, schema: z.ZodType<T>): Promise<T>;
  /** The answer itself, for streams and headers. @throws CliError for every answer but 2xx. */
  fetch(request: ApiRequest): Promise<Response>;
}

export function createApiClient(url: URL, credential: Credential): ApiClient {
  const send = async (request: ApiRequest): Promise<Response> => {
    const response = await attempt(url, request, credential);
    if (response.ok) return response;
    throw await refusal(response, url);
  };
  return {
    url,
    fetch: send,
    async call(request, schema) {
      const response = await send(request);
      const parsed = schema.safeParse(response.status === 204 ? undefined : await boundedJson(response));
      if (parsed.success) return parsed.data;
      const message = `${url.origin} sent an unexpected response. Its version may differ from this command's.`;
      throw new CliError(message, { exitCode: EXIT.failed });
    },
  };
}

async function attempt(base: URL, request: ApiRequest, credential: Credential): Promise<Response> {
  const { method, path, body, signal } = request;
  try {
    return await fetch(new URL(path, base), {
      method,
      headers: {
        accept: "application/json",
        ...(body === undefined ? {} : { "content-type": "application/json" }),
        ...credentialHeaders(credential),
        ...request.headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      // A redirect would carry the credential to a place that nobody named.
      redirect: "error",
      signal: signal ?? AbortSignal.timeout(request.timeoutMs ?? CALL_TIMEOUT_MS),
    });
  } catch (cause) {
    throw unreachable(base, cause);
  }
}

function credentialHeaders(credential: Credential): Record<string, string> {
  switch (credential.kind) {
    case "none":
      return {};
    case "key":
      return { authorization: `Bearer ${credential.apiKey.reveal()}` };
    case "session":
      return { cookie: credential.cookie.reveal(), [CSRF_HEADER]: credential.csrfToken.reveal() };
  }
}

export function unreachable(url: URL, cause: unknown): CliError {
  const cure = "Check that it is running. `mosaic up` starts it on this machine; --url or MOSAIC_URL sets another address.";
  return new CliError(`${url.origin} does not answer${reasonOf(cause)}.`, { exitCode: EXIT.unavailable, cure });
}

/** `fetch` hides the reason in the cause of its error. */
const fetchErrorSchema = z.object({ name: z.string(), cause: z.object({ code: z.string() }).optional().catch(undefined) });

function reasonOf(error: unknown): string {
  const { data } = fetchErrorSchema.safeParse(error);
  if (data?.name === "TimeoutError") return " in time";
  return data?.cause === undefined ? "" : ` (${data.cause.code})`;
}

const errorBodySchema = z.object({
  error: z.object({
    code: z.string(),
    message: z.string(),
    requestId: z.string().optional(),
    validations: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
  }),
});

async function refusal(response: Response, url: URL): Promise<CliError> {
  const parsed = errorBodySchema.safeParse(await boundedJson(response));
  if (!parsed.success) {
    const exitCode = response.status >= 500 ? EXIT.unavailable : EXIT.failed;
    return new CliError(`${url.origin} answered ${response.status}, not as this product does. Is the URL right?`, { exitCode });
  }
  const { message, requestId, validations } = parsed.data.error;
  return apiError({ code: parsed.data.error.code, message, requestId, validations, retryAfterMs: retryAfterOf(response) });
}

function retryAfterOf(response: Response): number | undefined {
  const seconds = Number(response.headers.get("retry-after") ?? Number.NaN);
  return Number.isFinite(seconds) ? seconds * 1000 : undefined;
}

/** The error of an API answer or stream, with the exit code and the cure that belong to its code. */
export function apiError(error: {
  readonly code: string;
  readonly message: string;
  readonly requestId?: string | undefined;
  readonly validations?: readonly { readonly path: string; readonly message: string }[] | undefined;
  readonly retryAfterMs?: number | undefined;
}): CliError {
  const code = isErrorCode(error.code) ? error.code : undefined;
  const { requestId, validations, retryAfterMs } = error;
  const wait = retryAfterMs === undefined ? undefined : `Try again in ${Math.ceil(retryAfterMs / 1000)} s.`;
  const cure = code === "RATE_LIMITED" ? wait : code && CURES[code];
  return new CliError(error.message, {
    exitCode: exitCodeOf(code),
    code,
    requestId,
    validations,
    retryAfterMs,
    ...(cure === undefined ? {} : { cure }),
  });
}

const CURES: Partial<Record<ErrorCode, string>> = {
  UNAUTHENTICATED: "The key is wrong, expired or revoked. `mosaic login` creates a new one.",
  FORBIDDEN: "Use a key with the required scope: `mosaic keys create --help` lists them.",
  PROVIDER_REQUIRED: "mosaic providers add --help",
  PROVIDER_KEY_REFUSED: "Enter a valid key in the web interface under Settings, Providers.",
  PROVIDER_MODEL_UNKNOWN: "Choose a model that the provider offers in the web interface under Settings, Agent.",
  ONBOARDING_REQUIRED: "The installation is not set up yet: mosaic onboard",
  CONTAINER_FAILED: "`mosaic status` shows the reason and the last lines it printed.",
};

function exitCodeOf(code: ErrorCode | undefined): ExitCode {
  if (code === undefined) return EXIT.failed;
  if (code === "ONBOARDING_REQUIRED" || code === "PROVIDER_REQUIRED" || code === "CONFIG_INVALID") return EXIT.configuration;
  const { status, retry } = ERROR_RULES[code];
  if (status === 401 || status === 403) return EXIT.notAllowed;
  if (code === "VALIDATION_FAILED") return EXIT.usage;
  return retry ? EXIT.unavailable : EXIT.failed;
}

function isErrorCode(code: string): code is ErrorCode {
  return Object.hasOwn(ERROR_RULES, code);
}
