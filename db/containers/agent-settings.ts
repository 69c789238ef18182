// Everything that a container's configuration is assembled from, with the provider keys opened.
import type { AgentSettings, RefusalOf } from "../../domain/agent-config/agent-settings.ts";
import type { TenantTransaction } from "../core/database.ts";
import { getAgentConfig } from "../agent-config/agent-configs.ts";
import { listUsableProviders, openProviderKey } from "../providers/providers.ts";

/**
 * `refusalOf`: the rule on addresses, where the settings are for use; without it they are what the owner set.
 * @throws FleetError SECRET_UNREADABLE when a stored key was tampered with.
 */
export async function loadAgentSettings(tx: TenantTransaction, refusalOf: RefusalOf = nothingRefused): Promise<AgentSettings> {
  // The revision is read before the providers: a change in between makes the container fetch once more, never too little.
  const config = await getAgentConfig(tx);
  const providers = await listUsableProviders(tx);
  return {
    primaryModel: config.primaryModel,
    fallbackModels: config.fallbackModels,
    personality: config.personality,
    providerId: config.providerId,
    providers: providers.map((row) => ({ ...row, apiKey: openProviderKey(tx, row), refusal: refusalOf(row.baseUrl) })),
    revision: config.revision,
  };
}

const nothingRefused: RefusalOf = () => null;
