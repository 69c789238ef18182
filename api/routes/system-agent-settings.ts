// How a system agent thinks, for administrators: model and personality. Its providers have routes of their own.
import { z } from "zod";
import { systemAgentSettingsSchema, systemAgentSettingsUpdateSchema, type SystemAgentSettings } from "../../contracts/fleet.ts";
import { systemNameSchema, systemTenant } from "../../contracts/tenant.ts";
import type { TenantTransaction } from "../../db/database.ts";
import { updateAgentConfig } from "../../db/repositories/agent-configs.ts";
import { listProviders } from "../../db/repositories/providers.ts";
import { assertSystemAgent } from "../../db/repositories/system-agent-changes.ts";
import { loadAgentConfigView } from "../agent-config-view.ts";
import { defineRoute, type Route } from "../define-route.ts";
import type { ApiDeps } from "../deps.ts";

const PATH = "/api/system-agents/:name/settings";
const NAME = z.strictObject({ name: systemNameSchema });

export function createSystemAgentSettingsRoutes({ db }: Pick<ApiDeps, "db">): readonly Route[] {
  return [
    defineRoute({
      method: "get",
      path: PATH,
      operationId: "getSystemAgentSettings",
      summary: "Read model and personality of a system agent",
      who: "admin",
      rateLimit: "read",
      params: NAME,
      responses: { 200: { description: "The settings, and what may be chosen.", schema: systemAgentSettingsSchema } },
      handler: async ({ params }) => ({ status: 200, body: await db.asTenant(systemTenant(params.name), readSettings) }),
    }),
    defineRoute({
      method: "patch",
      path: PATH,
      operationId: "updateSystemAgentSettings",
      summary: "Change them; the agent restarts once, sessions and memory survive",
      who: "admin",
      rateLimit: "write",
      audit: { action: "system-agent.settings", target: "system-agent" },
      params: NAME,
      body: systemAgentSettingsUpdateSchema,
      bodyExample: { primaryModel: "zai/glm-5", personality: "Watch the night and be brief." },
      responses: { 200: { description: "The changed settings.", schema: systemAgentSettingsSchema } },
      handler: async ({ params, body, write }) => {
        const tenant = systemTenant(params.name);
        const change = async (tx: TenantTransaction) => {
          await assertSystemAgent(tx);
          await updateAgentConfig(tx, body);
          return await readSettings(tx);
        };
        const fields = Object.keys(body);
        const settings = await write(tenant, change, ({ revision }) => ({ targetId: tenant, detail: { fields, revision } }));
        return { status: 200, body: settings };
      },
    }),
  ];
}

/** @throws FleetError NOT_FOUND */
async function readSettings(tx: TenantTransaction): Promise<SystemAgentSettings> {
  await assertSystemAgent(tx);
  const config = await loadAgentConfigView(tx);
  const { primaryModel, fallbackModels, personality, providerId, effectiveModel, revision, warnings } = config;
  const providers = await listProviders(tx);
  const active = providers.filter(({ isActive }) => isActive);
  return {
    ...{ primaryModel, fallbackModels, personality, providerId, effectiveModel, revision, warnings },
    models: active.flatMap(({ name, models }) => models.map(({ id }) => `${name}/${id}`)),
    providers: providers.map(({ displayName, type, isActive }) => ({ displayName, type, isActive })),
  };
}
