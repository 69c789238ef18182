// The navigation: what everyone has, and what administrators have besides.
import { Link } from "@tanstack/react-router";
import IconAdjustments from "@tabler/icons-react/dist/esm/icons/IconAdjustments.mjs";
import IconBuilding from "@tabler/icons-react/dist/esm/icons/IconBuilding.mjs";
import IconHistory from "@tabler/icons-react/dist/esm/icons/IconHistory.mjs";
import IconHome from "@tabler/icons-react/dist/esm/icons/IconHome.mjs";
import IconKey from "@tabler/icons-react/dist/esm/icons/IconKey.mjs";
import IconLogin2 from "@tabler/icons-react/dist/esm/icons/IconLogin2.mjs";
import IconMessage from "@tabler/icons-react/dist/esm/icons/IconMessage.mjs";
import IconPlugConnected from "@tabler/icons-react/dist/esm/icons/IconPlugConnected.mjs";
import IconRobot from "@tabler/icons-react/dist/esm/icons/IconRobot.mjs";
import IconServer from "@tabler/icons-react/dist/esm/icons/IconServer.mjs";
import IconSettings from "@tabler/icons-react/dist/esm/icons/IconSettings.mjs";
import IconUsers from "@tabler/icons-react/dist/esm/icons/IconUsers.mjs";
import IconUsersGroup from "@tabler/icons-react/dist/esm/icons/IconUsersGroup.mjs";
import { useTranslations } from "use-intl";
import classes from "./shell.module.css";

const OWN = [
  { to: "/", key: "home", icon: IconHome, isExact: true },
  { to: "/chat", key: "chat", icon: IconMessage, isExact: false },
  { to: "/workspaces", key: "workspaces", icon: IconBuilding, isExact: false },
  { to: "/settings", key: "settings", icon: IconSettings, isExact: false },
] as const;
const ADMINISTRATION = [
  { to: "/admin/fleet", key: "fleet", icon: IconServer, isExact: false },
  { to: "/admin/users", key: "users", icon: IconUsers, isExact: false },
  { to: "/admin/workspaces", key: "allWorkspaces", icon: IconBuilding, isExact: false },
  { to: "/admin/teams", key: "allTeams", icon: IconUsersGroup, isExact: false },
  { to: "/admin/agents", key: "allAgents", icon: IconPlugConnected, isExact: false },
  { to: "/admin/system-agents", key: "systemAgents", icon: IconRobot, isExact: false },
  { to: "/admin/credentials", key: "credentials", icon: IconKey, isExact: false },
  { to: "/admin/sign-in-method", key: "signInMethod", icon: IconLogin2, isExact: false },
  { to: "/admin/system", key: "system", icon: IconAdjustments, isExact: false },
  { to: "/admin/audit-log", key: "auditLog", icon: IconHistory, isExact: false },
] as const;

export interface NavigationProps {
  readonly isAdmin: boolean;
  readonly onNavigate?: () => void;
}

export function Navigation({ isAdmin, onNavigate }: NavigationProps) {
  const t = useTranslations("nav");
  const links = (entries: typeof OWN | typeof ADMINISTRATION) =>
    entries.map(({ to, key, icon: Icon, isExact }) => (
      <Link key={to} to={to} className={classes["link"]} activeOptions={{ exact: isExact }} onClick={onNavigate}>
        <Icon size={20} stroke={1.75} aria-hidden />
        {t(key)}
      </Link>
    ));
  return (
    <nav aria-label={t("label")}>
      {links(OWN)}
      {isAdmin ? <div className={classes["group"]}>{t("administration")}</div> : null}
      {isAdmin ? links(ADMINISTRATION) : null}
    </nav>
  );
}
