// The settings' own navigation, above each of their pages.
import { Link, Outlet } from "@tanstack/react-router";
import { useTranslations } from "use-intl";
import classes from "./settings-layout.module.css";

const PAGES = [
  { to: "/settings/profile", key: "profile" },
  { to: "/settings/providers", key: "providers" },
  { to: "/settings/agent", key: "agent" },
  { to: "/settings/keys", key: "keys" },
  { to: "/settings/agents", key: "agents" },
] as const;

export function SettingsLayout() {
  const t = useTranslations("settings");
  return (
    <>
      <nav aria-label={t("title")} className={classes["tabs"]}>
        {PAGES.map(({ to, key }) => (
          <Link key={to} to={to} className={classes["tab"]}>
            {t(key)}
          </Link>
        ))}
      </nav>
      <Outlet />
    </>
  );
}
