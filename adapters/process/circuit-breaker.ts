// A small circuit breaker: after several failures in a row it answers at once for a while, instead of waiting again.

export interface CircuitBreakerOptions {
  /** Failures in a row after which it opens. */
  readonly failures: number;
  readonly openMs: number;
  readonly now?: () => number;
}

export interface CircuitBreaker {
  /** Milliseconds until the next attempt is allowed; 0 when it is allowed now. */
  blockedForMs(): number;
  succeeded(): void;
  failed(): void;
}

/** While open, nothing passes; afterwards every caller may try, and one more failure opens it again. */
export function createCircuitBreaker({ failures, openMs, now = Date.now }: CircuitBreakerOptions): CircuitBreaker {
  let inARow = 0;
  let openUntil = 0;
  return {
    blockedForMs: () => Math.max(0, openUntil - now()),
    succeeded() {
      inARow = 0;
      openUntil = 0;
    },
    failed() {
      inARow += 1;
      if (inARow >= failures) openUntil = now() + openMs;
    },
  };
}
