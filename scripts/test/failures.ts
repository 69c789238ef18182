// What failed, for the end of the output: the output of a complete run is long, and viewers may cut its middle.
import { stripVTControlCharacters } from "node:util";
import type { Failure } from "./outcome.ts";

const FAILURES_SHOWN = 40;
const MESSAGE_LINES = 12;
const LINE_LENGTH = 200;

/** Lines to print; none when nothing failed. */
export function failureList(title: string, failures: readonly Failure[]): readonly string[] {
  if (failures.length === 0) return [];
  const more = failures.length - FAILURES_SHOWN;
  return [
    `${title} (${failures.length}):`,
    ...failures.slice(0, FAILURES_SHOWN).flatMap(describe),
    ...(more > 0 ? [`… and ${more} more`] : []),
    "",
  ];
}

function describe({ kind, file, name, message }: Failure): readonly string[] {
  return [`✗ ${kind}: ${file === null ? name : `${file}: ${name}`}`, ...firstLines(message).map((line) => `    ${line}`)];
}

/** What was said, and of the stack the first place that is ours. */
function firstLines(message: string): readonly string[] {
  const lines = stripVTControlCharacters(message)
    .split("\n")
    .filter((line) => line.trim() !== "")
    .map((line) => line.slice(0, LINE_LENGTH));
  const isPlace = (line: string): boolean => /^\s+at /.test(line);
  const place = lines.find((line) => isPlace(line) && !line.includes("node_modules") && !line.includes("node:"));
  const said = lines.filter((line) => !isPlace(line)).slice(0, MESSAGE_LINES);
  return place === undefined ? said : [...said, place];
}
