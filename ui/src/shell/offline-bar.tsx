// Says that there is no connection; what is on the page stays usable.
import { useTranslations } from "use-intl";

export function OfflineBar() {
  const t = useTranslations("failures");
  const style = {
    padding: "0.5rem 1rem",
    background: "var(--mosaic-amber-fill)",
    color: "var(--mosaic-amber)",
    fontWeight: 600,
  };
  return (
    <div role="status" style={style}>
      {t("offline")}
    </div>
  );
}
