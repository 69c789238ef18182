// What a gateway's report about its model provider means to the person who chats.
import { FleetError, type ProviderErrorCode } from "../../contracts/core/errors.ts";
import { providerWords, repeatedStatus } from "../llm/provider-words.ts";

const RETRY_AFTER_SECONDS = 10;

/** An error as OpenClaw 2026.9.6 reports it, in a body or within a stream. */
export interface GatewaySaid {
  readonly message: string;
  readonly type?: string | null | undefined;
}

export interface GatewayReport extends GatewaySaid {
  /** The gateway's own status; absent within a stream. */
  readonly status?: number;
  readonly retryAfterSeconds?: number | undefined;
}

/** What the gateway reports instead of the provider's message if the provider is unavailable or too slow. */
const BUSY = /^upstream provider (?:error|timeout|overloaded)$/;
/** The gateway's pause after a key was refused, on a volume of an earlier configuration. */
const KEY_PAUSED = /^Inline API key for provider .* is temporarily disabled/;

const MESSAGES: Readonly<Record<ProviderErrorCode, string>> = {
  PROVIDER_KEY_REFUSED: "Your model provider rejected the API key. Enter a valid one in Settings, Providers.",
  PROVIDER_NO_CREDIT: "Your account at the model provider has no credit left. Add credit there.",
  PROVIDER_FORBIDDEN:
    "Your model provider does not allow this API key to use the model. Check key and model in Settings, Providers.",
  PROVIDER_MODEL_UNKNOWN: "Your model provider does not offer this model. Choose another one in Settings, Providers.",
  PROVIDER_REQUEST_REFUSED: "Your model provider refused the request.",
  PROVIDER_CERTIFICATE_REFUSED: "Your agent does not trust the certificate of your model provider.",
  PROVIDER_RATE_LIMITED: "Your model provider's rate limit is exceeded.",
  PROVIDER_UNAVAILABLE: "Your model provider is not responding.",
};

/** Where a refusal is mended. */
const SETTINGS_PAGE = "/settings/providers";
const MENDED_IN_SETTINGS: ReadonlySet<ProviderErrorCode> = new Set([
  "PROVIDER_KEY_REFUSED",
  "PROVIDER_FORBIDDEN",
  "PROVIDER_MODEL_UNKNOWN",
]);

/** Null when the report is not about the provider. */
export function providerFailure(report: GatewayReport): FleetError | null {
  const code = codeOf(report);
  if (code === null) return null;
  const words = KEY_PAUSED.test(report.message) || BUSY.test(report.message) ? null : providerWords(report.message);
  const message = words === null ? MESSAGES[code] : `${MESSAGES[code]} The provider said: “${words}”`;
  return new FleetError(code, message, {
    details: {
      ...(words === null ? {} : { said: words }),
      ...(MENDED_IN_SETTINGS.has(code) ? { mendAt: SETTINGS_PAGE } : {}),
    },
    retryAfterSeconds: report.retryAfterSeconds ?? RETRY_AFTER_SECONDS,
  });
}

function codeOf({ type, message, status }: GatewayReport): ProviderErrorCode | null {
  const answered = repeatedStatus(message);
  switch (type) {
    case "authentication_error":
    case "permission_error":
      return (answered ?? status) === 403 ? "PROVIDER_FORBIDDEN" : "PROVIDER_KEY_REFUSED";
    case "insufficient_quota":
      return "PROVIDER_NO_CREDIT";
    case "rate_limit_error":
      return "PROVIDER_RATE_LIMITED";
    case "invalid_request_error":
      return answered === null ? null : (codeOfStatus(answered) ?? "PROVIDER_REQUEST_REFUSED");
    default:
      if (BUSY.test(message)) return "PROVIDER_UNAVAILABLE";
      if (KEY_PAUSED.test(message)) return "PROVIDER_KEY_REFUSED";
      return answered === null ? null : codeOfStatus(answered);
  }
}

/** Null for what is no failure. */
function codeOfStatus(status: number): ProviderErrorCode | null {
  if (status < 400) return null;
  return STATUS_CODES[status] ?? (status < 500 ? "PROVIDER_REQUEST_REFUSED" : "PROVIDER_UNAVAILABLE");
}

/** Those that do not mean the same as the others of their hundred. */
const STATUS_CODES: Readonly<Partial<Record<number, ProviderErrorCode>>> = {
  401: "PROVIDER_KEY_REFUSED",
  402: "PROVIDER_NO_CREDIT",
  403: "PROVIDER_FORBIDDEN",
  404: "PROVIDER_MODEL_UNKNOWN",
  408: "PROVIDER_UNAVAILABLE",
  429: "PROVIDER_RATE_LIMITED",
};
