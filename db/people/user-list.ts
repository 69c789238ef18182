// Users as lists show them: with user name, memberships, and whether they are the last administrator.
import { FleetError } from "../../contracts/core/errors.ts";
import type { PageMeta } from "../../contracts/core/page.ts";
import type { SystemRole } from "../../contracts/core/principal.ts";
import type { UserListQuery, UserStatus } from "../../contracts/people/users.ts";
import type { WorkspaceRole } from "../../contracts/workspaces/workspaces.ts";
import { pageOf } from "../../domain/core/page.ts";
import type { GlobalTransaction } from "../core/database.ts";
import { likePattern } from "../core/like-pattern.ts";

export interface ListedUser {
  readonly id: string;
  readonly name: string;
  readonly username: string | null;
  readonly email: string | null;
  readonly emailVerified: boolean;
  readonly image: string | null;
  readonly systemRole: SystemRole;
  readonly isLocalAuth: boolean;
  readonly createdAt: Date;
  readonly deactivatedAt: Date | null;
  readonly invitedAt: Date | null;
  readonly invitedBy: string | null;
  readonly lastSignInAt: Date | null;
  readonly preferences: unknown;
  readonly isLastAdmin: boolean;
  readonly memberships: readonly {
    readonly workspaceId: string;
    readonly workspaceName: string;
    readonly role: WorkspaceRole;
    /** ISO 8601, for it comes out of JSON. */
    readonly joinedAt: string;
  }[];
}

/** Each is an index, read forwards or backwards. */
const ORDERS: Readonly<Record<UserListQuery["sort"], Readonly<Record<UserListQuery["order"], string>>>> = {
  createdAt: { asc: "u.created_at, u.id", desc: "u.created_at DESC, u.id DESC" },
  name: { asc: "lower(u.name), u.id", desc: "lower(u.name) DESC, u.id DESC" },
  lastSignInAt: { asc: "u.last_sign_in_at NULLS FIRST, u.id", desc: "u.last_sign_in_at DESC NULLS LAST, u.id DESC" },
};

/** Names of users in both tables of passwords; one person has at most one of them. */
const NAMES = `(SELECT user_id, username FROM mosaic.local_passwords
                UNION ALL SELECT user_id, username FROM mosaic.breakglass_users)`;
const NAME_MATCHES = `SELECT n.user_id FROM ${NAMES} n WHERE n.username LIKE lower($1)`;
const STATUSES: Readonly<Record<UserStatus, string>> = {
  active: "u.deactivated_at IS NULL",
  deactivated: "u.deactivated_at IS NOT NULL",
};

const COLUMNS = `u.id, u.name, u.email, u.email_verified AS "emailVerified", u.image, u.system_role AS "systemRole",
  u.is_local_auth AS "isLocalAuth", u.created_at AS "createdAt", u.deactivated_at AS "deactivatedAt",
  u.invited_at AS "invitedAt", u.invited_by AS "invitedBy", u.last_sign_in_at AS "lastSignInAt", u.preferences,
  (SELECT n.username FROM ${NAMES} n WHERE n.user_id = u.id LIMIT 1) AS username,
  u.system_role = 'admin' AND u.deactivated_at IS NULL AND (SELECT count(*) FROM mosaic.users a
    WHERE a.system_role = 'admin' AND a.deactivated_at IS NULL) = 1 AS "isLastAdmin",
  coalesce((SELECT jsonb_agg(jsonb_build_object('workspaceId', w.id, 'workspaceName', w.name, 'role', m.role,
      'joinedAt', to_char(m.joined_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')) ORDER BY lower(w.name), w.id)
    FROM mosaic.workspace_members m JOIN mosaic.workspaces w ON w.id = m.workspace_id WHERE m.user_id = u.id), '[]') AS memberships`;

/** A page past the end is the last one. Only the rows of the page get their names and memberships looked up. */
export async function listUserPage(
  tx: GlobalTransaction,
  query: UserListQuery,
): Promise<{ users: ListedUser[]; meta: PageMeta }> {
  const { where, values } = filterOf(query);
  const [counted] = await tx.sql<{ total: number }>(`SELECT count(*)::int AS total FROM mosaic.users u ${where}`, values);
  const { offset, ...meta } = pageOf(query, counted?.total ?? 0);
  const order = ORDERS[query.sort][query.order];
  const users = await tx.sql<ListedUser>(
    `WITH page AS MATERIALIZED (SELECT u.id FROM mosaic.users u ${where} ORDER BY ${order}
                                 LIMIT $${values.length + 1} OFFSET $${values.length + 2})
     SELECT ${COLUMNS} FROM page JOIN mosaic.users u ON u.id = page.id ORDER BY ${order}`,
    [...values, meta.limit, offset],
  );
  return { users, meta };
}

/** Only the requested conditions: an optional condition would keep Postgres from its indexes. The text is `$1`. */
function filterOf({ search, role, status }: UserListQuery): { where: string; values: string[] } {
  const pattern = likePattern(search);
  const values = [pattern, role ?? null].filter((value) => value !== null);
  const conditions = [
    pattern === null ? null : `(u.name ILIKE $1 OR u.email LIKE lower($1) OR u.id IN (${NAME_MATCHES}))`,
    role === undefined ? null : `u.system_role = $${values.length}`,
    status === undefined ? null : STATUSES[status],
  ].filter((condition) => condition !== null);
  return { where: conditions.length === 0 ? "" : `WHERE ${conditions.join(" AND ")}`, values };
}

/** @throws FleetError NOT_FOUND */
export async function getListedUser(tx: GlobalTransaction, id: string): Promise<ListedUser> {
  const [row] = await tx.sql<ListedUser>(`SELECT ${COLUMNS} FROM mosaic.users u WHERE u.id = $1`, [id]);
  if (row === undefined) throw new FleetError("NOT_FOUND", "There is no such user.");
  return row;
}
