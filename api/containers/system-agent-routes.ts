// System agents for administrators: always on, with a provider of their own.
import { z } from "zod";
import {
  systemAgentCreateSchema,
  systemAgentDeleteSchema,
  systemAgentListSchema,
  systemAgentUpdateSchema,
  systemAgentViewSchema,
  type SystemAgentView,
} from "../../contracts/containers/fleet.ts";
import { FleetError } from "../../contracts/core/errors.ts";
import { systemNameSchema, systemTenant } from "../../contracts/core/tenant.ts";
import type { Database } from "../../db/core/database.ts";
import { listSystemAgentContainers } from "../../db/containers/fleet-list.ts";
import { deleteSystemAgent, updateSystemAgent } from "../../db/containers/system-agent-changes.ts";
import { listSystemContainers } from "../../db/containers/system-containers.ts";
import { defineRoute, type Route } from "../http/define-route.ts";
import type { ApiDeps } from "../deps.ts";
import { fleetView } from "./fleet-view.ts";
import { createSystemAgentSettingsRoutes } from "../agent-config/system-agent-settings-routes.ts";
import { assertAgentsFit, provisionSystemAgent } from "./system-agents.ts";

const PATH = "/api/system-agents";
const NAME = z.strictObject({ name: systemNameSchema });

type Deps = Pick<ApiDeps, "db" | "addresses" | "workflowUrl">;

export function createSystemAgentRoutes(deps: Deps): readonly Route[] {
  return [
    createListRoute(deps),
    createAddRoute(deps),
    createUpdateRoute(deps),
    createDeleteRoute(),
    ...createSystemAgentSettingsRoutes(deps),
  ];
}

function createListRoute(deps: Deps): Route {
  return defineRoute({
    method: "get",
    path: PATH,
    operationId: "listSystemAgents",
    summary: "List system agents with their containers, by name",
    who: "admin",
    rateLimit: "read",
    responses: { 200: { description: "The system agents.", schema: systemAgentListSchema } },
    handler: async () => ({ status: 200, body: { systemAgents: await readAll(deps) } }),
  });
}

function createAddRoute(deps: Deps): Route {
  return defineRoute({
    method: "post",
    path: PATH,
    operationId: "createSystemAgent",
    summary: "Create a system agent and start it",
    who: "admin",
    rateLimit: "write",
    audit: { action: "system-agent.create", target: "system-agent" },
    body: systemAgentCreateSchema,
    bodyExample: { name: "night-watch", displayName: "Night watch", role: "monitor" },
    errors: ["CONFLICT"],
    responses: { 201: { description: "The new system agent.", schema: systemAgentViewSchema } },
    handler: async ({ user, body, write }) => {
      await assertAgentsFit(deps, [body]);
      await provisionSystemAgent(write, body, user.id);
      return { status: 201, body: await readOne(deps, body.name) };
    },
  });
}

function createUpdateRoute(deps: Deps): Route {
  return defineRoute({
    method: "patch",
    path: `${PATH}/:name`,
    operationId: "updateSystemAgent",
    summary: "Change, enable or disable a system agent",
    who: "admin",
    rateLimit: "write",
    audit: { action: "system-agent.update", target: "system-agent" },
    params: NAME,
    body: systemAgentUpdateSchema,
    bodyExample: { isEnabled: false },
    responses: { 200: { description: "The changed system agent.", schema: systemAgentViewSchema } },
    handler: async ({ user, params, body, write }) => {
      const tenant = systemTenant(params.name);
      await write(
        tenant,
        (tx) => updateSystemAgent(tx, { change: body, by: user.id }),
        () => ({ targetId: tenant, detail: { ...body } }),
      );
      return { status: 200, body: await readOne(deps, params.name) };
    },
  });
}

function createDeleteRoute(): Route {
  return defineRoute({
    method: "delete",
    path: `${PATH}/:name`,
    operationId: "deleteSystemAgent",
    summary: "Permanently delete a system agent: container, volume with its memory, providers and configuration",
    who: "admin",
    rateLimit: "write",
    audit: { action: "system-agent.delete", target: "system-agent" },
    params: NAME,
    body: systemAgentDeleteSchema,
    bodyExample: { confirm: "night-watch" },
    responses: { 204: { description: "Deleted; its container and volume are removed as soon as possible." } },
    handler: async ({ user, params, body, write }) => {
      if (body.confirm !== params.name) throw notConfirmed();
      const tenant = systemTenant(params.name);
      await write(
        tenant,
        (tx) => deleteSystemAgent(tx, { by: user.id }),
        () => ({ targetId: tenant }),
      );
      return { status: 204 };
    },
  });
}

function notConfirmed(): FleetError {
  const message = "Repeat the name of the agent to delete.";
  return new FleetError("VALIDATION_FAILED", message, { validations: [{ path: "confirm", message }] });
}

async function readAll({ db, workflowUrl }: Deps): Promise<SystemAgentView[]> {
  const { agents, containers } = await readRows(db);
  return agents.map(({ name, tenant, displayName, role, isEnabled, createdAt }) => {
    const container = containers.find((row) => row.tenant === tenant);
    return {
      ...{ name, tenant, displayName, role, isEnabled, createdAt: createdAt.toISOString() },
      container: container === undefined ? null : fleetView(container, workflowUrl),
    };
  });
}

async function readRows(db: Database) {
  return await db.globally(async (tx) => ({
    agents: await listSystemContainers(tx),
    containers: await listSystemAgentContainers(tx),
  }));
}

async function readOne(deps: Deps, name: string): Promise<SystemAgentView> {
  const found = (await readAll(deps)).find((agent) => agent.name === name);
  if (found === undefined) throw new FleetError("NOT_FOUND", "There is no such system agent.");
  return found;
}
