// A state as icon, word and colour. Which states there are, and how each looks, is one closed table.
import IconBan from "@tabler/icons-react/dist/esm/icons/IconBan.mjs";
import IconCheck from "@tabler/icons-react/dist/esm/icons/IconCheck.mjs";
import IconClock from "@tabler/icons-react/dist/esm/icons/IconClock.mjs";
import IconKey from "@tabler/icons-react/dist/esm/icons/IconKey.mjs";
import IconLoader2 from "@tabler/icons-react/dist/esm/icons/IconLoader2.mjs";
import IconMail from "@tabler/icons-react/dist/esm/icons/IconMail.mjs";
import IconMinus from "@tabler/icons-react/dist/esm/icons/IconMinus.mjs";
import IconMoon from "@tabler/icons-react/dist/esm/icons/IconMoon.mjs";
import IconPlayerPlay from "@tabler/icons-react/dist/esm/icons/IconPlayerPlay.mjs";
import IconPlayerStop from "@tabler/icons-react/dist/esm/icons/IconPlayerStop.mjs";
import IconRefresh from "@tabler/icons-react/dist/esm/icons/IconRefresh.mjs";
import IconAlertTriangle from "@tabler/icons-react/dist/esm/icons/IconAlertTriangle.mjs";
import IconUserOff from "@tabler/icons-react/dist/esm/icons/IconUserOff.mjs";
import type { Icon } from "@tabler/icons-react";
import { useTranslations } from "use-intl";
import classes from "./status-badge.module.css";

const LOOKS = {
  running: { color: "green", icon: IconPlayerPlay },
  asleep: { color: "grey", icon: IconMoon },
  neverStarted: { color: "grey", icon: IconMoon },
  starting: { color: "blue", icon: IconLoader2 },
  restarting: { color: "blue", icon: IconLoader2 },
  retrying: { color: "amber", icon: IconLoader2 },
  stopping: { color: "blue", icon: IconLoader2 },
  stopped: { color: "grey", icon: IconPlayerStop },
  error: { color: "red", icon: IconAlertTriangle },
  active: { color: "green", icon: IconCheck },
  invited: { color: "blue", icon: IconMail },
  deactivated: { color: "grey", icon: IconUserOff },
  disabled: { color: "grey", icon: IconBan },
  inviteUsed: { color: "green", icon: IconCheck },
  keyActive: { color: "green", icon: IconKey },
  expiresSoon: { color: "amber", icon: IconClock },
  rotating: { color: "blue", icon: IconRefresh },
  expired: { color: "grey", icon: IconClock },
  revoked: { color: "red", icon: IconBan },
  tested: { color: "green", icon: IconCheck },
  untested: { color: "grey", icon: IconMinus },
  failing: { color: "red", icon: IconAlertTriangle },
  off: { color: "grey", icon: IconBan },
  applied: { color: "green", icon: IconCheck },
  pending: { color: "blue", icon: IconClock },
  success: { color: "green", icon: IconCheck },
  denied: { color: "amber", icon: IconBan },
  failed: { color: "red", icon: IconAlertTriangle },
} as const;
export type BadgeStatus = keyof typeof LOOKS;

const ICON_SIZE = 14;

export function StatusBadge({ status }: { readonly status: BadgeStatus }) {
  const t = useTranslations("status");
  return <Badge {...LOOKS[status]}>{t(status)}</Badge>;
}

export interface BadgeProps {
  readonly color: "green" | "blue" | "amber" | "red" | "grey" | "cyan";
  readonly icon: Icon;
  readonly children: string;
}

/** For closed sets of states of their own; each has a table like the one above. */
export function Badge({ color, icon: Icon, children }: BadgeProps) {
  return (
    <span className={`${classes["badge"]} ${classes[color]}`}>
      <Icon size={ICON_SIZE} aria-hidden className={Icon === IconLoader2 ? classes["spin"] : undefined} />
      {children}
    </span>
  );
}
