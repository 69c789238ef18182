// Decides how a failed container is repaired: after which pause, and when to give up.

/** This many failures in a row end the attempts. */
export const FAILURES_TO_GIVE_UP = 5;
/** A container that was ready for this long starts with a clean record. */
export const HEALTHY_RESET_MS = 10 * 60_000;
const FIRST_PAUSE_MS = 1_000;

export interface FailureRecord {
  /** Failures in a row before this one. */
  readonly earlierFailures: number;
  /** How long the container had been ready when it failed; 0 when it never got ready. */
  readonly readyForMs: number;
}

export type RepairDecision =
  | { readonly kind: "retry"; readonly failures: number; readonly pauseMs: number }
  | { readonly kind: "give_up"; readonly failures: number };

/** Pauses of 1, 2, 4, 8 s between attempts, then the end. */
export function decideRepair({ earlierFailures, readyForMs }: FailureRecord): RepairDecision {
  const failures = (readyForMs >= HEALTHY_RESET_MS ? 0 : earlierFailures) + 1;
  if (failures >= FAILURES_TO_GIVE_UP) return { kind: "give_up", failures };
  return { kind: "retry", failures, pauseMs: FIRST_PAUSE_MS * 2 ** (failures - 1) };
}
