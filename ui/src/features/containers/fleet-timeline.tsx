// The causes of what a container did, day by day, newest first.
import { Stack, Text, Title } from "@mantine/core";
import { useFormatter, useTranslations } from "use-intl";
import type { FleetEvent } from "../../../../contracts/containers/fleet.ts";
import { useTickingNow } from "../../components/ticker.ts";
import { ClockText } from "../../components/time-text.tsx";
import { TimelineEntry } from "./timeline.tsx";
import classes from "./timeline.module.css";
import { EventWords } from "./event-words.tsx";

export function FleetTimeline({ events }: { readonly events: readonly FleetEvent[] }) {
  const t = useTranslations("container");
  if (events.length === 0) return <Text c="dimmed">{t("nothing")}</Text>;
  return (
    <Stack gap="md">
      {daysOf(events).map(([day, some]) => (
        <section key={day}>
          <Title order={3} size="sm" c="dimmed">
            <Day day={day} />
          </Title>
          <ol className={classes["list"]}>
            {some.map((event) => (
              <Entry key={event.id} event={event} />
            ))}
          </ol>
        </section>
      ))}
    </Stack>
  );
}

function Entry({ event }: { readonly event: FleetEvent }) {
  const t = useTranslations("container");
  return (
    <TimelineEntry cause={event.cause} when={<ClockText at={event.at} />}>
      <EventWords event={event} />
      {event.generation === 0 ? null : (
        <Text size="xs" c="dimmed">
          {t("start", { generation: event.generation })}
        </Text>
      )}
    </TimelineEntry>
  );
}

const dayOf = (date: Date): string => new Date(date.getFullYear(), date.getMonth(), date.getDate()).toISOString();

/** Days of the reader's time zone. */
function daysOf(events: readonly FleetEvent[]): readonly (readonly [string, readonly FleetEvent[]])[] {
  const days = new Map<string, FleetEvent[]>();
  for (const event of events) {
    const day = dayOf(new Date(event.at));
    days.set(day, [...(days.get(day) ?? []), event]);
  }
  return [...days];
}

function Day({ day }: { readonly day: string }) {
  const t = useTranslations("container");
  const format = useFormatter();
  const today = new Date(useTickingNow());
  const yesterday = new Date(today.getFullYear(), today.getMonth(), today.getDate() - 1);
  if (day === dayOf(today)) return t("today");
  if (day === dayOf(yesterday)) return t("yesterday");
  return format.dateTime(new Date(day), { dateStyle: "full" });
}
