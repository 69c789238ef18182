// Members of a workspace and their roles. At least one owner always: changes hold the workspace's lock.
import { FleetError } from "../../contracts/core/errors.ts";
import type { PageMeta } from "../../contracts/core/page.ts";
import type { MemberAdd, WorkspaceRole } from "../../contracts/workspaces/workspaces.ts";
import { pageOf, type WantedPage } from "../../domain/core/page.ts";
import { mayChangeMember, type WorkspaceActor } from "../../domain/workspaces/workspace-rights.ts";
import type { GlobalTransaction } from "../core/database.ts";
import { likePattern } from "../core/like-pattern.ts";
import { IS_LAST_OWNER, lockWorkspace, type Asking } from "./workspaces.ts";

export interface MemberRow {
  readonly userId: string;
  readonly name: string;
  readonly email: string | null;
  readonly role: WorkspaceRole;
  readonly joinedAt: Date;
  readonly isDeactivated: boolean;
  readonly isLastOwner: boolean;
}

interface OneMember {
  readonly workspaceId: string;
  readonly userId: string;
}

const COLUMNS = `m.user_id AS "userId", u.name, u.email, m.role, m.joined_at AS "joinedAt",
  u.deactivated_at IS NOT NULL AS "isDeactivated",
  ${IS_LAST_OWNER("m")} AS "isLastOwner"`;
const MEMBERS = "mosaic.workspace_members m JOIN mosaic.users u ON u.id = m.user_id";

/** By name. A page past the end is the last one. The caller has checked that the workspace may be seen. */
export async function listMembers(
  tx: GlobalTransaction,
  workspaceId: string,
  query: WantedPage & { readonly search?: string | undefined },
): Promise<{ members: MemberRow[]; meta: PageMeta }> {
  const filter = "m.workspace_id = $1 AND ($2::text IS NULL OR u.name ILIKE $2 OR u.email LIKE lower($2))";
  const values = [workspaceId, likePattern(query.search)];
  const [counted] = await tx.sql<{ total: number }>(`SELECT count(*)::int AS total FROM ${MEMBERS} WHERE ${filter}`, values);
  const { offset, ...meta } = pageOf(query, counted?.total ?? 0);
  const members = await tx.sql<MemberRow & Record<string, unknown>>(
    `SELECT ${COLUMNS} FROM ${MEMBERS} WHERE ${filter} ORDER BY lower(u.name), u.id LIMIT $3 OFFSET $4`,
    [...values, meta.limit, offset],
  );
  return { members, meta };
}

/** @throws FleetError NOT_FOUND, FORBIDDEN, CONFLICT (a member already), VALIDATION_FAILED (nobody of that name) */
export async function addMember(
  tx: GlobalTransaction,
  asking: Asking,
  { workspaceId, add }: { readonly workspaceId: string; readonly add: MemberAdd },
): Promise<MemberRow> {
  const actor = await lockWorkspace(tx, asking, workspaceId);
  assertMayChange(actor, { from: null, to: add.role });
  const userId = "userId" in add ? await knownUser(tx, asking, add.userId) : await findUser(tx, asking, add.identifier);
  const added = await tx.sql(
    `INSERT INTO mosaic.workspace_members (workspace_id, user_id, role) VALUES ($1, $2, $3)
     ON CONFLICT DO NOTHING RETURNING user_id`,
    [workspaceId, userId, add.role],
  );
  if (added.length === 0) throw new FleetError("CONFLICT", "This person is already a member. Change their role instead.");
  return await getMember(tx, { workspaceId, userId });
}

/** @throws FleetError NOT_FOUND, FORBIDDEN, CONFLICT (the last owner) */
export async function changeMemberRole(
  tx: GlobalTransaction,
  asking: Asking,
  { role, ...member }: OneMember & { readonly role: WorkspaceRole },
): Promise<MemberRow> {
  const actor = await lockWorkspace(tx, asking, member.workspaceId);
  const target = await getMember(tx, member);
  assertMayChange(actor, { from: target.role, to: role });
  if (target.isLastOwner && role !== "owner") throw lastOwner();
  await tx.sql("UPDATE mosaic.workspace_members SET role = $3 WHERE workspace_id = $1 AND user_id = $2", [
    ...[member.workspaceId, member.userId, role],
  ]);
  return await getMember(tx, member);
}

/** Everyone may leave; who leaves, leaves the teams too. @throws FleetError NOT_FOUND, FORBIDDEN, CONFLICT (the last owner) */
export async function removeMember(tx: GlobalTransaction, asking: Asking, member: OneMember): Promise<void> {
  const actor = await lockWorkspace(tx, asking, member.workspaceId);
  const target = await getMember(tx, member);
  if (member.userId !== asking.id) assertMayChange(actor, { from: target.role, to: null });
  if (target.isLastOwner) throw lastOwner();
  await tx.sql("DELETE FROM mosaic.workspace_members WHERE workspace_id = $1 AND user_id = $2", [
    ...[member.workspaceId, member.userId],
  ]);
}

async function getMember(tx: GlobalTransaction, { workspaceId, userId }: OneMember): Promise<MemberRow> {
  const [row] = await tx.sql<MemberRow & Record<string, unknown>>(
    `SELECT ${COLUMNS} FROM ${MEMBERS} WHERE m.workspace_id = $1 AND m.user_id = $2`,
    [workspaceId, userId],
  );
  if (row === undefined) throw new FleetError("NOT_FOUND", "This person is not a member of the workspace.");
  return row;
}

/** Only administrators: others could find out whose id it is, and ids are in many answers. */
async function knownUser(tx: GlobalTransaction, asking: Asking, id: string): Promise<string> {
  if (asking.systemRole !== "admin")
    throw new FleetError("FORBIDDEN", "Only administrators can add people by ID. Use the e-mail address or user name.");
  const rows = await tx.sql("SELECT id FROM mosaic.users WHERE id = $1 AND deactivated_at IS NULL", [id]);
  if (rows.length === 0) throw nobody("userId");
  return id;
}

/**
 * By the exact e-mail address or user name, never by a part of one. The names of breakglass accounts are worth guessing at,
 * so that only administrators find by them.
 */
async function findUser(tx: GlobalTransaction, asking: Asking, identifier: string): Promise<string> {
  const [row] = await tx.sql<{ id: string }>(
    `SELECT u.id FROM mosaic.users u
      WHERE u.deactivated_at IS NULL AND (u.email = lower($1) OR u.id IN (
        SELECT user_id FROM mosaic.local_passwords WHERE username = lower($1)
        UNION ALL SELECT user_id FROM mosaic.breakglass_users WHERE username = lower($1) AND $2))
      ORDER BY u.email = lower($1) DESC NULLS LAST LIMIT 1`,
    [identifier, asking.systemRole === "admin"],
  );
  if (row === undefined) throw nobody("identifier");
  return row.id;
}

function assertMayChange(actor: WorkspaceActor, change: Parameters<typeof mayChangeMember>[1]): void {
  if (mayChangeMember(actor, change)) return;
  const who = change.from === "owner" || change.to === "owner" ? "Only owners" : "Only owners and admins";
  throw new FleetError("FORBIDDEN", `${who} of the workspace may do this.`);
}

function lastOwner(): FleetError {
  return new FleetError("CONFLICT", "A workspace needs an owner. Make someone else an owner first.");
}

function nobody(path: string): FleetError {
  const message = "No active user has this user name or e-mail address.";
  return new FleetError("VALIDATION_FAILED", message, { validations: [{ path, message }] });
}
