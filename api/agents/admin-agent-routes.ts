// All agents with keys of their own, for administrators: whose they are, and whether they may act. No content, no key.
import type { z } from "zod";
import {
  adminAgentActionSchema,
  adminAgentListQuerySchema,
  adminAgentPageSchema,
  adminAgentViewSchema,
  agentParamsSchema,
  type AdminAgentView,
} from "../../contracts/agents/schema.ts";
import { givenReason } from "../../contracts/containers/container-reasons.ts";
import { agentTenant } from "../../contracts/core/tenant.ts";
import type { Database, TenantTransaction } from "../../db/core/database.ts";
import { disableAgent, enableAgent } from "../../db/agents/agent-users.ts";
import { getAnyAgent, listAllAgents, type ListedAgent } from "../../db/agents/all-agents.ts";
import { defineRoute, type Route } from "../http/define-route.ts";
import { agentFacts } from "./agent-view.ts";
import { stopDisabledAgent } from "./stop-disabled.ts";

const PATH = "/api/admin/agents";

export function createAdminAgentRoutes({ db }: { readonly db: Database }): readonly Route[] {
  return [
    defineRoute({
      method: "get",
      path: PATH,
      operationId: "listAllAgents",
      summary: "List all agents with keys of their own, newest first",
      who: "admin",
      rateLimit: "read",
      query: adminAgentListQuerySchema,
      responses: { 200: { description: "A page of agents.", schema: adminAgentPageSchema } },
      handler: async ({ query }) => {
        const { agents, meta } = await db.globally((tx) => listAllAgents(tx, query));
        return { status: 200, body: { agents: agents.map(adminAgentView), meta } };
      },
    }),
    createActionRoute({
      verb: "disable",
      summary: "Disable an agent: its keys are refused and its container is stopped; only an administrator can enable it",
      act: async (tx, { id, reason, by }) => {
        await disableAgent(tx, id, { by: "administrator", reason });
        await stopDisabledAgent(tx, { by, reason: givenReason(reason) });
      },
    }),
    createActionRoute({
      verb: "enable",
      summary: "Enable a disabled agent; its keys work again",
      act: async (tx, { id }) => await enableAgent(tx, id),
    }),
  ];
}

interface Action {
  readonly verb: "disable" | "enable";
  readonly summary: string;
  readonly act: (
    tx: TenantTransaction,
    asked: z.infer<typeof adminAgentActionSchema> & { readonly id: string; readonly by: string },
  ) => Promise<void>;
}

function createActionRoute({ verb, summary, act }: Action): Route {
  return defineRoute({
    method: "post",
    path: `${PATH}/:id/${verb}`,
    operationId: `${verb}AnyAgent`,
    summary,
    who: "admin",
    rateLimit: "write",
    audit: { action: `agent.${verb}`, target: "agent" },
    params: agentParamsSchema,
    body: adminAgentActionSchema,
    bodyExample: { reason: "It sent 40 messages a minute." },
    responses: { 200: { description: "The agent.", schema: adminAgentViewSchema } },
    handler: async ({ user, params: { id }, body: { reason }, write }) => {
      const changed = await write(
        agentTenant(id),
        async (tx) => {
          await getAnyAgent(tx, id);
          await act(tx, { id, reason, by: user.id });
          return await getAnyAgent(tx, id);
        },
        () => ({ targetId: id, detail: { reason } }),
      );
      return { status: 200, body: adminAgentView(changed) };
    },
  });
}

function adminAgentView(row: ListedAgent): AdminAgentView {
  const { owner, keys } = row;
  return { ...agentFacts(row), owner, keys };
}
