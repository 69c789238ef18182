// Median and spread of samples, and ratios of samples that were taken in pairs.

export interface Summary {
  readonly median: number;
  /** First and third quartile: half of the samples lie between them. */
  readonly lower: number;
  readonly upper: number;
  /** The 95th percentile. */
  readonly p95: number;
  readonly count: number;
}

/** Quantiles by linear interpolation between the two nearest ranks. @throws RangeError without samples */
export function summarise(samples: readonly number[]): Summary {
  const sorted = samples.toSorted((a, b) => a - b);
  return {
    median: quantile(sorted, 0.5),
    lower: quantile(sorted, 0.25),
    upper: quantile(sorted, 0.75),
    p95: quantile(sorted, 0.95),
    count: sorted.length,
  };
}

/** Pair by pair, so that what slows the machine for a while slows both sides of a ratio. @throws RangeError */
export function ratios(ours: readonly number[], bare: readonly number[]): number[] {
  if (ours.length !== bare.length) throw new RangeError("Samples of pairs must be as many on both sides.");
  return ours.map((value, index) => value / (bare[index] ?? Number.NaN));
}

export function quantile(sorted: readonly number[], share: number): number {
  const rank = (sorted.length - 1) * share;
  const below = sorted[Math.floor(rank)];
  const above = sorted[Math.ceil(rank)];
  if (below === undefined || above === undefined) throw new RangeError("There are no samples.");
  return below + (above - below) * (rank - Math.floor(rank));
}
