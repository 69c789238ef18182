// Text for people: colours where they are wanted, tables, and no control characters that someone else chose.
import { shownName } from "../../contracts/core/name.ts";
import type { CliIo, TextSink } from "./io.ts";

const STYLES = { bold: "1", dim: "2", red: "31", green: "32", yellow: "33" } as const;
export type Style = keyof typeof STYLES;
export type Paint = (style: Style, text: string) => string;

/** Colours on a terminal only, and never against https://no-color.org. */
export function painter(io: CliIo, sink: TextSink): Paint {
  const inColour = sink.isTTY === true && !io.env["NO_COLOR"] && io.env["TERM"] !== "dumb";
  return (style, text) => (inColour ? `\u001b[${STYLES[style]}m${text}\u001b[0m` : text);
}

/**
 * A model's words could otherwise move the cursor, change the title or fill the clipboard of the terminal, or turn a line
 * around. Line breaks and tabs stay.
 */
export function printable(text: string): string {
  return text.replaceAll(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g, "");
}

/** In the reader's time zone, to the second: `2026-11-30 21:40:05`. */
export function localTime(instant: string): string {
  return new Date(instant).toLocaleString("sv-SE");
}

/** Columns padded to their widest cell; the first row is the heading. */
export function table(rows: readonly (readonly string[])[]): string {
  const cells = rows.map((row) => row.map((cell) => shownName(printable(cell).replaceAll(/\s+/g, " "))));
  const widths = (cells[0] ?? []).map((_, column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]): string => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join("  ");
  return cells.map((row) => `${line(row).trimEnd()}\n`).join("");
}

/** Label and value, one pair a line; pairs without a value are left out. */
export function facts(pairs: readonly (readonly [string, string | null])[]): string {
  const given = pairs.flatMap(([label, value]) => (value === null || value === "" ? [] : [[label, value] as const]));
  const width = Math.max(0, ...given.map(([label]) => label.length));
  return given.map(([label, value]) => `${label.padEnd(width)}  ${printable(value)}\n`).join("");
}
