// Users' identities at the identity provider: by issuer and subject, never by e-mail.
import { randomUUID } from "node:crypto";
import { FleetError } from "../../contracts/core/errors.ts";
import type { SystemRole } from "../../contracts/core/principal.ts";
import { writeAuthorised } from "../core/authority.ts";
import type { GlobalTransaction } from "../core/database.ts";
import { isUniqueViolation } from "../core/database-error.ts";

export interface Identity {
  readonly issuer: string;
  readonly subject: string;
}

export interface KnownIdentity {
  readonly identityId: string;
  readonly userId: string;
  readonly name: string;
  readonly systemRole: SystemRole;
  readonly deactivated: boolean;
  readonly hasBreakglass: boolean;
}

/** Sign-ins of one person wait for each other, so that two first ones make one account. */
export async function lockIdentity(tx: GlobalTransaction, { issuer, subject }: Identity): Promise<void> {
  await tx.sql("SELECT pg_advisory_xact_lock(hashtextextended('mosaic.identity:' || $1, 0))", [
    JSON.stringify([issuer, subject]),
  ]);
}

export async function findIdentity(tx: GlobalTransaction, { issuer, subject }: Identity): Promise<KnownIdentity | null> {
  const [row] = await tx.sql<KnownIdentity>("SELECT * FROM auth.identity_login($1, $2)", [issuer, subject]);
  return row ?? null;
}

export async function insertIdentity(tx: GlobalTransaction, userId: string, { issuer, subject }: Identity): Promise<void> {
  await writeAuthorised(tx, "add_identity", [randomUUID(), userId, issuer, subject]);
}

export async function noteIdentityUse(tx: GlobalTransaction, identityId: string): Promise<void> {
  await tx.sql("UPDATE mosaic.user_identities SET last_used_at = mosaic.now() WHERE id = $1", [identityId]);
}

export interface NewOidcUser {
  readonly name: string;
  /** One that the provider calls verified; null: none. */
  readonly email: string | null;
  readonly systemRole: SystemRole;
  readonly invite: { readonly at: Date; readonly by: string | null } | null;
}

/** Without a password. @throws FleetError CONFLICT for an e-mail address that is taken */
export async function insertOidcUser(tx: GlobalTransaction, user: NewOidcUser): Promise<string> {
  const id = randomUUID();
  const { name, email, systemRole, invite } = user;
  try {
    await tx.sql(
      `INSERT INTO mosaic.users (id, name, email, email_verified, is_local_auth, invited_at, invited_by)
       VALUES ($1, $2, $3, $4, false, $5, $6)`,
      [id, name, email, email !== null, invite?.at ?? null, invite?.by ?? null],
    );
    await writeAuthorised(tx, "set_system_role", [id, systemRole]);
  } catch (cause) {
    if (isUniqueViolation(cause)) throw new FleetError("CONFLICT", "This e-mail address is taken.", { cause });
    throw cause;
  }
  return id;
}

/** The address of an account was shown to be its user's. */
export async function noteVerifiedEmail(tx: GlobalTransaction, userId: string, email: string): Promise<void> {
  await tx.sql("UPDATE mosaic.users SET email_verified = true WHERE id = $1 AND email = $2 AND NOT email_verified", [
    userId,
    email,
  ]);
}

export async function isEmailTaken(tx: GlobalTransaction, email: string): Promise<boolean> {
  return (await tx.sql("SELECT 1 AS taken FROM mosaic.users WHERE email = $1", [email])).length > 0;
}

export interface OwnIdentity {
  readonly id: string;
  readonly issuer: string;
  readonly createdAt: Date;
  readonly lastUsedAt: Date | null;
}

export async function listOwnIdentities(tx: GlobalTransaction, userId: string): Promise<OwnIdentity[]> {
  return tx.sql<OwnIdentity>(
    `SELECT id, issuer, created_at AS "createdAt", last_used_at AS "lastUsedAt" FROM mosaic.user_identities
      WHERE user_id = $1 ORDER BY created_at, id`,
    [userId],
  );
}

/** @throws FleetError NOT_FOUND, also for someone else's */
export async function deleteOwnIdentity(tx: GlobalTransaction, userId: string, id: string): Promise<void> {
  const rows = await tx.sql("DELETE FROM mosaic.user_identities WHERE id = $1 AND user_id = $2 RETURNING id", [id, userId]);
  if (rows.length === 0) throw new FleetError("NOT_FOUND", "There is no such identity.");
}
