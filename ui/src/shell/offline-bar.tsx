// Says that there is no connection; what is on the page stays usable.
import { useTranslations } from "use-intl";
import { Bar } from "./bar.tsx";

export function OfflineBar() {
  const t = useTranslations("failures");
  return <Bar>{t("offline")}</Bar>;
}
