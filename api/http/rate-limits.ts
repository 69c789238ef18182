// How often someone may call, counted in this process. Sign-ins per name are counted in Postgres, not here.
import { RateLimiterMemory, RateLimiterRes } from "rate-limiter-flexible";
import { FleetError } from "../../contracts/core/errors.ts";

/** Calls per minute and caller: the principal where there is one, else the address (its /64 for IPv6). */
export const RATE_LIMITS_PER_MINUTE = {
  health: 1_200,
  read: 600,
  write: 120,
  /** Each may call someone else's server. */
  probe: 20,
  /** Per address; the exponential delay per name stands beside it. */
  signIn: 60,
  setup: 120,
  chat: 120,
  container: 60,
  /**
   * One secret stands for a whole pool of runners, and a heartbeat that is refused ends its run: this only stops a
   * caller that has gone mad.
   */
  broker: 1_200_000,
  /** Calls without a valid credential. */
  anonymous: 600,
  /** Calls of a known caller that are beyond their rights; each that would change something is a row of the audit log. */
  refused: 60,
  /** Guesses at one name, whatever the address: slows a distributed guess without locking anyone out. Counted in Postgres. */
  signInName: 30,
} as const;
export type RateLimitName = keyof typeof RATE_LIMITS_PER_MINUTE;

const WINDOW_SECONDS = 60;

export interface RateLimits {
  /** @throws FleetError RATE_LIMITED with the seconds until the window ends. */
  consume(name: RateLimitName, key: string): Promise<void>;
  perMinute(name: RateLimitName): number;
}

/** `limits` replaces single numbers, for tests. */
export function createRateLimits(limits: Partial<Record<RateLimitName, number>> = {}): RateLimits {
  const limiters = new Map<RateLimitName, RateLimiterMemory>();
  const perMinute = (name: RateLimitName): number => limits[name] ?? RATE_LIMITS_PER_MINUTE[name];
  return {
    perMinute,
    async consume(name, key) {
      const limiter = limiters.get(name) ?? new RateLimiterMemory({ points: perMinute(name), duration: WINDOW_SECONDS });
      limiters.set(name, limiter);
      try {
        await limiter.consume(key);
      } catch (refused) {
        if (!(refused instanceof RateLimiterRes)) throw refused;
        const retryAfterSeconds = Math.max(1, Math.ceil(refused.msBeforeNext / 1000));
        throw new FleetError("RATE_LIMITED", "Too many requests. Try again later.", { retryAfterSeconds });
      }
    },
  };
}
