// Workspaces: lists, one workspace, and the lock under which everything within one changes.
import { randomUUID } from "node:crypto";
import { FleetError } from "../../contracts/core/errors.ts";
import type { PageMeta } from "../../contracts/core/page.ts";
import type { SystemRole } from "../../contracts/core/principal.ts";
import type { WorkspaceListQuery, WorkspaceRole, WorkspaceUpdate } from "../../contracts/workspaces/workspaces.ts";
import { pageOf } from "../../domain/core/page.ts";
import { maySeeWorkspace, type WorkspaceActor } from "../../domain/workspaces/workspace-rights.ts";
import type { GlobalTransaction } from "../core/database.ts";
import { likePattern } from "../core/like-pattern.ts";

export interface WorkspaceRow {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly createdAt: Date;
  readonly memberCount: number;
  readonly teamCount: number;
  readonly myRole: WorkspaceRole | null;
  readonly isLastOwner: boolean;
}

/** Who asks. */
export interface Asking {
  readonly id: string;
  readonly systemRole: SystemRole;
}

/** For a membership `m`: nobody else owns its workspace who can sign in. */
export const IS_LAST_OWNER = (m: "m" | "mine"): string => `(${m}.role = 'owner' AND NOT EXISTS (
  SELECT FROM mosaic.workspace_members o JOIN mosaic.users ou ON ou.id = o.user_id
   WHERE o.workspace_id = ${m}.workspace_id AND o.role = 'owner' AND o.user_id <> ${m}.user_id AND ou.deactivated_at IS NULL))`;

const COLUMNS = `w.id, w.name, w.description, w.created_at AS "createdAt", mine.role AS "myRole",
  coalesce(${IS_LAST_OWNER("mine")}, false) AS "isLastOwner",
  (SELECT count(*)::int FROM mosaic.workspace_members m WHERE m.workspace_id = w.id) AS "memberCount",
  (SELECT count(*)::int FROM mosaic.teams t WHERE t.workspace_id = w.id) AS "teamCount"`;
const WITH_MINE = `mosaic.workspaces w
  LEFT JOIN mosaic.workspace_members mine ON mine.workspace_id = w.id AND mine.user_id = $1`;

/** By name. A page past the end is the last one. @throws FleetError FORBIDDEN for all of them without being an administrator */
export async function listWorkspaces(
  tx: GlobalTransaction,
  asking: Asking,
  query: WorkspaceListQuery,
): Promise<{ workspaces: WorkspaceRow[]; meta: PageMeta }> {
  if (query.scope === "all" && asking.systemRole !== "admin") {
    throw new FleetError("FORBIDDEN", "Only administrators can list every workspace. Omit scope=all.");
  }
  const filter = "($2 OR mine.user_id IS NOT NULL) AND ($3::text IS NULL OR w.name ILIKE $3)";
  const values = [asking.id, query.scope === "all", likePattern(query.search)];
  const [counted] = await tx.sql<{ total: number }>(`SELECT count(*)::int AS total FROM ${WITH_MINE} WHERE ${filter}`, values);
  const { offset, ...meta } = pageOf(query, counted?.total ?? 0);
  const workspaces = await tx.sql<WorkspaceRow & Record<string, unknown>>(
    `SELECT ${COLUMNS} FROM ${WITH_MINE} WHERE ${filter} ORDER BY lower(w.name), w.id LIMIT $4 OFFSET $5`,
    [...values, meta.limit, offset],
  );
  return { workspaces, meta };
}

/** @throws FleetError NOT_FOUND, also for a workspace that is none of theirs */
export async function getWorkspace(tx: GlobalTransaction, asking: Asking, id: string): Promise<WorkspaceRow> {
  const [row] = await tx.sql<WorkspaceRow & Record<string, unknown>>(`SELECT ${COLUMNS} FROM ${WITH_MINE} WHERE w.id = $2`, [
    asking.id,
    id,
  ]);
  if (row === undefined || !maySeeWorkspace({ role: row.myRole, systemRole: asking.systemRole })) throw noWorkspace();
  return row;
}

/**
 * Makes changes within one workspace wait for each other, and says what the caller is in it by then.
 * @throws FleetError NOT_FOUND, also for a workspace that is none of theirs
 */
export async function lockWorkspace(tx: GlobalTransaction, asking: Asking, id: string): Promise<WorkspaceActor> {
  const locked = await tx.sql("SELECT id FROM mosaic.workspaces WHERE id = $1 FOR UPDATE", [id]);
  if (locked.length === 0) throw noWorkspace();
  const [mine] = await tx.sql<{ role: WorkspaceRole }>(
    "SELECT role FROM mosaic.workspace_members WHERE workspace_id = $1 AND user_id = $2",
    [id, asking.id],
  );
  const actor = { role: mine?.role ?? null, systemRole: asking.systemRole };
  if (!maySeeWorkspace(actor)) throw noWorkspace();
  return actor;
}

/** Its maker is its first owner. Returns its id. */
export async function insertWorkspace(
  tx: GlobalTransaction,
  asking: Asking,
  input: { readonly name: string; readonly description: string },
): Promise<string> {
  const id = randomUUID();
  await tx.sql("INSERT INTO mosaic.workspaces (id, name, description, created_by) VALUES ($1, $2, $3, $4)", [
    ...[id, input.name, input.description, asking.id],
  ]);
  await tx.sql("INSERT INTO mosaic.workspace_members (workspace_id, user_id, role) VALUES ($1, $2, 'owner')", [id, asking.id]);
  return id;
}

/** The caller holds the lock and has checked the right. */
export async function updateWorkspace(tx: GlobalTransaction, id: string, update: WorkspaceUpdate): Promise<void> {
  await tx.sql(
    "UPDATE mosaic.workspaces SET name = coalesce($2, name), description = coalesce($3, description) WHERE id = $1",
    [id, update.name ?? null, update.description ?? null],
  );
}

/** With its memberships and teams; nobody loses anything else. */
export async function deleteWorkspace(tx: GlobalTransaction, id: string): Promise<void> {
  await tx.sql("DELETE FROM mosaic.workspaces WHERE id = $1", [id]);
}

function noWorkspace(): FleetError {
  return new FleetError("NOT_FOUND", "There is no such workspace.");
}
