// How many tests passed and failed.

export interface Counts {
  readonly passed: number;
  readonly failed: number;
}

export const NOTHING_RUN: Counts = { passed: 0, failed: 0 };

export function addCounts(a: Counts, b: Counts): Counts {
  return { passed: a.passed + b.passed, failed: a.failed + b.failed };
}
