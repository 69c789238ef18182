// Teams within a workspace. Their members are members of the workspace, which the database enforces.
import { randomUUID } from "node:crypto";
import { FleetError } from "../../contracts/core/errors.ts";
import type { PageMeta } from "../../contracts/core/page.ts";
import type { AllTeamsQuery } from "../../contracts/workspaces/workspaces.ts";
import { pageOf } from "../../domain/core/page.ts";
import type { GlobalTransaction } from "../core/database.ts";
import { isForeignKeyViolation, isUniqueViolation } from "../core/database-error.ts";
import { likePattern } from "../core/like-pattern.ts";

export interface TeamRow {
  readonly id: string;
  readonly workspaceId: string;
  readonly name: string;
  readonly description: string;
  readonly createdAt: Date;
  readonly members: readonly { readonly userId: string; readonly name: string }[];
}

export interface ListedTeamRow extends Omit<TeamRow, "members"> {
  readonly workspaceName: string;
  readonly memberCount: number;
}

export interface OneTeam {
  readonly workspaceId: string;
  readonly teamId: string;
}

interface TeamInput {
  readonly name: string;
  readonly description: string;
}

const TEAM = `SELECT t.id, t.workspace_id AS "workspaceId", t.name, t.description, t.created_at AS "createdAt",
    coalesce((SELECT jsonb_agg(jsonb_build_object('userId', u.id, 'name', u.name) ORDER BY lower(u.name), u.id)
      FROM mosaic.team_members m JOIN mosaic.users u ON u.id = m.user_id WHERE m.team_id = t.id), '[]') AS members
  FROM mosaic.teams t`;

/** By name. The caller has checked that the workspace may be seen. */
export async function listTeams(tx: GlobalTransaction, workspaceId: string): Promise<TeamRow[]> {
  return await tx.sql<TeamRow & Record<string, unknown>>(`${TEAM} WHERE t.workspace_id = $1 ORDER BY lower(t.name)`, [
    workspaceId,
  ]);
}

/** A page; past the end it is the last one, as in `pageOf`. Members are counted only for its rows. */
const ALL_TEAMS = `WITH found AS (
    SELECT t.id, t.workspace_id, w.name AS workspace_name, t.name, t.description, t.created_at
      FROM mosaic.teams t JOIN mosaic.workspaces w ON w.id = t.workspace_id
     WHERE $1::text IS NULL OR t.name ILIKE $1 OR w.name ILIKE $1),
  counted AS (SELECT count(*)::int AS total FROM found),
  page AS (SELECT * FROM found ORDER BY lower(name), lower(workspace_name), id LIMIT $2
    OFFSET (SELECT (least($3::int, greatest(1, ceil(total / $2::numeric)::int)) - 1) * $2 FROM counted))
  SELECT p.id, p.workspace_id AS "workspaceId", p.workspace_name AS "workspaceName", p.name, p.description,
    p.created_at AS "createdAt", c.total,
    (SELECT count(*)::int FROM mosaic.team_members m WHERE m.team_id = p.id) AS "memberCount"
  FROM page p CROSS JOIN counted c ORDER BY lower(p.name), lower(p.workspace_name), p.id`;

/** Those of every workspace, by name. The caller has checked that an administrator asks. */
export async function listAllTeams(
  tx: GlobalTransaction,
  query: AllTeamsQuery,
): Promise<{ teams: ListedTeamRow[]; meta: PageMeta }> {
  const rows = await tx.sql<ListedTeamRow & Record<string, unknown> & { readonly total: number }>(ALL_TEAMS, [
    ...[likePattern(query.search), query.limit, query.page],
  ]);
  const { offset: _, ...meta } = pageOf(query, rows[0]?.total ?? 0);
  return { teams: rows.map(({ total: _total, ...team }) => team), meta };
}

/** The caller holds the workspace's lock and has checked the right. @throws FleetError CONFLICT for a name that is taken */
export async function insertTeam(tx: GlobalTransaction, workspaceId: string, input: TeamInput): Promise<TeamRow> {
  const teamId = randomUUID();
  await namedOnce(() =>
    tx.sql("INSERT INTO mosaic.teams (id, workspace_id, name, description) VALUES ($1, $2, $3, $4)", [
      ...[teamId, workspaceId, input.name, input.description],
    ]),
  );
  return await getTeam(tx, { workspaceId, teamId });
}

/** As `insertTeam`. @throws FleetError NOT_FOUND, CONFLICT */
export async function updateTeam(tx: GlobalTransaction, team: OneTeam, input: TeamInput): Promise<TeamRow> {
  await namedOnce(() =>
    tx.sql("UPDATE mosaic.teams SET name = $3, description = $4 WHERE workspace_id = $1 AND id = $2", [
      ...[team.workspaceId, team.teamId, input.name, input.description],
    ]),
  );
  return await getTeam(tx, team);
}

/** As `insertTeam`. @throws FleetError NOT_FOUND */
export async function deleteTeam(tx: GlobalTransaction, { workspaceId, teamId }: OneTeam): Promise<void> {
  const rows = await tx.sql("DELETE FROM mosaic.teams WHERE workspace_id = $1 AND id = $2 RETURNING id", [workspaceId, teamId]);
  if (rows.length === 0) throw noTeam();
}

/** The team has these members and no others. @throws FleetError NOT_FOUND, VALIDATION_FAILED for someone outside the workspace */
export async function setTeamMembers(tx: GlobalTransaction, team: OneTeam, userIds: readonly string[]): Promise<TeamRow> {
  const { workspaceId, teamId } = team;
  await getTeam(tx, team);
  await tx.sql("DELETE FROM mosaic.team_members WHERE team_id = $1 AND user_id <> ALL ($2::uuid[])", [teamId, userIds]);
  try {
    await tx.sql(
      `INSERT INTO mosaic.team_members (team_id, user_id, workspace_id) SELECT $1, unnest($2::uuid[]), $3
       ON CONFLICT DO NOTHING`,
      [teamId, [...new Set(userIds)], workspaceId],
    );
  } catch (cause) {
    if (!isForeignKeyViolation(cause)) throw cause;
    const message = "Team members must be members of the workspace. Add them there first.";
    throw new FleetError("VALIDATION_FAILED", message, { validations: [{ path: "userIds", message }], cause });
  }
  return await getTeam(tx, team);
}

async function getTeam(tx: GlobalTransaction, { workspaceId, teamId }: OneTeam): Promise<TeamRow> {
  const [row] = await tx.sql<TeamRow & Record<string, unknown>>(`${TEAM} WHERE t.workspace_id = $1 AND t.id = $2`, [
    workspaceId,
    teamId,
  ]);
  if (row === undefined) throw noTeam();
  return row;
}

async function namedOnce(write: () => Promise<unknown>): Promise<void> {
  try {
    await write();
  } catch (cause) {
    if (!isUniqueViolation(cause)) throw cause;
    throw new FleetError("CONFLICT", "A team with this name already exists in this workspace.", { cause });
  }
}

function noTeam(): FleetError {
  return new FleetError("NOT_FOUND", "There is no such team.");
}
