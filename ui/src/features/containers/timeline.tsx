// The causes of what a container did, newest first.
import { Text } from "@mantine/core";
import IconAlertTriangle from "@tabler/icons-react/dist/esm/icons/IconAlertTriangle.mjs";
import IconMessage from "@tabler/icons-react/dist/esm/icons/IconMessage.mjs";
import IconMoon from "@tabler/icons-react/dist/esm/icons/IconMoon.mjs";
import IconPlayerPlay from "@tabler/icons-react/dist/esm/icons/IconPlayerPlay.mjs";
import IconPlayerStop from "@tabler/icons-react/dist/esm/icons/IconPlayerStop.mjs";
import IconRefresh from "@tabler/icons-react/dist/esm/icons/IconRefresh.mjs";
import IconShieldX from "@tabler/icons-react/dist/esm/icons/IconShieldX.mjs";
import IconSettings from "@tabler/icons-react/dist/esm/icons/IconSettings.mjs";
import type { Icon } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { useTranslations } from "use-intl";
import type { ContainerCause, ContainerEventView } from "../../../../contracts/containers/agent-container.ts";
import { TimeText } from "../../components/time-text.tsx";
import { RequestWords, isRequest } from "./request-words.tsx";
import classes from "./timeline.module.css";

const CAUSE_ICONS: Readonly<Record<ContainerCause, Icon>> = {
  chat: IconMessage,
  always_on: IconPlayerPlay,
  config_changed: IconSettings,
  restart_requested: IconRefresh,
  stop_requested: IconPlayerStop,
  idle: IconMoon,
  started: IconPlayerPlay,
  stopped: IconPlayerStop,
  crashed: IconAlertTriangle,
  out_of_memory: IconAlertTriangle,
  removed_outside: IconAlertTriangle,
  unhealthy: IconAlertTriangle,
  start_failed: IconAlertTriangle,
  gave_up: IconAlertTriangle,
  retired: IconPlayerStop,
  drift_repaired: IconRefresh,
  message_ignored: IconShieldX,
};

export interface TimelineProps {
  readonly events: readonly ContainerEventView[];
  /** The reader, who is "you". */
  readonly selfId: string;
}

export function Timeline({ events, selfId }: TimelineProps) {
  const t = useTranslations("home");
  if (events.length === 0) return <Text c="dimmed">{t("nothing")}</Text>;
  return (
    <ol className={classes["list"]}>
      {events.map((event) => (
        <Entry key={event.id} event={event} selfId={selfId} />
      ))}
    </ol>
  );
}

function Entry({ event, selfId }: { readonly event: ContainerEventView; readonly selfId: string }) {
  const t = useTranslations("causes");
  return (
    <TimelineEntry cause={event.cause} when={<TimeText at={event.at} />}>
      {isRequest(event) ? <RequestWords event={event} selfId={selfId} /> : t(event.cause)}
    </TimelineEntry>
  );
}

export interface TimelineEntryProps {
  readonly cause: ContainerCause;
  readonly when: ReactNode;
  readonly children: ReactNode;
}

export function TimelineEntry({ cause, when, children }: TimelineEntryProps) {
  const Icon = CAUSE_ICONS[cause];
  return (
    <li className={classes["entry"]}>
      <span className={classes["icon"]}>
        <Icon size={18} stroke={1.75} aria-hidden />
      </span>
      <div>{children}</div>
      <span className={classes["when"]}>{when}</span>
    </li>
  );
}
