// Counts sign-in attempts per name: reserved before the password is compared, counted as a miss only if it was wrong.
import { setTimeout as sleep } from "node:timers/promises";
import type { PasswordHasher } from "../../adapters/crypto/passwords.ts";
import { FleetError } from "../../contracts/core/errors.ts";
import { Secret } from "../../contracts/core/secret.ts";
import type { Database } from "../../db/core/database.ts";
import {
  beginSignInAttempt,
  bookSignInMiss,
  clearSignInMisses,
  isKnownPlace,
  notePlace,
  refundNameBudget,
  releaseSignInAttempt,
  spendNameBudget,
} from "../../db/sign-in/sign-in-attempts.ts";
import { signInName } from "../../domain/sign-in/sign-in-name.ts";
import type { RateLimits } from "../http/rate-limits.ts";
import { addressGroup, networkOf } from "../http/remote-address.ts";

/** Attempts with the same name from the same address wait for each other up to this long. */
const PATIENCE_MS = 20_000;
const FIRST_PAUSE_MS = 50;
const PAUSE_MAX_MS = 400;

export interface SignInDeps {
  readonly db: Database;
  readonly passwords: Pick<PasswordHasher, "verify" | "backlogSeconds">;
  readonly limits: Pick<RateLimits, "perMinute">;
}

/** `confirm`: someone who is signed in shows that it is them; its guesses per minute are not those of strangers. */
export type AttemptPurpose = "sign-in" | "confirm";

export interface CountedAttempt {
  readonly name: string;
  /** Canonical. */
  readonly remoteAddress: string;
  readonly purpose: AttemptPurpose;
}

/**
 * Compares a password, and counts. Known and unknown names are counted alike. A right password counts as nothing, however many
 * are tried at once, and so does an attempt whose comparison could not be made. Strangers spend the guesses of a name
 * together; a network that the name signed in from has guesses of its own.
 * `compare` gives null for a miss.
 * @throws FleetError RATE_LIMITED with the seconds to wait; what `compare` throws
 */
export async function counted<T>(
  deps: SignInDeps,
  attempt: CountedAttempt,
  compare: (facts: { readonly isKnownPlace: boolean }) => Promise<T | null>,
): Promise<T | null> {
  const reserved = await reserve(deps, attempt);
  let outcome: T | null | undefined;
  try {
    outcome = await compare(reserved);
    return outcome;
  } finally {
    await settle(deps.db, reserved, outcome === undefined ? "not compared" : outcome === null ? "wrong" : "right");
  }
}

interface Reserved {
  readonly subject: Buffer;
  readonly budget: Buffer;
  readonly place: Buffer;
  readonly isKnownPlace: boolean;
}

async function reserve(deps: SignInDeps, attempt: CountedAttempt): Promise<Reserved> {
  const startedAt = performance.now();
  for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(PAUSE_MAX_MS, pauseMs * 2)) {
    const reserved = await tryToReserve(deps, attempt);
    if (reserved !== null) return reserved;
    if (performance.now() - startedAt > PATIENCE_MS) {
      throw new FleetError("RATE_LIMITED", "Too many sign-ins with this name at once. Try again in a moment.", {
        retryAfterSeconds: deps.passwords.backlogSeconds(),
      });
    }
    await sleep(pauseMs);
  }
}

/** Null: others with this name and address are being compared. @throws FleetError RATE_LIMITED, and then nothing is reserved */
async function tryToReserve({ db, limits }: SignInDeps, attempt: CountedAttempt): Promise<Reserved | null> {
  const { purpose, remoteAddress } = attempt;
  const name = signInName(attempt.name);
  const hash = (...parts: string[]): Buffer => db.tokens.hash(new Secret(parts.join("\n")));
  const subject = hash("sign-in", name, addressGroup(remoteAddress));
  const place = hash("sign-in-place", name, networkOf(remoteAddress));
  return await db.globally(async (tx) => {
    const isKnown = await isKnownPlace(tx, place);
    if (!(await beginSignInAttempt(tx, subject))) return null;
    const ownNetwork = isKnown ? [networkOf(remoteAddress)] : [];
    const budget = hash("sign-in-budget", purpose, name, ...ownNetwork);
    await spendNameBudget(tx, { subject: budget, perMinute: limits.perMinute("signInName") });
    return { subject, budget, place, isKnownPlace: isKnown };
  });
}

async function settle(db: Database, reserved: Reserved, outcome: "right" | "wrong" | "not compared"): Promise<void> {
  const { subject, budget, place } = reserved;
  await db.globally(async (tx) => {
    switch (outcome) {
      case "wrong":
        await bookSignInMiss(tx, subject);
        return;
      case "right":
        await clearSignInMisses(tx, subject);
        await refundNameBudget(tx, budget);
        await notePlace(tx, place);
        return;
      case "not compared":
        await releaseSignInAttempt(tx, subject);
        await refundNameBudget(tx, budget);
    }
  });
}
