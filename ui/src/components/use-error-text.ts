// The words for an error: by its code, in the reader's language.
import { useTranslations } from "use-intl";
import { toApiError, type ApiErrorCode } from "../api/errors.ts";

const DEFAULT_WAIT_MS = 60_000;

export type ErrorTexts = Partial<Record<ApiErrorCode, string>>;

/** `special`: words of the place for codes that mean something particular there. */
export function useErrorText(): (error: unknown, special?: ErrorTexts) => string {
  const t = useTranslations("errors");
  return (thrown, special = {}) => {
    const error = toApiError(thrown);
    const own = special[error.code];
    if (own !== undefined) return own;
    const { code, retryAfterMs = DEFAULT_WAIT_MS } = error;
    return code === "RATE_LIMITED" ? t(code, { seconds: Math.ceil(retryAfterMs / 1000) }) : t(code);
  };
}
