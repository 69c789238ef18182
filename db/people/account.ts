// The caller's account: name, preferences, sessions.
import { FleetError } from "../../contracts/core/errors.ts";
import type { ProfileUpdate } from "../../contracts/people/account.ts";
import type { GlobalTransaction } from "../core/database.ts";

export async function updateProfile(tx: GlobalTransaction, userId: string, update: ProfileUpdate): Promise<void> {
  await tx.sql(`UPDATE mosaic.users SET name = coalesce($2, name), preferences = preferences || $3::jsonb WHERE id = $1`, [
    userId,
    update.name ?? null,
    JSON.stringify(update.preferences ?? {}),
  ]);
}

/** What the user signs in with; null for someone without a password. */
export async function findUsername(tx: GlobalTransaction, userId: string): Promise<string | null> {
  const [row] = await tx.sql<{ username: string }>(
    `SELECT username FROM mosaic.local_passwords WHERE user_id = $1
      UNION ALL SELECT username FROM mosaic.breakglass_users WHERE user_id = $1`,
    [userId],
  );
  return row?.username ?? null;
}

/** Which of the user's own sessions; the stored hash itself does not leave the database. */
const PUBLIC_ID = "left(encode(sha256(s.id), 'hex'), 32)";

export interface OwnSession {
  readonly id: string;
  readonly createdAt: Date;
  readonly lastSeenAt: Date;
  readonly expiresAt: Date;
  readonly remoteAddress: string | null;
  readonly userAgent: string | null;
  readonly isCurrent: boolean;
}

/** Those that are not over, the last used first. `current`: the stored hash of the one that asks. */
export async function listOwnSessions(tx: GlobalTransaction, userId: string, current: Buffer): Promise<OwnSession[]> {
  return tx.sql<OwnSession>(
    `SELECT ${PUBLIC_ID} AS id, s.created_at AS "createdAt", s.last_seen_at AS "lastSeenAt", s.expires_at AS "expiresAt",
            s.remote_address AS "remoteAddress", s.user_agent AS "userAgent", s.id = $2 AS "isCurrent"
       FROM mosaic.sessions s WHERE s.user_id = $1 AND s.expires_at > mosaic.now() ORDER BY s.last_seen_at DESC, s.id`,
    [userId, current],
  );
}

/** @throws FleetError NOT_FOUND, also for someone else's */
export async function endOwnSession(tx: GlobalTransaction, userId: string, publicId: string): Promise<void> {
  const rows = await tx.sql(`DELETE FROM mosaic.sessions s WHERE s.user_id = $1 AND ${PUBLIC_ID} = $2 RETURNING s.id`, [
    userId,
    publicId,
  ]);
  if (rows.length === 0) throw new FleetError("NOT_FOUND", "There is no such session.");
}

export async function endOtherSessions(tx: GlobalTransaction, userId: string, current: Buffer): Promise<number> {
  const rows = await tx.sql("DELETE FROM mosaic.sessions WHERE user_id = $1 AND id <> $2 RETURNING id", [userId, current]);
  return rows.length;
}
