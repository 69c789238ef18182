// Guards the claim of a new installation: the one-time set-up token that the start-up output prints.
import { createHash, timingSafeEqual } from "node:crypto";
import { RateLimiterMemory } from "rate-limiter-flexible";
import { FleetError } from "../../contracts/core/errors.ts";
import type { Secret } from "../../contracts/core/secret.ts";
import { addressGroup } from "../http/remote-address.ts";

const MISSES_MAX = 10;
const MISSES_SECONDS = 3600;

export interface SetupGuard {
  /**
   * Runs `claim` when the token is right; claims run one after the other, so that a race costs one password hash.
   * `remoteAddress` is canonical: misses are counted by it (by its /64), so that a stranger's keep nobody else out.
   * @throws FleetError SETUP_TOKEN_INVALID; RATE_LIMITED after ten wrong ones, for an hour from the first of them
   */
  claim<T>(shown: { readonly token: string | undefined; readonly remoteAddress: string }, claim: () => Promise<T>): Promise<T>;
}

/** `token` null: nobody has it, so that every claim is refused. */
export function createSetupGuard(token: Secret | null): SetupGuard {
  const misses = new RateLimiterMemory({ points: MISSES_MAX, duration: MISSES_SECONDS });
  let last: Promise<unknown> = Promise.resolve();
  return {
    async claim(shown, claim) {
      const address = addressGroup(shown.remoteAddress);
      const missed = await misses.get(address);
      if (missed !== null && missed.consumedPoints >= MISSES_MAX) {
        const retryAfterSeconds = Math.max(1, Math.ceil(missed.msBeforeNext / 1000));
        throw new FleetError("RATE_LIMITED", "Too many wrong set-up tokens from your address.", { retryAfterSeconds });
      }
      if (token === null || !sameText(shown.token ?? "", token.reveal())) {
        await misses.penalty(address);
        throw new FleetError("SETUP_TOKEN_INVALID", "The set-up token is wrong. The start-up output shows it.");
      }
      const mine = last.then(claim);
      last = mine.catch(() => undefined);
      return await mine;
    },
  };
}

/** Compares digests, so that neither content nor length shows in the time. */
function sameText(a: string, b: string): boolean {
  const digest = (text: string): Buffer => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
}
