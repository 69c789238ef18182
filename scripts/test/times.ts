// How long a run took: a table of its parts and of the slowest files, in seconds.

export interface FileTime {
  /** Relative to the repository. */
  readonly file: string;
  readonly ms: number;
}

/** A kind of tests, the preparation, or the checks. Parts run side by side, and so do the files of a part. */
export interface PartTime {
  readonly part: string;
  /** Since the start of the run. */
  readonly fromMs: number;
  readonly toMs: number;
  readonly tests: number;
  readonly files: readonly FileTime[];
}

const SLOWEST_FILES = 10;
const MS_PER_SECOND = 1_000;

/** Lines to print; none if nothing ran. The parts overlap, so their sum exceeds `wholeMs`, the time of the whole run. */
export function timeTable(parts: readonly PartTime[], wholeMs: number): readonly string[] {
  if (parts.length === 0) return [];
  const slowest = parts
    .flatMap(({ files }) => files)
    .toSorted((a, b) => b.ms - a.ms)
    .slice(0, SLOWEST_FILES);
  const width = Math.max(...parts.map(({ part }) => part.length), "whole run".length);
  const tests = parts.reduce((sum, part) => sum + part.tests, 0);
  const whole = { part: "whole run", fromMs: 0, toMs: wholeMs, tests, files: [] };
  return [
    `${"".padEnd(width)}  started     took  tests`,
    ...[...parts.toSorted((a, b) => a.fromMs - b.fromMs), whole].map(
      ({ part, fromMs, toMs, tests: count }) =>
        `${part.padEnd(width)}  ${seconds(fromMs)}  ${seconds(toMs - fromMs)}  ${String(count).padStart(5)}`,
    ),
    ...(slowest.length === 0
      ? []
      : ["", `The slowest ${slowest.length === 1 ? "file" : `${slowest.length} files`}, in seconds:`]),
    ...slowest.map(({ file, ms }) => `${seconds(ms)}  ${file}`),
  ];
}

function seconds(ms: number): string {
  return (ms / MS_PER_SECOND).toFixed(0).padStart(7);
}
