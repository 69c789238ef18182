// Why a provider cannot be used and what mends it, in the reader's language.
import { useTranslations } from "use-intl";
import { PROVIDER_TEST_REASONS, type ProviderTestReason } from "../../../../contracts/provider-facts.ts";
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

/** For an error of the api that stands for a failed test. */
export function useReasonTexts(error: unknown): ErrorTexts {
  const textOf = useReasonText();
  if (error === null || error === undefined) return {};
  const { reason, unknownModels } = toApiError(error).details;
  const known = PROVIDER_TEST_REASONS.find((each) => each === reason);
  const names = Array.isArray(unknownModels) ? unknownModels.map(String) : [];
  return known === undefined ? {} : { PROVIDER_TEST_FAILED: textOf({ reason: known, unknownModels: names }) };
}
