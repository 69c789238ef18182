// Sessions of browsers, by the hash of their token.
import type { SystemRole } from "../../contracts/core/principal.ts";
import { writeAuthorised } from "../core/authority.ts";
import type { Database, GlobalTransaction } from "../core/database.ts";
import { isProven, proofBeside, type Proof } from "../core/credential-proof.ts";

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
  const { tokenHash, userId, systemRole, remoteAddress, userAgent } = session;
  const proof = tx.tokens.bind(tokenHash, { kind: "session", userId });
  const hours = session.isOidc === true ? OIDC_LIFE_HOURS : LIFE_HOURS[systemRole];
  await writeAuthorised(tx, "open_session", [
    ...[tokenHash.toString("hex"), proof.toString("hex"), userId, String(hours)],
    ...[remoteAddress, userAgent?.slice(0, 500) ?? null],
  ]);
  const [row] = await tx.sql<{ expiresAt: Date }>(`SELECT expires_at AS "expiresAt" FROM mosaic.sessions WHERE id = $1`, [
    tokenHash,
  ]);
  if (row === undefined) throw new Error("an opened session is gone");
  await tx.sql("UPDATE mosaic.users SET last_sign_in_at = mosaic.now() WHERE id = $1", [userId]);
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

/**
 * Null when the session is unknown, over, idle for too long, not bound to its user, or its user deactivated. Notes the use
 * once a minute.
 */
export async function resolveSession(database: Database, hashes: readonly Buffer[]): Promise<ResolvedSession | null> {
  const [row] = await database.call<ResolvedSession & Proof>(
    "auth.resolve_session",
    [hashes],
    proofBeside("'session', NULL, $1"),
  );
  if (row === undefined) return null;
  const { proof, provenHash, ...session } = row;
  return isProven(database.tokens, { proof, provenHash }, { kind: "session", userId: session.userId }) ? session : null;
}
