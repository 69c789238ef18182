// Members of a workspace and their roles.
import { z } from "zod";
import {
  memberAddSchema,
  memberListQuerySchema,
  memberPageSchema,
  memberUpdateSchema,
  memberViewSchema,
} from "../../contracts/workspaces/workspaces.ts";
import { addMember, changeMemberRole, listMembers, removeMember } from "../../db/workspaces/workspace-members.ts";
import { getWorkspace } from "../../db/workspaces/workspaces.ts";
import { defineRoute, type Route } from "../http/define-route.ts";
import type { ApiDeps } from "../deps.ts";
import { memberView } from "./workspace-view.ts";

const PATH = "/api/workspaces/:id/members";
const ID = z.strictObject({ id: z.uuid() });
const ONE = z.strictObject({ id: z.uuid(), userId: z.uuid() });

export function createWorkspaceMemberRoutes({ db }: Pick<ApiDeps, "db">): readonly Route[] {
  return [createListRoute(db), createAddRoute(), createUpdateRoute(), createRemoveRoute()];
}

function createListRoute(db: ApiDeps["db"]): Route {
  return defineRoute({
    method: "get",
    path: PATH,
    operationId: "listWorkspaceMembers",
    summary: "List the members of a workspace, by name",
    who: "session",
    rateLimit: "read",
    params: ID,
    query: memberListQuerySchema,
    responses: { 200: { description: "One page. A page past the end returns the last page.", schema: memberPageSchema } },
    handler: async ({ user, params, query }) => {
      const { members, meta } = await db.globally(async (tx) => {
        await getWorkspace(tx, user, params.id);
        return await listMembers(tx, params.id, query);
      });
      return { status: 200, body: { members: members.map(memberView), meta } };
    },
  });
}

function createAddRoute(): Route {
  return defineRoute({
    method: "post",
    path: PATH,
    operationId: "addWorkspaceMember",
    summary: "Add a member by e-mail address, user name or ID",
    who: "session",
    rateLimit: "write",
    audit: { action: "workspace-member.add", target: "workspace" },
    params: ID,
    body: memberAddSchema,
    bodyExample: { identifier: "ann@example.org", role: "member" },
    responses: { 201: { description: "The new member.", schema: memberViewSchema } },
    errors: ["CONFLICT"],
    handler: async ({ user, params, body, writeGlobally }) => {
      const row = await writeGlobally(
        (tx) => addMember(tx, user, { workspaceId: params.id, add: body }),
        ({ userId, role }) => ({ targetId: params.id, detail: { userId, role } }),
      );
      return { status: 201, body: memberView(row) };
    },
  });
}

function createUpdateRoute(): Route {
  return defineRoute({
    method: "patch",
    path: `${PATH}/:userId`,
    operationId: "updateWorkspaceMember",
    summary: "Change a member's role; a workspace always has an owner",
    who: "session",
    rateLimit: "write",
    audit: { action: "workspace-member.update", target: "workspace" },
    params: ONE,
    body: memberUpdateSchema,
    bodyExample: { role: "admin" },
    responses: { 200: { description: "The changed member.", schema: memberViewSchema } },
    errors: ["CONFLICT"],
    handler: async ({ user, params: { id, userId }, body, writeGlobally }) => {
      const row = await writeGlobally(
        (tx) => changeMemberRole(tx, user, { workspaceId: id, userId, role: body.role }),
        () => ({ targetId: id, detail: { userId, role: body.role } }),
      );
      return { status: 200, body: memberView(row) };
    },
  });
}

function createRemoveRoute(): Route {
  return defineRoute({
    method: "delete",
    path: `${PATH}/:userId`,
    operationId: "removeWorkspaceMember",
    summary: "Remove a member, or leave; a workspace always has an owner",
    who: "session",
    rateLimit: "write",
    audit: { action: "workspace-member.remove", target: "workspace" },
    params: ONE,
    responses: { 204: { description: "Removed, from the teams of the workspace too." } },
    errors: ["CONFLICT"],
    handler: async ({ user, params: { id, userId }, writeGlobally }) => {
      await writeGlobally(
        (tx) => removeMember(tx, user, { workspaceId: id, userId }),
        () => ({ targetId: id, detail: { userId } }),
      );
      return { status: 204 };
    },
  });
}
