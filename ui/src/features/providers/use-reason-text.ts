// Why a provider cannot be used and what mends it, in the reader's language.
import { useTranslations } from "use-intl";
import { PROVIDER_TEST_REASONS, type ProviderTestReason } from "../../../../contracts/providers/provider-facts.ts";
import { toApiError } from "../../api/errors.ts";
import type { ErrorTexts } from "../../components/use-error-text.ts";

interface Failing {
  readonly reason: ProviderTestReason | null;
  readonly unknownModels?: readonly string[];
}

/** Empty where nothing fails. */
export function useReasonText(): (failing: Failing) => string {
  const t = useTranslations("providers.reasons");
  return ({ reason, unknownModels = [] }) => {
    if (reason === null) return "";
    return reason === "model_unknown" ? t(reason, { models: unknownModels.join(", ") || "…" }) : t(reason);
  };
}

/** The words for the reason that an error of the api gives; undefined where it gives none. */
export function useReasonOf(): (error: unknown) => string | undefined {
  const textOf = useReasonText();
  return (error) => {
    if (error === null || error === undefined) return undefined;
    const { reason, unknownModels } = toApiError(error).details;
    const known = PROVIDER_TEST_REASONS.find((each) => each === reason);
    const names = Array.isArray(unknownModels) ? unknownModels.map(String) : [];
    return known === undefined ? undefined : textOf({ reason: known, unknownModels: names });
  };
}

/** For an error of the api that stands for a failed test. */
export function useReasonTexts(error: unknown): ErrorTexts {
  const text = useReasonOf()(error);
  return text === undefined ? {} : { PROVIDER_TEST_FAILED: text };
}
