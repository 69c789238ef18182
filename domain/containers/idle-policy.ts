// Decides when an idle container goes to sleep, and when to look at it again.

/** The longest pause between two looks at a running container, in milliseconds. */
export const SUPERVISE_POLL_MS = 60_000;
/** A look is never repeated sooner than this, so that a row at its very deadline cannot cause a busy loop. */
const SHORTEST_DELAY_MS = 1_000;
const MS_PER_MINUTE = 60_000;

export interface IdleLimits {
  /** The tenant's own choice; null means the installation's default. */
  readonly chosenMin: number | null;
  readonly defaultMin: number;
  readonly maxMin: number;
}

/** The idle timeout that counts, in minutes: the tenant's choice or the default, within the administrator's maximum. */
export function effectiveIdleTimeoutMin(limits: IdleLimits): number {
  return Math.min(limits.chosenMin ?? limits.defaultMin, limits.maxMin);
}

/** The moment at which a container that sees no further activity is put to sleep. */
export function idleAt(lastActivityAt: Date, idleTimeoutMin: number): Date {
  return new Date(lastActivityAt.getTime() + idleTimeoutMin * MS_PER_MINUTE);
}

/**
 * Milliseconds until the next look, or `"idle"` when the time has come. `sleepsAt` null: always on, never idle.
 */
export function nextLook(now: Date, sleepsAt: Date | null, pollMs: number = SUPERVISE_POLL_MS): number | "idle" {
  if (sleepsAt === null) return pollMs;
  const leftMs = sleepsAt.getTime() - now.getTime();
  if (leftMs <= 0) return "idle";
  return Math.max(SHORTEST_DELAY_MS, Math.min(pollMs, leftMs));
}
