// The registry of agents that run elsewhere, with and without the prefix `/api`: a contract that clients outside rely on.
import { FleetError } from "../../contracts/core/errors.ts";
import type { AgentPrincipal, HumanPrincipal } from "../../contracts/core/principal.ts";
import {
  registeredAgentCreateSchema,
  registeredAgentListSchema,
  registeredAgentParamsSchema,
  registeredAgentQuerySchema,
  registeredAgentSchema,
  registeredAgentSettingsListSchema,
  registeredAgentUpdateSchema,
} from "../../contracts/registered-agents/registered-agent.ts";
import {
  deleteRegisteredAgent,
  insertRegisteredAgent,
  noAgent,
  updateRegisteredAgent,
} from "../../db/registered-agents/registered-agents.ts";
import { defineRoute, type Route } from "../http/define-route.ts";
import type { ApiDeps } from "../deps.ts";
import type { Registry, RegistryCaller } from "./registry.ts";

/** The same routes at both; operation ids differ. */
export const PREFIXES = [
  { prefix: "", suffix: "" },
  { prefix: "/api", suffix: "UnderApi" },
] as const;
export type Prefix = (typeof PREFIXES)[number];

export interface RegistryDeps extends Pick<ApiDeps, "addresses"> {
  readonly registry: Registry;
}

const EXAMPLE = {
  name: "code-scout",
  displayName: "Code scout",
  role: "developer",
  gatewayUrl: "https://scout.example.org",
  agentId: "main",
} as const;
const ALIKE = { errorStyle: "contract" } as const;
const READ = { ...ALIKE, who: "tenant", scope: "chat:send", rateLimit: "read" } as const;
const WRITE = { ...ALIKE, who: "admin", rateLimit: "write", errors: ["CONFLICT"] } as const;
const RESPONSE = { description: "The agent.", schema: registeredAgentSchema } as const;

export function createRegistryRoutes(deps: RegistryDeps): readonly Route[] {
  return [
    ...PREFIXES.flatMap((at) => [
      createListRoute(deps, at),
      createGetRoute(deps, at),
      createAddRoute(deps, at),
      createUpdateRoute(deps, at),
      createDeleteRoute(deps, at),
    ]),
    createSettingsRoute(deps),
  ];
}

export function registryCaller(caller: HumanPrincipal | AgentPrincipal): RegistryCaller {
  const isAdministrator = caller.kind === "human" && caller.systemRole === "admin" && caller.carrier === "session";
  return { tenant: caller.tenant, isAdministrator };
}

function createListRoute({ registry }: RegistryDeps, { prefix, suffix }: Prefix): Route {
  return defineRoute({
    ...READ,
    method: "get",
    path: `${prefix}/openclaw/agents`,
    operationId: `listOpenclawAgents${suffix}`,
    summary: "List registered and system agents that you may use, by name; administrators see addresses",
    query: registeredAgentQuerySchema,
    responses: { 200: { description: "The agents.", schema: registeredAgentListSchema } },
    handler: async ({ caller, query: { isActive } }) => {
      const agents = await registry.list(registryCaller(caller));
      return { status: 200, body: agents.filter((agent) => isActive === undefined || agent.isActive === isActive) };
    },
  });
}

function createGetRoute({ registry }: RegistryDeps, { prefix, suffix }: Prefix): Route {
  return defineRoute({
    ...READ,
    method: "get",
    path: `${prefix}/openclaw/agents/:name`,
    operationId: `getOpenclawAgent${suffix}`,
    summary: "Read a registered or system agent by its name",
    params: registeredAgentParamsSchema,
    responses: { 200: RESPONSE },
    handler: async ({ caller, params }) => ({ status: 200, body: await registry.get(registryCaller(caller), params.name) }),
  });
}

