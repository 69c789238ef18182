// Costly work of which a few pieces run at once and a few wait; the rest is refused, with the time until the queue is empty.
import { FleetError } from "../../contracts/core/errors.ts";

/** Until a piece has been timed. */
const FIRST_ESTIMATE_MS = 500;
/** Weight of the last piece in the estimate of the next. */
const SMOOTHING = 0.3;

export interface BoundedWork {
  /**
   * `isPreferred`: starts before everything that is not, and has a queue of its own, so that the others cannot fill it.
   * @throws FleetError RATE_LIMITED with the seconds until the pieces that are there have been worked off
   */
  run<T>(work: () => Promise<T>, options?: { readonly isPreferred?: boolean }): Promise<T>;
  /** Until the pieces that are there have been worked off, at the pace of late. */
  backlogSeconds(): number;
}

export interface BoundedWorkOptions {
  readonly atOnce: number;
  readonly queueMax: number;
  /** Milliseconds, monotonic. */
  readonly now: () => number;
}

export function createBoundedWork({ atOnce, queueMax, now }: BoundedWorkOptions): BoundedWork {
  const places = createPlaces(atOnce, queueMax);
  const started = new Set<{ readonly at: number }>();
  let estimateMs = FIRST_ESTIMATE_MS;

  function backlogSeconds(): number {
    // What runs already longer than expected tells of a busy machine before it has ended.
    const pieceMs = Math.max(estimateMs, ...[...started].map(({ at }) => now() - at));
    return Math.max(1, Math.ceil((Math.ceil(places.taken() / atOnce) * pieceMs) / 1000));
  }

  return {
    backlogSeconds,
    async run(work, { isPreferred = false } = {}) {
      const place = places.take(isPreferred);
      if (place === null) {
        const retryAfterSeconds = backlogSeconds();
        throw new FleetError("RATE_LIMITED", "Too many sign-ins at once. Try again in a moment.", { retryAfterSeconds });
      }
      await place;
      const piece = { at: now() };
      started.add(piece);
      try {
        return await work();
      } finally {
        started.delete(piece);
        estimateMs += SMOOTHING * (now() - piece.at - estimateMs);
        places.leave();
      }
    },
  };
}

function createPlaces(atOnce: number, queueMax: number) {
  const preferred: (() => void)[] = [];
  const others: (() => void)[] = [];
  let running = 0;
  return {
    taken: () => running + preferred.length + others.length,
    /** Null: the queue is full. */
    take(isPreferred: boolean): Promise<void> | null {
      if (running < atOnce) {
        running += 1;
        return Promise.resolve();
      }
      const queue = isPreferred ? preferred : others;
      return queue.length >= queueMax ? null : new Promise<void>((resolve) => queue.push(resolve));
    },
    /** Whoever ends hands its place over, so that `running` stays as it is. */
    leave(): void {
      const next = preferred.shift() ?? others.shift();
      if (next === undefined) running -= 1;
      else next();
    },
  };
}
