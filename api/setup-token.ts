// Guards the claim of a new installation: the one-time set-up token that the start-up output prints (O1, T8).
import { createHash, timingSafeEqual } from "node:crypto";
import { FleetError } from "../contracts/errors.ts";
import type { Secret } from "../contracts/secret.ts";

const MISSES_MAX = 10;
const RETRY_AFTER_SECONDS = 3600;

export interface SetupGuard {
  /**
   * Runs `claim` when the token is right; claims run one after the other, so that a race costs one password hash.
   * @throws FleetError SETUP_TOKEN_INVALID; RATE_LIMITED after ten wrong ones, until the process starts anew
   */
  claim<T>(given: string | undefined, claim: () => Promise<T>): Promise<T>;
}

/** `token` null: nobody has it, so that every claim is refused. */
export function createSetupGuard(token: Secret | null): SetupGuard {
  let misses = 0;
  let last: Promise<unknown> = Promise.resolve();
  return {
    async claim(given, claim) {
      if (misses >= MISSES_MAX) {
        const message = "Too many wrong set-up tokens. Start the product again, with a new token.";
        throw new FleetError("RATE_LIMITED", message, { retryAfterSeconds: RETRY_AFTER_SECONDS });
      }
      if (token === null || !sameText(given ?? "", token.reveal())) {
        misses += 1;
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
