// One's own agent configuration: model, personality, idle time (P2).
import { agentConfigUpdateSchema, agentConfigViewSchema } from "../../contracts/agent-config.ts";
import { FleetError } from "../../contracts/errors.ts";
import type { TenantTransaction } from "../../db/database.ts";
import { updateAgentConfig } from "../../db/repositories/agent-configs.ts";
import { readIdleLimits } from "../../db/repositories/idle-limits.ts";
import { loadAgentConfigView } from "../agent-config-view.ts";
import { defineRoute, type Route } from "../define-route.ts";
import type { ApiDeps } from "../deps.ts";

const PATH = "/api/me/agent-config";

export function createAgentConfigRoutes({ db }: Pick<ApiDeps, "db">): readonly Route[] {
  return [
    defineRoute({
      method: "get",
      path: PATH,
      operationId: "getAgentConfig",
      summary: "Read how one's agent is configured",
      who: "user",
      scope: "settings:read",
      rateLimit: "read",
      responses: { 200: { description: "The configuration, and what follows from it.", schema: agentConfigViewSchema } },
      handler: async ({ user }) => ({ status: 200, body: await db.asTenant(user.tenant, loadAgentConfigView) }),
    }),
    defineRoute({
      method: "patch",
      path: PATH,
      operationId: "updateAgentConfig",
      summary: "Change it; a running agent restarts once, sessions and memory survive",
      who: "user",
      scope: "settings:write",
      rateLimit: "write",
      audit: { action: "agent-config.update", target: "agent-config" },
      body: agentConfigUpdateSchema,
      bodyExample: { primaryModel: "zai/glm-5", personality: "Be brief.", idleTimeoutMin: 60 },
      responses: { 200: { description: "The changed configuration.", schema: agentConfigViewSchema } },
      handler: async ({ user, body, write }) => {
        const change = async (tx: TenantTransaction) => {
          await assertWithinLimit(tx, body.idleTimeoutMin);
          await updateAgentConfig(tx, body);
          return await loadAgentConfigView(tx);
        };
        const fields = Object.keys(body);
        const view = await write(user.tenant, change, ({ revision }) => ({
          targetId: user.tenant,
          detail: { fields, revision },
        }));
        return { status: 200, body: view };
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
