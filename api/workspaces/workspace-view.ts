// Workspaces, members and teams as the API shows them.
import type { ListedTeam, MemberView, TeamView, WorkspaceView } from "../../contracts/workspaces/workspaces.ts";
import type { ListedTeamRow, TeamRow } from "../../db/workspaces/teams.ts";
import type { MemberRow } from "../../db/workspaces/workspace-members.ts";
import type { WorkspaceRow } from "../../db/workspaces/workspaces.ts";

export function workspaceView({ createdAt, ...row }: WorkspaceRow): WorkspaceView {
  return { ...row, createdAt: createdAt.toISOString() };
}

export function memberView({ joinedAt, ...row }: MemberRow): MemberView {
  return { ...row, joinedAt: joinedAt.toISOString() };
}

export function teamView({ createdAt, members, ...row }: TeamRow): TeamView {
  return { ...row, createdAt: createdAt.toISOString(), members: [...members] };
}

export function listedTeam({ createdAt, ...row }: ListedTeamRow): ListedTeam {
  return { ...row, createdAt: createdAt.toISOString() };
}
