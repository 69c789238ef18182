// Sign-in by password: one hash comparison whoever is named, waits that double with every miss, one answer for every failure.
import { isBoundToUser, type PasswordHasher } from "../../adapters/crypto/passwords.ts";
import { newSessionToken } from "../../adapters/crypto/credentials.ts";
import { FleetError } from "../../contracts/core/errors.ts";
import type { SystemRole } from "../../contracts/core/principal.ts";
import { Secret } from "../../contracts/core/secret.ts";
import type { GlobalTransaction } from "../../db/core/database.ts";
import { findSignInLogin, holdPasswordLogin, type PasswordLogin } from "../../db/sign-in/password-logins.ts";
import { insertSession } from "../../db/sign-in/sessions.ts";
import { signInName } from "../../domain/sign-in/sign-in-name.ts";
import { counted, type AttemptPurpose, type SignInDeps } from "./sign-in-attempts.ts";

export interface SignInAttempt {
  readonly username: string;
  readonly password: string;
  readonly remoteAddress: string;
}

/** @throws FleetError SIGN_IN_FAILED whatever was wrong; RATE_LIMITED with the seconds to wait. */
export async function checkPassword(deps: SignInDeps, attempt: SignInAttempt): Promise<PasswordLogin> {
  const login = await matchPassword(deps, attempt, "sign-in");
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

/** A hash that is bound to its user, where the stored one is not; null: nothing to do, or no time for it now. */
export async function reboundHash(passwords: PasswordHasher, login: PasswordLogin, password: string): Promise<string | null> {
  if (isBoundToUser(login.passwordHash)) return null;
  try {
    return await passwords.hash(new Secret(password), login.userId);
  } catch (error) {
    if (error instanceof FleetError && error.code === "RATE_LIMITED") return null;
    throw error;
  }
}

function signInFailed(): FleetError {
  return new FleetError("SIGN_IN_FAILED", "Wrong user name or password.");
}

/**
 * For someone who is signed in and must show that it is them. A miss counts as one of a sign-in, so that a session that was
 * left open is no way to guess. @throws FleetError VALIDATION_FAILED on `currentPassword`; RATE_LIMITED
 */
export async function confirmPassword(deps: SignInDeps, attempt: SignInAttempt): Promise<PasswordLogin> {
  // Strangers who try the name elsewhere must not keep its owner, who is signed in, from changing the password.
  const login = await matchPassword(deps, attempt, "confirm");
  if (login !== null) return login;
  const message = "This is not your current password.";
  throw new FleetError("VALIDATION_FAILED", message, { validations: [{ path: "currentPassword", message }] });
}

/** Null whatever was wrong, which is counted. @throws FleetError RATE_LIMITED with the seconds to wait. */
async function matchPassword(deps: SignInDeps, attempt: SignInAttempt, purpose: AttemptPurpose): Promise<PasswordLogin | null> {
  const { username: name, remoteAddress } = attempt;
  return await counted(deps, { name, remoteAddress, purpose }, async ({ isKnownPlace }) => {
    const login = await findSignInLogin(deps.db, signInName(name));
    const password = new Secret(attempt.password);
    const matches = await deps.passwords.verify(password, login, { isPreferred: isKnownPlace });
    return login !== null && matches && !login.deactivated ? login : null;
  });
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
