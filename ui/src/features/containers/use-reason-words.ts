// Why a container is not well, in the reader's language; what nobody foresaw stays in the words it came in.
import { useTranslations } from "use-intl";
import { readContainerReason } from "../../../../contracts/containers/container-reasons.ts";

export function useReasonWords(): (reason: string) => string {
  const t = useTranslations("containerReasons");
  return (reason) => {
    const known = readContainerReason(reason);
    return known === null ? t("other", { reason }) : t(known.code, { value: known.value });
  };
}
