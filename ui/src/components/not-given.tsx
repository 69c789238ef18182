// Stands where there is no value: a dash, which screen readers hear as words.
import { VisuallyHidden } from "@mantine/core";
import { useTranslations } from "use-intl";

export function NotGiven() {
  const t = useTranslations("common");
  return (
    <>
      <span aria-hidden>–</span>
      <VisuallyHidden>{t("none")}</VisuallyHidden>
    </>
  );
}
