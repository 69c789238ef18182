// The words for a sign-in through the identity provider that was refused.
import { useTranslations } from "use-intl";
import { rejectionOf } from "../../api/oidc.ts";
import type { ErrorTexts } from "../../components/use-error-text.ts";

export function useRejectionTexts(): (error: unknown) => ErrorTexts {
  const t = useTranslations("oidcRejections");
  return (error) => {
    const reason = rejectionOf(error);
    return reason === null ? {} : { OIDC_REJECTED: t(reason) };
  };
}
