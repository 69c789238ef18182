// What became of a part of the run: how many tests passed, and which did not.

export interface Failure {
  /** `checks`, a kind of tests, or `machine`. */
  readonly kind: string;
  /** Relative to the repository; null where no file failed. */
  readonly file: string | null;
  readonly name: string;
  /** As it was reported, possibly long and coloured. */
  readonly message: string;
}

export interface Outcome {
  readonly passed: number;
  readonly failures: readonly Failure[];
}

export const NOTHING_RUN: Outcome = { passed: 0, failures: [] };

export function addOutcomes(a: Outcome, b: Outcome): Outcome {
  return { passed: a.passed + b.passed, failures: [...a.failures, ...b.failures] };
}

export function failed(failure: Failure): Outcome {
  return { passed: 0, failures: [failure] };
}
