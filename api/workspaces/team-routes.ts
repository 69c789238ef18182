// Teams within a workspace, which its owners and admins keep; and for administrators those of all workspaces.
import { z } from "zod";
import { FleetError } from "../../contracts/core/errors.ts";
import {
  allTeamsPageSchema,
  allTeamsQuerySchema,
  teamInputSchema,
  teamListSchema,
  teamMembersSchema,
  teamViewSchema,
} from "../../contracts/workspaces/workspaces.ts";
import type { GlobalTransaction } from "../../db/core/database.ts";
import { deleteTeam, insertTeam, listAllTeams, listTeams, setTeamMembers, updateTeam } from "../../db/workspaces/teams.ts";
import { getWorkspace, lockWorkspace, type Asking } from "../../db/workspaces/workspaces.ts";
import { mayManageWorkspace } from "../../domain/workspaces/workspace-rights.ts";
import { defineRoute, type Route } from "../http/define-route.ts";
import type { ApiDeps } from "../deps.ts";
import { listedTeam, teamView } from "./workspace-view.ts";

const PATH = "/api/workspaces/:id/teams";
const ID = z.strictObject({ id: z.uuid() });
const ONE = z.strictObject({ id: z.uuid(), teamId: z.uuid() });

export function createTeamRoutes({ db }: Pick<ApiDeps, "db">): readonly Route[] {
  return [
    createAllRoute(db),
    createListRoute(db),
    createAddRoute(),
    createUpdateRoute(),
    createMembersRoute(),
    createDeleteRoute(),
  ];
}

function createAllRoute(db: ApiDeps["db"]): Route {
  return defineRoute({
    method: "get",
    path: "/api/admin/teams",
    operationId: "listAllTeams",
    summary: "List the teams of all workspaces, by name",
    who: "admin",
    rateLimit: "read",
    query: allTeamsQuerySchema,
    responses: { 200: { description: "One page. A page past the end returns the last page.", schema: allTeamsPageSchema } },
    handler: async ({ query }) => {
      const { teams, meta } = await db.globally((tx) => listAllTeams(tx, query));
      return { status: 200, body: { teams: teams.map(listedTeam), meta } };
    },
  });
}

function createListRoute(db: ApiDeps["db"]): Route {
  return defineRoute({
    method: "get",
    path: PATH,
    operationId: "listTeams",
    summary: "List the teams of a workspace with their members, by name",
    who: "session",
    rateLimit: "read",
    params: ID,
    responses: { 200: { description: "The teams.", schema: teamListSchema } },
    handler: async ({ user, params }) => {
      const teams = await db.globally(async (tx) => {
        await getWorkspace(tx, user, params.id);
        return await listTeams(tx, params.id);
      });
      return { status: 200, body: { teams: teams.map(teamView) } };
    },
  });
}

function createAddRoute(): Route {
  return defineRoute({
    method: "post",
    path: PATH,
    operationId: "createTeam",
    summary: "Create a team without members",
    who: "session",
    rateLimit: "write",
    audit: { action: "team.create", target: "team" },
    params: ID,
    body: teamInputSchema,
    bodyExample: { name: "Night shift" },
    responses: { 201: { description: "The new team.", schema: teamViewSchema } },
    errors: ["CONFLICT"],
    handler: async ({ user, params, body, writeGlobally }) => {
      const row = await writeGlobally(
        async (tx) => {
          await lockToManage(tx, user, params.id);
          return await insertTeam(tx, params.id, body);
        },
        ({ id }) => ({ targetId: id, detail: { workspaceId: params.id, name: body.name } }),
      );
      return { status: 201, body: teamView(row) };
    },
  });
}

function createUpdateRoute(): Route {
  return defineRoute({
    method: "put",
    path: `${PATH}/:teamId`,
    operationId: "updateTeam",
    summary: "Change a team's name and description",
    who: "session",
    rateLimit: "write",
    audit: { action: "team.update", target: "team" },
    params: ONE,
    body: teamInputSchema,
    bodyExample: { name: "Day shift", description: "From eight to four." },
    responses: { 200: { description: "The changed team.", schema: teamViewSchema } },
    errors: ["CONFLICT"],
    handler: async ({ user, params: { id: workspaceId, teamId }, body, writeGlobally }) => {
      const row = await writeGlobally(
        async (tx) => {
          await lockToManage(tx, user, workspaceId);
          return await updateTeam(tx, { workspaceId, teamId }, body);
        },
        () => ({ targetId: teamId, detail: { workspaceId, name: body.name } }),
      );
      return { status: 200, body: teamView(row) };
    },
  });
}

function createMembersRoute(): Route {
  return defineRoute({
    method: "put",
    path: `${PATH}/:teamId/members`,
    operationId: "setTeamMembers",
    summary: "Replace the members of a team",
    who: "session",
    rateLimit: "write",
    audit: { action: "team.members", target: "team" },
    params: ONE,
    body: teamMembersSchema,
    bodyExample: { userIds: [] },
    responses: { 200: { description: "The team.", schema: teamViewSchema } },
    handler: async ({ user, params: { id: workspaceId, teamId }, body, writeGlobally }) => {
      const row = await writeGlobally(
        async (tx) => {
          await lockToManage(tx, user, workspaceId);
          return await setTeamMembers(tx, { workspaceId, teamId }, body.userIds);
        },
        () => ({ targetId: teamId, detail: { workspaceId, userIds: body.userIds } }),
      );
      return { status: 200, body: teamView(row) };
    },
  });
}

function createDeleteRoute(): Route {
  return defineRoute({
    method: "delete",
    path: `${PATH}/:teamId`,
    operationId: "deleteTeam",
    summary: "Delete a team; its members stay in the workspace",
    who: "session",
    rateLimit: "write",
    audit: { action: "team.delete", target: "team" },
    params: ONE,
    responses: { 204: { description: "Deleted." } },
    handler: async ({ user, params: { id: workspaceId, teamId }, writeGlobally }) => {
      await writeGlobally(
        async (tx) => {
          await lockToManage(tx, user, workspaceId);
          await deleteTeam(tx, { workspaceId, teamId });
        },
        () => ({ targetId: teamId, detail: { workspaceId } }),
      );
      return { status: 204 };
    },
  });
}

async function lockToManage(tx: GlobalTransaction, asking: Asking, workspaceId: string): Promise<void> {
  if (mayManageWorkspace(await lockWorkspace(tx, asking, workspaceId))) return;
  throw new FleetError("FORBIDDEN", "Only owners and admins of the workspace can do this.");
}
