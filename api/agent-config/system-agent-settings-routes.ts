// How a system agent thinks, for administrators: model and personality. Its providers have routes of their own.
import { z } from "zod";
import {
  systemAgentSettingsSchema,
  systemAgentSettingsUpdateSchema,
  type SystemAgentSettings,
} from "../../contracts/containers/fleet.ts";
import { systemNameSchema, systemTenant } from "../../contracts/core/tenant.ts";
import type { TenantTransaction } from "../../db/core/database.ts";
import { updateAgentConfig } from "../../db/agent-config/agent-configs.ts";
import { listProviders } from "../../db/providers/providers.ts";
import { assertSystemAgent } from "../../db/containers/system-agent-changes.ts";
import type { RefusalOf } from "../../domain/agent-config/agent-settings.ts";
import { loadAgentConfigView } from "./agent-config-view.ts";
import { defineRoute, type Route } from "../http/define-route.ts";
import type { ApiDeps } from "../deps.ts";

const PATH = "/api/system-agents/:name/settings";
const NAME = z.strictObject({ name: systemNameSchema });

export function createSystemAgentSettingsRoutes({ db, addresses }: Pick<ApiDeps, "db" | "addresses">): readonly Route[] {
  const read = (tx: TenantTransaction) => readSettings(tx, addresses.refusalOf);
  return [
    defineRoute({
      method: "get",
      path: PATH,
      operationId: "getSystemAgentSettings",
      summary: "Read a system agent's model and personality",
      who: "admin",
      rateLimit: "read",
      params: NAME,
      responses: { 200: { description: "The settings and the available choices.", schema: systemAgentSettingsSchema } },
      handler: async ({ params }) => ({ status: 200, body: await db.asTenant(systemTenant(params.name), read) }),
    }),
    defineRoute({
      method: "patch",
      path: PATH,
      operationId: "updateSystemAgentSettings",
      summary: "Change a system agent's model and personality; it restarts once and keeps its memory",
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
          return await read(tx);
        };
        const fields = Object.keys(body);
        const settings = await write(tenant, change, ({ revision }) => ({ targetId: tenant, detail: { fields, revision } }));
        return { status: 200, body: settings };
      },
    }),
  ];
}

/** @throws FleetError NOT_FOUND */
async function readSettings(tx: TenantTransaction, refusalOf: RefusalOf): Promise<SystemAgentSettings> {
  await assertSystemAgent(tx);
  const config = await loadAgentConfigView(tx, refusalOf);
  const { primaryModel, fallbackModels, personality, providerId, effectiveModel, revision, warnings } = config;
  const providers = await listProviders(tx);
  const active = providers.filter(({ isActive, baseUrl }) => isActive && refusalOf(baseUrl) === null);
  return {
    ...{ primaryModel, fallbackModels, personality, providerId, effectiveModel, revision, warnings },
    models: active.flatMap(({ name, models }) => models.map(({ id }) => `${name}/${id}`)),
    providers: providers.map(({ displayName, type, isActive }) => ({ displayName, type, isActive })),
  };
}
