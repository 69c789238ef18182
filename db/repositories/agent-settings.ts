// Everything that a container's configuration is assembled from, with the provider keys opened (C7).
import type { AgentSettings } from "../../domain/agent-settings.ts";
import type { TenantTransaction } from "../database.ts";
import { getAgentConfig } from "./agent-configs.ts";
import { listProviders, openProviderKey } from "./providers.ts";

/** @throws FleetError SECRET_UNREADABLE when a stored key was tampered with. */
export async function loadAgentSettings(tx: TenantTransaction): Promise<AgentSettings> {
  // The revision is read before the providers: a change in between makes the container fetch once more, never too little.
  const config = await getAgentConfig(tx);
  const providers = await listProviders(tx);
  return {
    primaryModel: config.primaryModel,
    fallbackModels: config.fallbackModels,
    personality: config.personality,
    providerId: config.providerId,
    providers: providers.map((row) => ({ ...row, apiKey: openProviderKey(tx, row) })),
    revision: config.revision,
  };
}
