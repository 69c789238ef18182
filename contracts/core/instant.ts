// A moment as RFC 3339 writes it: the one schema for every time that is read or answered.
import { z } from "zod";

/**
 * RFC 3339, section 5.6: `T` and `Z` in either case, a space for the `T`, any number of decimals. In a query string an
 * unescaped `+` arrives as a space, so that a space before the hours of an offset is read as `+`.
 */
const RFC_3339 = /^(\d{4})-(\d{2})-(\d{2})[Tt ](\d{2}):(\d{2}):(\d{2})(?:\.(\d+))?(?:[Zz]|([+\- ])(\d{2}):(\d{2}))$/;
const MS_PER_MINUTE = 60_000;
const MS_PER_SECOND = 1_000;
/** What Postgres and an ISO string of four digits can both say. */
const FIRST_MS = new Date("0001-01-01T00:00:00Z").getTime();
const LAST_MS = new Date("9999-12-31T23:59:59.999Z").getTime();

const MESSAGE = "Give a date and time with its offset, such as 2027-01-31T10:00:00Z or 2027-01-31T11:00:00+01:00.";

/** Milliseconds since 1970, or null for what RFC 3339 does not allow. Decimals beyond milliseconds are cut off. */
export function parseInstant(text: string): number | null {
  const match = RFC_3339.exec(text);
  if (match === null) return null;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match.slice(1, 7).map(Number);
  const [decimals = "", sign = "+", offsetHours = "0", offsetMinutes = "0"] = match.slice(7);
  if (hour > 23 || minute > 59 || second > 60 || Number(offsetHours) > 23 || Number(offsetMinutes) > 59) return null;
  // Not Date.UTC: it takes the years 0 to 99 for 1900 to 1999.
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  if (date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day) return null;
  const minutes = hour * 60 + minute - (sign === "-" ? -1 : 1) * (Number(offsetHours) * 60 + Number(offsetMinutes));
  const ms = date.getTime() + minutes * MS_PER_MINUTE + second * MS_PER_SECOND + Number(decimals.slice(0, 3).padEnd(3, "0"));
  return ms < FIRST_MS || ms > LAST_MS ? null : ms;
}

/** Gives UTC with milliseconds, whatever offset came in. */
export const instantSchema = z
  .string()
  .refine((text) => parseInstant(text) !== null, { error: MESSAGE, abort: true })
  .overwrite((text) => new Date(parseInstant(text) ?? 0).toISOString())
  .meta({ format: "date-time", example: "2027-01-31T10:00:00Z" });
