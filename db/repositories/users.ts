// People and their password rows. Password hashes can be written here, but only auth.password_login reads them.
import { randomUUID } from "node:crypto";
import { FleetError } from "../../contracts/errors.ts";
import type { SystemRole } from "../../contracts/principal.ts";
import type { GlobalTransaction } from "../database.ts";
import { isUniqueViolation } from "../database-error.ts";
import { User, type UserRow } from "../entities/user.ts";

export interface NewUser {
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
    await tx.sql("INSERT INTO mosaic.local_passwords (user_id, username, password_hash) VALUES ($1, $2, $3)", [
      userId,
      username,
      input.passwordHash,
    ]);
  });
}

/** @throws FleetError CONFLICT for a username or e-mail address that is taken. */
export async function insertBreakglassUser(tx: GlobalTransaction, input: NewUser): Promise<UserRow> {
  return withPassword(tx, input, async (userId, username) => {
    await tx.sql("INSERT INTO mosaic.breakglass_users (id, user_id, username, password_hash) VALUES ($1, $2, $3, $4)", [
      randomUUID(),
      userId,
      username,
      input.passwordHash,
    ]);
  });
}

interface NewPassword {
  readonly username: string;
  readonly passwordHash: string;
}

/** Of a breakglass or local user; their id. @throws FleetError NOT_FOUND */
export async function setPassword(tx: GlobalTransaction, { username, passwordHash }: NewPassword): Promise<string> {
  await lockUsername(tx, username);
  const [row] = await tx.sql<{ userId: string }>(
    `WITH b AS (UPDATE mosaic.breakglass_users SET password_hash = $2 WHERE username = $1 RETURNING user_id),
          l AS (UPDATE mosaic.local_passwords SET password_hash = $2 WHERE username = $1 RETURNING user_id)
     SELECT user_id AS "userId" FROM b UNION SELECT user_id FROM l`,
    [username.toLowerCase(), passwordHash],
  );
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
  const id = randomUUID();
  const username = input.username.toLowerCase();
  await refuseTakenUsername(tx, username);
  try {
    await tx.sql(
      `INSERT INTO mosaic.users (id, name, email, system_role, is_local_auth, invited_at, invited_by)
       VALUES ($1, $2, $3, $4, true, $5, $6)`,
      [
        ...[id, input.name ?? input.username, input.email?.toLowerCase() ?? null, input.systemRole],
        ...[input.invite?.at ?? null, input.invite?.by ?? null],
      ],
    );
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
