// People and their password rows. Password hashes can be written here, but only auth.password_login reads them.
import { randomUUID } from "node:crypto";
import { FleetError } from "../../contracts/core/errors.ts";
import type { SystemRole } from "../../contracts/core/principal.ts";
import { writeAuthorised } from "../core/authority.ts";
import type { GlobalTransaction } from "../core/database.ts";
import { isUniqueViolation } from "../core/database-error.ts";
import { User, type UserRow } from "./user.ts";

export interface NewUser {
  /** What the password's hash is bound to; absent: a new id. */
  readonly id?: string;
  readonly username: string;
  /** Absent: the username. */
  readonly name?: string | undefined;
  readonly email?: string | undefined;
  readonly passwordHash: string;
  readonly systemRole: SystemRole;
  /** Of the invitation that they took. */
  readonly invite?: { readonly at: Date; readonly by: string | null };
}

/** @throws FleetError CONFLICT for a username or e-mail address that is taken. */
export async function insertLocalUser(tx: GlobalTransaction, input: NewUser): Promise<UserRow> {
  return withPassword(tx, input, async (userId, username) => {
    await writeAuthorised(tx, "add_local_password", [userId, username, input.passwordHash]);
  });
}

/** @throws FleetError CONFLICT for a username or e-mail address that is taken. */
export async function insertBreakglassUser(tx: GlobalTransaction, input: NewUser): Promise<UserRow> {
  return withPassword(tx, input, async (userId, username) => {
    await writeAuthorised(tx, "add_breakglass", [userId, username, input.passwordHash]);
  });
}

interface NewPassword {
  readonly username: string;
  readonly passwordHash: string;
}

/** Of a breakglass or local user; their id. @throws FleetError NOT_FOUND */
export async function setPassword(tx: GlobalTransaction, { username, passwordHash }: NewPassword): Promise<string> {
  await lockUsername(tx, username);
  const [row] = await writeAuthorised<{ userId: string }>(tx, "set_password", [username.toLowerCase(), passwordHash]);
  if (row === undefined) throw new FleetError("NOT_FOUND", "There is no user of that name with a password.");
  return row.userId;
}

/** Sets it, and ends all sessions. @throws FleetError NOT_FOUND */
export async function resetPassword(tx: GlobalTransaction, reset: NewPassword): Promise<void> {
  const userId = await setPassword(tx, reset);
  await tx.sql("DELETE FROM mosaic.sessions WHERE user_id = $1", [userId]);
}

/** @throws FleetError NOT_FOUND */
async function getUser(tx: GlobalTransaction, id: string): Promise<UserRow> {
  const row = await tx.em.findOne(User, { id }, { disableIdentityMap: true });
  if (row === null) throw new FleetError("NOT_FOUND", "There is no such user.");
  return row;
}

async function withPassword(
  tx: GlobalTransaction,
  input: NewUser,
  insertPassword: (userId: string, username: string) => Promise<void>,
): Promise<UserRow> {
  const { id = randomUUID() } = input;
  const username = input.username.toLowerCase();
  await refuseTakenUsername(tx, username);
  try {
    await tx.sql(
      `INSERT INTO mosaic.users (id, name, email, is_local_auth, invited_at, invited_by) VALUES ($1, $2, $3, true, $4, $5)`,
      [
        ...[id, input.name ?? input.username, input.email?.toLowerCase() ?? null],
        ...[input.invite?.at ?? null, input.invite?.by ?? null],
      ],
    );
    await writeAuthorised(tx, "set_system_role", [id, input.systemRole]);
    await insertPassword(id, username);
  } catch (cause) {
    if (isUniqueViolation(cause)) throw taken(cause);
    throw cause;
  }
  return getUser(tx, id);
}

/**
 * Until the commit nobody else takes this name, sets its password, or signs in with it: a sign-in that is under way must not
 * open a session after the reset that was to end it.
 */
export async function lockUsername(tx: GlobalTransaction, username: string): Promise<void> {
  await tx.sql("SELECT pg_advisory_xact_lock(hashtextextended('mosaic.username:' || lower($1), 0))", [username]);
}

/** One name is one person: the two password tables share their names. */
async function refuseTakenUsername(tx: GlobalTransaction, username: string): Promise<void> {
  await lockUsername(tx, username);
  const rows = await tx.sql(
    `SELECT 1 AS taken FROM mosaic.breakglass_users WHERE username = $1
      UNION ALL SELECT 1 FROM mosaic.local_passwords WHERE username = $1`,
    [username],
  );
  if (rows.length > 0) throw taken(undefined);
}

function taken(cause: unknown): FleetError {
  return new FleetError("CONFLICT", "This user name or e-mail address is taken.", { cause });
}
