// Sessions of browsers, by the hash of their token (A2).
import type { SystemRole } from "../../contracts/principal.ts";
import type { Database, GlobalTransaction } from "../database.ts";

/** Absolute life of a session; idle ones end earlier (see auth.resolve_session). */
const LIFE_HOURS = { member: 24, admin: 12 } as const satisfies Record<SystemRole, number>;
/** Who signed in elsewhere is asked there again sooner: they may have lost their access, or their groups. */
const OIDC_LIFE_HOURS = 12;

export interface NewSession {
  readonly tokenHash: Buffer;
  readonly userId: string;
  readonly systemRole: SystemRole;
  readonly remoteAddress: string | null;
  readonly userAgent: string | null;
  readonly isOidc?: boolean;
}

export async function insertSession(tx: GlobalTransaction, session: NewSession): Promise<{ expiresAt: Date }> {
  const [row] = await tx.sql<{ expiresAt: Date }>(
    `INSERT INTO mosaic.sessions (id, user_id, expires_at, remote_address, user_agent)
     VALUES ($1, $2, mosaic.now() + make_interval(hours => $3), $4, $5) RETURNING expires_at AS "expiresAt"`,
    [
      session.tokenHash,
      session.userId,
      session.isOidc === true ? OIDC_LIFE_HOURS : LIFE_HOURS[session.systemRole],
      session.remoteAddress,
      session.userAgent?.slice(0, 500) ?? null,
    ],
  );
  if (row === undefined) throw new Error("INSERT … RETURNING gave no row");
  await tx.sql("UPDATE mosaic.users SET last_sign_in_at = mosaic.now() WHERE id = $1", [session.userId]);
  return row;
}

/** Fine when it is already gone. */
export async function deleteSession(tx: GlobalTransaction, tokenHash: Buffer): Promise<void> {
  await tx.sql("DELETE FROM mosaic.sessions WHERE id = $1", [tokenHash]);
}

/** Removes sessions whose time is over; role fleet. Idle ones stay until then, but resolve to nobody. */
export async function purgeSessions(tx: GlobalTransaction): Promise<void> {
  await tx.sql("DELETE FROM mosaic.sessions WHERE expires_at < mosaic.now()");
}

export interface ResolvedSession {
  readonly sessionId: Buffer;
  readonly userId: string;
  readonly name: string;
  readonly systemRole: SystemRole;
  readonly expiresAt: Date;
}

/** Null when the session is unknown, over, idle for too long, or its user deactivated. Notes the use once a minute. */
export async function resolveSession(database: Database, hashes: readonly Buffer[]): Promise<ResolvedSession | null> {
  const [row] = await database.call<ResolvedSession>("auth.resolve_session", [hashes]);
  return row ?? null;
}
