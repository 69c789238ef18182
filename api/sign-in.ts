// Sign-in by password: one hash whoever is named, waits that double with every miss, one answer for every failure (A2).
import type { PasswordHasher } from "../adapters/passwords.ts";
import { newSessionToken } from "../adapters/credentials.ts";
import { FleetError } from "../contracts/errors.ts";
import type { SystemRole } from "../contracts/principal.ts";
import { Secret } from "../contracts/secret.ts";
import type { Database, GlobalTransaction } from "../db/database.ts";
import { findPasswordLogin, holdPasswordLogin, type PasswordLogin } from "../db/repositories/admission.ts";
import { insertSession } from "../db/repositories/sessions.ts";
import { beginSignInAttempt, clearSignInFailures, startSignInWait } from "../db/repositories/sign-in-failures.ts";
import type { RateLimits } from "./middleware/rate-limits.ts";
import { addressGroup } from "./remote-address.ts";

export interface SignInDeps {
  readonly db: Database;
  readonly passwords: PasswordHasher;
  readonly limits: RateLimits;
}

export interface SignInAttempt {
  readonly username: string;
  readonly password: string;
  readonly remoteAddress: string;
}

/** What failures are counted by. Known and unknown names are counted alike; neither can be read from it. */
function signInSubject(db: Database, attempt: SignInAttempt): Buffer {
  const name = nameOf(attempt);
  return db.tokens.hash(new Secret(`sign-in\n${name}\n${addressGroup(attempt.remoteAddress)}`));
}

/** @throws FleetError SIGN_IN_FAILED whatever was wrong; RATE_LIMITED with the seconds to wait. */
export async function checkPassword(deps: SignInDeps, attempt: SignInAttempt): Promise<PasswordLogin> {
  const login = await matchPassword(deps, { ...attempt, budget: nameOf(attempt) });
  if (login === null) throw signInFailed();
  return login;
}

/**
 * In the transaction that acts on a password that was right a moment ago: it must not have been changed since, and is not
 * until the commit. @throws FleetError SIGN_IN_FAILED
 */
export async function assertPasswordHolds(tx: GlobalTransaction, checked: PasswordLogin): Promise<void> {
  const login = await holdPasswordLogin(tx, checked.username);
  if (login === null || login.deactivated || login.passwordHash !== checked.passwordHash) throw signInFailed();
}

function signInFailed(): FleetError {
  return new FleetError("SIGN_IN_FAILED", "User name or password is wrong.");
}

/**
 * For somebody who is signed in and must show that it is them. A miss counts as one of a sign-in, so that a session that was
 * left open is no way to guess. @throws FleetError VALIDATION_FAILED on `currentPassword`; RATE_LIMITED
 */
export async function confirmPassword(deps: SignInDeps, attempt: SignInAttempt): Promise<PasswordLogin> {
  // Strangers who try the name elsewhere must not keep its owner, who is signed in, from changing the password.
  const login = await matchPassword(deps, { ...attempt, budget: `confirm\n${nameOf(attempt)}` });
  if (login !== null) return login;
  const message = "This is not your current password.";
  throw new FleetError("VALIDATION_FAILED", message, { validations: [{ path: "currentPassword", message }] });
}

function nameOf({ username }: SignInAttempt): string {
  return username.normalize("NFKC").toLowerCase();
}

interface Attempt extends SignInAttempt {
  /** Whose guesses per minute this is one of. */
  readonly budget: string;
}

/** Null whatever was wrong, which is counted. @throws FleetError RATE_LIMITED with the seconds to wait. */
async function matchPassword(deps: SignInDeps, attempt: Attempt): Promise<PasswordLogin | null> {
  const { db } = deps;
  const subject = signInSubject(db, attempt);
  const waitSeconds = await db.globally((tx) => beginSignInAttempt(tx, subject));
  if (waitSeconds > 0) {
    throw new FleetError("RATE_LIMITED", "Too many failed attempts. Wait before the next one.", {
      retryAfterSeconds: waitSeconds,
    });
  }
  // Only what is a guess counts against the name: what one address is refused must not use up the tries of all others.
  await deps.limits.consume("signInName", attempt.budget);
  const login = await findPasswordLogin(db, attempt.username);
  const matches = await deps.passwords.verify(new Secret(attempt.password), login?.passwordHash ?? null);
  const isRight = login !== null && matches && !login.deactivated;
  await db.globally(async (tx) => void (await (isRight ? clearSignInFailures(tx, subject) : startSignInWait(tx, subject))));
  return isRight ? login : null;
}

export interface OpenedSession {
  readonly token: Secret;
  readonly tokenHash: Buffer;
  readonly expiresAt: Date;
}

export interface SessionOwner {
  readonly userId: string;
  readonly systemRole: SystemRole;
  readonly remoteAddress: string;
  readonly userAgent: string | null;
  /** Signed in at the identity provider. */
  readonly isOidc?: boolean;
}

/** Always a new token: one that was there before the sign-in could have been planted. */
export async function openSession(tx: GlobalTransaction, owner: SessionOwner): Promise<OpenedSession> {
  const token = newSessionToken();
  const tokenHash = tx.tokens.hash(token);
  const { expiresAt } = await insertSession(tx, { ...owner, tokenHash });
  return { token, tokenHash, expiresAt };
}
