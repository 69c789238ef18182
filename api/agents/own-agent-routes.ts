// The agents that belong to the calling person: made, shown, changed, disabled and enabled.
import {
  agentCreatedSchema,
  agentCreateSchema,
  agentDetailSchema,
  agentListSchema,
  agentParamsSchema,
  agentUpdateSchema,
  agentViewSchema,
  type AgentUpdate,
} from "../../contracts/agents/schema.ts";
import { FleetError } from "../../contracts/core/errors.ts";
import { agentTenant } from "../../contracts/core/tenant.ts";
import type { Database, TenantTransaction } from "../../db/core/database.ts";
import { touchAgentConfig } from "../../db/agent-config/agent-configs.ts";
import { insertAgentKey, listAgentKeys } from "../../db/agents/agent-keys.ts";
import {
  disableAgent,
  enableAgent,
  getAgent,
  insertAgent,
  listAgents,
  updateAgent,
  type AgentRow,
} from "../../db/agents/agent-users.ts";
import { loadContainerView } from "../containers/container-view.ts";
import { defineRoute, type Route } from "../http/define-route.ts";
import { agentKeyView, agentView, createdKey } from "./agent-view.ts";
import { assertGrantable } from "./key-grant.ts";
import { stopDisabledAgent } from "./stop-disabled.ts";

const PATH = "/api/agents";
const OWNER = { who: "user", scope: "keys:manage" } as const;

export function createOwnAgentRoutes({ db }: { readonly db: Database }): readonly Route[] {
  return [createListRoute(db), createAddRoute(), createReadRoute(db), createUpdateRoute()];
}

function createListRoute(db: Database): Route {
  return defineRoute({
    ...OWNER,
    method: "get",
    path: PATH,
    operationId: "listOwnAgents",
    summary: "List the agents that you own, by handle",
    rateLimit: "read",
    responses: { 200: { description: "The agents.", schema: agentListSchema } },
    handler: async ({ user }) => {
      const rows = await db.asTenant(user.tenant, (tx) => listAgents(tx, user.id));
      return { status: 200, body: { agents: rows.map(agentView) } };
    },
  });
}

function createAddRoute(): Route {
  return defineRoute({
    ...OWNER,
    method: "post",
    path: PATH,
    operationId: "createOwnAgent",
    summary: "Create an agent with its first key, shown only in this response",
    rateLimit: "write",
    audit: { action: "agent.create", target: "agent" },
    body: agentCreateSchema,
    bodyExample: { handle: "night-build", scopes: ["chat:send"], description: "Explains failed builds." },
    responses: { 201: { description: "The agent and its key.", schema: agentCreatedSchema } },
    errors: ["CONFLICT"],
    handler: async ({ user, body, write }) => {
      const { handle, description, scopes, usesOwnerProviders } = body;
      const made = await write(
        user.tenant,
        async (tx) => {
          const expiresAt = await assertGrantable(tx, user, body);
          const id = await insertAgent(tx, { ownerId: user.id, handle, description, usesOwnerProviders });
          const key = await insertAgentKey(tx, id, { scopes, description: "", expiresAt });
          return { key, agent: await getAgent(tx, { agentUserId: id, ownerId: user.id }) };
        },
        ({ agent, key }) => ({ targetId: agent.agentUserId, detail: { handle, keyId: key.row.keyId, scopes } }),
      );
      const headers = { location: `${PATH}/${made.agent.agentUserId}` };
      return { status: 201, body: { agent: agentView(made.agent), key: createdKey(made.key) }, headers };
    },
  });
}

function createReadRoute(db: Database): Route {
  return defineRoute({
    ...OWNER,
    method: "get",
    path: `${PATH}/:id`,
    operationId: "getOwnAgent",
    summary: "Read one of your agents with its keys and the state of its container",
    rateLimit: "read",
    params: agentParamsSchema,
    responses: { 200: { description: "The agent.", schema: agentDetailSchema } },
    handler: async ({ user, params: { id } }) => {
      const { row, keys } = await db.asTenant(user.tenant, async (tx) => ({
        row: await getAgent(tx, { agentUserId: id, ownerId: user.id }),
        keys: await listAgentKeys(tx, id),
      }));
      const container = await db.asTenant(agentTenant(id), loadContainerView);
      return { status: 200, body: { agent: agentView(row), keys: keys.map(agentKeyView), container } };
    },
  });
}

function createUpdateRoute(): Route {
  return defineRoute({
    ...OWNER,
    method: "patch",
    path: `${PATH}/:id`,
    operationId: "updateOwnAgent",
    summary: "Change one of your agents; a disabled one is stopped, and its keys are refused",
    rateLimit: "write",
    audit: { action: "agent.update", target: "agent" },
    params: agentParamsSchema,
    body: agentUpdateSchema,
    bodyExample: { status: "disabled" },
    responses: { 200: { description: "The changed agent.", schema: agentViewSchema } },
    errors: ["CONFLICT"],
    handler: async ({ user, params: { id }, body, write }) => {
      const of = { agentUserId: id, ownerId: user.id };
      // As the agent's tenant, whose container and configuration follow: the owner is asked for in the query.
      const changed = await write(
        agentTenant(id),
        async (tx) => {
          await changeAgent(tx, await getAgent(tx, of), body);
          return await getAgent(tx, of);
        },
        () => ({ targetId: id, detail: { fields: Object.keys(body), status: body.status } }),
      );
      return { status: 200, body: agentView(changed) };
    },
  });
}

async function changeAgent(tx: TenantTransaction, row: AgentRow, change: AgentUpdate): Promise<void> {
  await updateAgent(tx, row.agentUserId, change);
  const lending = change.usesOwnerProviders ?? row.usesOwnerProviders;
  if (lending !== row.usesOwnerProviders) await touchAgentConfig(tx);
  if (change.status === undefined || change.status === row.status) return;
  if (change.status === "disabled") {
    await disableAgent(tx, row.agentUserId, { by: "owner", reason: null });
    await stopDisabledAgent(tx, { by: row.ownerId, reason: null });
    return;
  }
  if (row.disabledBy === "administrator") {
    throw new FleetError("FORBIDDEN", "An administrator disabled this agent. Only an administrator can enable it.");
  }
  await enableAgent(tx, row.agentUserId);
}
