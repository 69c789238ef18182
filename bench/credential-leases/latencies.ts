// Latencies of many calls at once, and what is told of them.

export interface Latencies {
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

/** @throws RangeError without samples */
export function latenciesOf(samplesMs: readonly number[], durationMs: number): Latencies {
  const sorted = samplesMs.toSorted((a, b) => a - b);
  return {
    perSecond: (sorted.length / durationMs) * 1_000,
    p50Ms: quantile(sorted, 0.5),
    p99Ms: quantile(sorted, 0.99),
  };
}

/** The nearest rank: a sample that was really taken. */
export function quantile(sorted: readonly number[], share: number): number {
  const value = sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)];
  if (value === undefined) throw new RangeError("There are no samples.");
  return value;
}

export function figure(value: number): string {
  if (value >= 100) return Math.round(value).toLocaleString("en");
  return value >= 10 ? value.toFixed(1) : value.toFixed(2);
}

export function markdownTable(rows: readonly (readonly string[])[]): string {
  const [heading = [], ...rest] = rows;
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return [line(heading), line(heading.map(() => "---")), ...rest.map(line)].join("\n");
}
