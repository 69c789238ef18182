// A point in time: relative within a day, else the date; exact on hover and for screen readers.
import { useFormatter } from "use-intl";
import { useTickingNow } from "./ticker.ts";

const DAY_MS = 86_400_000;
const EXACT = { dateStyle: "medium", timeStyle: "long" } as const;

export function TimeText({ at }: { readonly at: string }) {
  const format = useFormatter();
  const now = useTickingNow();
  const date = new Date(at);
  // A clock that is a little behind the server's must not speak of the future.
  const isNear = Math.abs(now - date.getTime()) < DAY_MS;
  const text = isNear
    ? format.relativeTime(date, Math.max(now, Math.min(date.getTime(), now + 5_000)))
    : format.dateTime(date, { dateStyle: "medium" });
  return (
    <time dateTime={at} title={format.dateTime(date, EXACT)} className="tabular">
      {text}
    </time>
  );
}

/** The time of day, e.g. 09:12. */
export function ClockText({ at }: { readonly at: string }) {
  const format = useFormatter();
  const date = new Date(at);
  return (
    <time dateTime={at} title={format.dateTime(date, EXACT)} className="tabular">
      {format.dateTime(date, { timeStyle: "short" })}
    </time>
  );
}
