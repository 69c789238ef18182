// Workspaces: the caller's, or all of them for administrators. They group people and share nothing.
import { z } from "zod";
import { FleetError } from "../../contracts/core/errors.ts";
import {
  workspaceCreateSchema,
  workspaceListQuerySchema,
  workspacePageSchema,
  workspaceUpdateSchema,
  workspaceViewSchema,
} from "../../contracts/workspaces/workspaces.ts";
import {
  deleteWorkspace,
  getWorkspace,
  insertWorkspace,
  listWorkspaces,
  lockWorkspace,
  updateWorkspace,
} from "../../db/workspaces/workspaces.ts";
import { mayDeleteWorkspace, mayManageWorkspace } from "../../domain/workspaces/workspace-rights.ts";
import { defineRoute, type Route } from "../http/define-route.ts";
import type { ApiDeps } from "../deps.ts";
import { workspaceView } from "./workspace-view.ts";

const PATH = "/api/workspaces";
const ID = z.strictObject({ id: z.uuid() });

export function createWorkspaceRoutes({ db }: Pick<ApiDeps, "db">): readonly Route[] {
  return [...createReadRoutes(db), createAddRoute(), createUpdateRoute(), createDeleteRoute()];
}

function createReadRoutes(db: ApiDeps["db"]): readonly Route[] {
  return [
    defineRoute({
      method: "get",
      path: PATH,
      operationId: "listWorkspaces",
      summary: "List your workspaces; scope=all lists every workspace",
      who: "session",
      rateLimit: "read",
      query: workspaceListQuerySchema,
      responses: { 200: { description: "One page. A page past the end returns the last page.", schema: workspacePageSchema } },
      handler: async ({ user, query }) => {
        const { workspaces, meta } = await db.globally((tx) => listWorkspaces(tx, user, query));
        return { status: 200, body: { workspaces: workspaces.map(workspaceView), meta } };
      },
    }),
    defineRoute({
      method: "get",
      path: `${PATH}/:id`,
      operationId: "getWorkspace",
      summary: "Read one workspace",
      who: "session",
      rateLimit: "read",
      params: ID,
      responses: { 200: { description: "The workspace.", schema: workspaceViewSchema } },
      handler: async ({ user, params }) => ({
        status: 200,
        body: workspaceView(await db.globally((tx) => getWorkspace(tx, user, params.id))),
      }),
    }),
  ];
}

function createAddRoute(): Route {
  return defineRoute({
    method: "post",
    path: PATH,
    operationId: "createWorkspace",
    summary: "Create a workspace and become its owner",
    who: "session",
    rateLimit: "write",
    audit: { action: "workspace.create", target: "workspace" },
    body: workspaceCreateSchema,
    bodyExample: { name: "Research" },
    responses: { 201: { description: "The new workspace.", schema: workspaceViewSchema } },
    handler: async ({ user, body, writeGlobally }) => {
      const row = await writeGlobally(
        async (tx) => await getWorkspace(tx, user, await insertWorkspace(tx, user, body)),
        ({ id, name }) => ({ targetId: id, detail: { name } }),
      );
      return { status: 201, body: workspaceView(row) };
    },
  });
}

function createUpdateRoute(): Route {
  return defineRoute({
    method: "patch",
    path: `${PATH}/:id`,
    operationId: "updateWorkspace",
    summary: "Change a workspace's name or description; for its owners and admins",
    who: "session",
    rateLimit: "write",
    audit: { action: "workspace.update", target: "workspace" },
    params: ID,
    body: workspaceUpdateSchema,
    bodyExample: { name: "Research and development" },
    responses: { 200: { description: "The changed workspace.", schema: workspaceViewSchema } },
    handler: async ({ user, params, body, writeGlobally }) => {
      const row = await writeGlobally(
        async (tx) => {
          const actor = await lockWorkspace(tx, user, params.id);
          if (!mayManageWorkspace(actor)) {
            throw new FleetError("FORBIDDEN", "Only owners and admins of the workspace can change it.");
          }
          await updateWorkspace(tx, params.id, body);
          return await getWorkspace(tx, user, params.id);
        },
        () => ({ targetId: params.id, detail: { fields: Object.keys(body) } }),
      );
      return { status: 200, body: workspaceView(row) };
    },
  });
}

function createDeleteRoute(): Route {
  return defineRoute({
    method: "delete",
    path: `${PATH}/:id`,
    operationId: "deleteWorkspace",
    summary: "Delete a workspace with its memberships and teams; for its owners",
    who: "session",
    rateLimit: "write",
    audit: { action: "workspace.delete", target: "workspace" },
    params: ID,
    responses: { 204: { description: "Deleted." } },
    handler: async ({ user, params, writeGlobally }) => {
      await writeGlobally(
        async (tx) => {
          const actor = await lockWorkspace(tx, user, params.id);
          if (!mayDeleteWorkspace(actor)) throw new FleetError("FORBIDDEN", "Only owners of the workspace can delete it.");
          await deleteWorkspace(tx, params.id);
        },
        () => ({ targetId: params.id }),
      );
      return { status: 204 };
    },
  });
}
