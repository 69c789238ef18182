// The caller's agent configuration: model, personality, idle time.
import { agentConfigUpdateSchema, agentConfigViewSchema } from "../../contracts/agent-config/agent-config.ts";
import { FleetError } from "../../contracts/core/errors.ts";
import type { TenantTransaction } from "../../db/core/database.ts";
import { updateAgentConfig } from "../../db/agent-config/agent-configs.ts";
import { readIdleLimits } from "../../db/containers/idle-limits.ts";
import { loadAgentConfigView } from "./agent-config-view.ts";
import { defineRoute, type Route } from "../http/define-route.ts";
import type { ApiDeps } from "../deps.ts";

const PATH = "/api/me/agent-config";

export function createAgentConfigRoutes({ db, addresses }: Pick<ApiDeps, "db" | "addresses">): readonly Route[] {
  const view = (tx: TenantTransaction) => loadAgentConfigView(tx, addresses.refusalOf);
  return [
    defineRoute({
      method: "get",
      path: PATH,
      operationId: "getAgentConfig",
      summary: "Read your agent's configuration",
      who: "tenant",
      scope: "settings:read",
      rateLimit: "read",
      responses: { 200: { description: "The configuration, with the values it results in.", schema: agentConfigViewSchema } },
      handler: async ({ caller }) => ({ status: 200, body: await db.asTenant(caller.tenant, view) }),
    }),
    defineRoute({
      method: "patch",
      path: PATH,
      operationId: "updateAgentConfig",
      summary: "Change your agent's configuration; a running agent restarts once and keeps its memory",
      who: "tenant",
      scope: "settings:write",
      rateLimit: "write",
      audit: { action: "agent-config.update", target: "agent-config" },
      body: agentConfigUpdateSchema,
      bodyExample: { primaryModel: "zai/glm-5", personality: "Be brief.", idleTimeoutMin: 60 },
      responses: { 200: { description: "The changed configuration.", schema: agentConfigViewSchema } },
      handler: async ({ caller, body, write }) => {
        const change = async (tx: TenantTransaction) => {
          await assertWithinLimit(tx, body.idleTimeoutMin);
          await updateAgentConfig(tx, body);
          return await view(tx);
        };
        const fields = Object.keys(body);
        const changed = await write(caller.tenant, change, ({ revision }) => ({
          targetId: caller.tenant,
          detail: { fields, revision },
        }));
        return { status: 200, body: changed };
      },
    }),
  ];
}

/** @throws FleetError VALIDATION_FAILED */
async function assertWithinLimit(tx: TenantTransaction, idleTimeoutMin: number | null | undefined): Promise<void> {
  const { maxMin } = await readIdleLimits(tx);
  if (idleTimeoutMin === null || idleTimeoutMin === undefined || idleTimeoutMin <= maxMin) return;
  const message = `The administrator allows at most ${maxMin} minutes.`;
  throw new FleetError("VALIDATION_FAILED", message, { validations: [{ path: "idleTimeoutMin", message }] });
}