function createAddRoute(deps: RegistryDeps, { prefix, suffix }: Prefix): Route {
  return defineRoute({
    ...WRITE,
    method: "post",
    path: `${prefix}/openclaw/agents`,
    operationId: `createOpenclawAgent${suffix}`,
    summary: "Register an agent that runs elsewhere; its gateway's token is never read back",
    audit: { action: "registered-agent.create", target: "registered-agent" },
    body: registeredAgentCreateSchema,
    bodyExample: EXAMPLE,
    responses: { 201: RESPONSE },
    handler: async ({ user, body, writeGlobally }) => {
      await assertReachable(deps, body.gatewayUrl);
      await writeGlobally(
        (tx) => insertRegisteredAgent(tx, body, user.id),
        ({ id }) => ({ targetId: id, detail: { name: body.name, role: body.role } }),
      );
      return { status: 201, body: await deps.registry.get(registryCaller(user), body.name) };
    },
  });
}

function createUpdateRoute(deps: RegistryDeps, { prefix, suffix }: Prefix): Route {
  return defineRoute({
    ...WRITE,
    method: "patch",
    path: `${prefix}/openclaw/agents/:name`,
    operationId: `updateOpenclawAgent${suffix}`,
    summary: "Change or rename a registered agent; the variable of its token follows the name",
    audit: { action: "registered-agent.update", target: "registered-agent" },
    params: registeredAgentParamsSchema,
    body: registeredAgentUpdateSchema,
    bodyExample: { isActive: false },
    responses: { 200: RESPONSE },
    handler: async ({ user, params, body, writeGlobally }) => {
      await assertNoSystemAgent(deps, params.name);
      if (body.gatewayUrl !== undefined) await assertReachable(deps, body.gatewayUrl);
      const row = await writeGlobally(
        (tx) => updateRegisteredAgent(tx, params.name, body),
        ({ id, name }) => ({ targetId: id, detail: { name, fields: Object.keys(body) } }),
      );
      return { status: 200, body: await deps.registry.get(registryCaller(user), row.name) };
    },
  });
}

function createDeleteRoute(deps: RegistryDeps, { prefix, suffix }: Prefix): Route {
  return defineRoute({
    ...WRITE,
    method: "delete",
    path: `${prefix}/openclaw/agents/:name`,
    operationId: `deleteOpenclawAgent${suffix}`,
    summary: "Remove an agent from the registry; nothing changes at its gateway",
    audit: { action: "registered-agent.delete", target: "registered-agent" },
    params: registeredAgentParamsSchema,
    responses: { 204: { description: "Removed." } },
    handler: async ({ params, writeGlobally }) => {
      await assertNoSystemAgent(deps, params.name);
      await writeGlobally(
        (tx) => deleteRegisteredAgent(tx, params.name),
        (id) => ({ targetId: id, detail: { name: params.name } }),
      );
      return { status: 204 };
    },
  });
}

function createSettingsRoute({ registry }: RegistryDeps): Route {
  return defineRoute({
    method: "get",
    path: "/api/registered-agents",
    operationId: "listRegisteredAgentSettings",
    summary: "List all registered and system agents with their addresses, where their tokens come from, and who may use them",
    who: "admin",
    rateLimit: "read",
    responses: { 200: { description: "The agents.", schema: registeredAgentSettingsListSchema } },
    handler: async () => ({ status: 200, body: { agents: await registry.listSettings() } }),
  });
}

/** @throws FleetError CONFLICT for one that is changed on its own page, NOT_FOUND for none */
async function assertNoSystemAgent({ registry }: RegistryDeps, name: string): Promise<void> {
  const found = (await registry.listSettings()).find((agent) => agent.name === name);
  if (found === undefined) throw noAgent(name);
  if (found.isSystemAgent)
    throw new FleetError("CONFLICT", `OpenClaw agent '${name}' is a system agent; change it under System agents`);
}

/** The rule on addresses that users enter. @throws FleetError VALIDATION_FAILED on `gatewayUrl` */
async function assertReachable({ addresses }: RegistryDeps, gatewayUrl: string): Promise<void> {
  try {
    await addresses.assertAllowed(gatewayUrl);
  } catch (error) {
    if (!(error instanceof FleetError) || error.code !== "VALIDATION_FAILED") throw error;
    const { message, details } = error;
    throw new FleetError("VALIDATION_FAILED", message, {
      validations: [{ path: "gatewayUrl", message }],
      ...(details === undefined ? {} : { details }),
    });
  }
}
