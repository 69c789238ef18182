// Invitations by the hash of their token: created, listed, revoked, and accepted exactly once.
import { randomUUID } from "node:crypto";
import { FleetError } from "../../contracts/core/errors.ts";
import type { InviteListQuery, InviteStatus } from "../../contracts/people/invites.ts";
import type { PageMeta } from "../../contracts/core/page.ts";
import type { SystemRole } from "../../contracts/core/principal.ts";
import { pageOf } from "../../domain/core/page.ts";
import { writeAuthorised } from "../core/authority.ts";
import type { GlobalTransaction } from "../core/database.ts";
import { isUniqueViolation } from "../core/database-error.ts";
import { likePattern } from "../core/like-pattern.ts";

export interface ListedInvite {
  readonly id: string;
  readonly email: string;
  readonly systemRole: SystemRole;
  readonly status: InviteStatus;
  readonly createdAt: Date;
  readonly expiresAt: Date;
  readonly invitedBy: string | null;
  readonly invitedByName: string | null;
}

const STATUS = `CASE WHEN i.used_at IS NOT NULL THEN 'used' WHEN i.revoked_at IS NOT NULL THEN 'revoked'
  WHEN i.expires_at <= mosaic.now() THEN 'expired' ELSE 'pending' END`;
const COLUMNS = `i.id, i.email, i.system_role AS "systemRole", ${STATUS} AS status, i.created_at AS "createdAt",
  i.expires_at AS "expiresAt", i.invited_by AS "invitedBy", u.name AS "invitedByName"`;
const FROM = "FROM mosaic.invites i LEFT JOIN mosaic.users u ON u.id = i.invited_by";

export interface NewInvite {
  readonly tokenHash: Buffer;
  readonly email: string;
  readonly systemRole: SystemRole;
  readonly expiresInHours: number;
  readonly invitedBy: string;
}

/** Takes the place of an open one for the same address. @throws FleetError CONFLICT when the address has an account. */
export async function insertInvite(tx: GlobalTransaction, invite: NewInvite): Promise<ListedInvite> {
  const email = invite.email.toLowerCase();
  const taken = await tx.sql("SELECT 1 AS taken FROM mosaic.users WHERE email = $1", [email]);
  if (taken.length > 0) throw new FleetError("CONFLICT", "An account with this e-mail address already exists.");
  await tx.sql(
    "UPDATE mosaic.invites SET revoked_at = mosaic.now() WHERE email = $1 AND used_at IS NULL AND revoked_at IS NULL",
    [email],
  );
  const id = randomUUID();
  try {
    const { tokenHash, systemRole, expiresInHours, invitedBy } = invite;
    await writeAuthorised(tx, "add_invite", [
      id,
      tokenHash.toString("hex"),
      email,
      systemRole,
      String(expiresInHours),
      invitedBy,
    ]);
  } catch (cause) {
    if (isUniqueViolation(cause))
      throw new FleetError("CONFLICT", "This address has just been invited by another administrator.", { cause });
    throw cause;
  }
  const [row] = await tx.sql<ListedInvite>(`SELECT ${COLUMNS} ${FROM} WHERE i.id = $1`, [id]);
  if (row === undefined) throw new Error("an inserted invitation is gone");
  return row;
}

/** Newest first. A page past the end is the last one. */
export async function listInvitePage(
  tx: GlobalTransaction,
  query: InviteListQuery,
): Promise<{ invites: ListedInvite[]; meta: PageMeta }> {
  const where = `WHERE (${STATUS}) = $1 AND ($2::text IS NULL OR i.email LIKE lower($2))`;
  const filter = [query.status, likePattern(query.search)];
  const [counted] = await tx.sql<{ total: number }>(`SELECT count(*)::int AS total ${FROM} ${where}`, filter);
  const { offset, ...meta } = pageOf(query, counted?.total ?? 0);
  const invites = await tx.sql<ListedInvite>(
    `SELECT ${COLUMNS} ${FROM} ${where} ORDER BY i.created_at DESC, i.id LIMIT $3 OFFSET $4`,
    [...filter, meta.limit, offset],
  );
  return { invites, meta };
}

/** @throws FleetError NOT_FOUND when it is not open any more, or never was. */
export async function revokeInvite(tx: GlobalTransaction, id: string): Promise<void> {
  const rows = await tx.sql(
    "UPDATE mosaic.invites SET revoked_at = mosaic.now() WHERE id = $1 AND used_at IS NULL AND revoked_at IS NULL RETURNING id",
    [id],
  );
  if (rows.length === 0) throw new FleetError("NOT_FOUND", "There is no such open invitation.");
}

/** Null for a token that opens nothing (any more). `hashes`: TokenHasher.candidates of the token. */
export async function findOpenInvite(tx: GlobalTransaction, hashes: readonly Buffer[]): Promise<ListedInvite | null> {
  const [row] = await tx.sql<ListedInvite>(
    `SELECT ${COLUMNS} ${FROM} WHERE i.token_hash = ANY($1::bytea[]) AND (${STATUS}) = 'pending'`,
    [hashes],
  );
  return row ?? null;
}

/** The open one of a link that was followed, or else the one for an address. Null: none. */
export async function findOpenInviteOf(
  tx: GlobalTransaction,
  { id, email }: { readonly id: string | null; readonly email: string | null },
): Promise<ListedInvite | null> {
  const [row] = await tx.sql<ListedInvite>(
    `SELECT ${COLUMNS} ${FROM}
      WHERE CASE WHEN $1::uuid IS NULL THEN i.email = $2::text ELSE i.id = $1::uuid END AND (${STATUS}) = 'pending'`,
    [id, email],
  );
  return row ?? null;
}

export interface TakenInvite {
  readonly id: string;
  readonly email: string;
  readonly systemRole: SystemRole;
  readonly invitedAt: Date;
  readonly invitedBy: string | null;
}

/** Of callers at the same moment one gets it: the others wait for the row and find it used. @throws FleetError INVITE_GONE */
export async function takeInvite(tx: GlobalTransaction, hashes: readonly Buffer[]): Promise<TakenInvite> {
  return await take(tx, "token_hash = ANY($1::bytea[])", hashes);
}

/** The same for one that was found before. @throws FleetError INVITE_GONE */
export async function takeInviteById(tx: GlobalTransaction, id: string): Promise<TakenInvite> {
  return await take(tx, "id = $1", id);
}

async function take(tx: GlobalTransaction, which: string, value: string | readonly Buffer[]): Promise<TakenInvite> {
  const [row] = await tx.sql<TakenInvite>(
    `UPDATE mosaic.invites SET used_at = mosaic.now()
      WHERE ${which} AND used_at IS NULL AND revoked_at IS NULL AND expires_at > mosaic.now()
     RETURNING id, email, system_role AS "systemRole", created_at AS "invitedAt", invited_by AS "invitedBy"`,
    [value],
  );
  if (row === undefined) throw inviteGone();
  return row;
}

export async function noteInviteUser(tx: GlobalTransaction, inviteId: string, userId: string): Promise<void> {
  await tx.sql("UPDATE mosaic.invites SET used_by = $2 WHERE id = $1", [inviteId, userId]);
}

export function inviteGone(): FleetError {
  return new FleetError("INVITE_GONE", "This link no longer works. Ask for a new one.");
}
