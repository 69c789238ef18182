// Saves a provider and makes it the tenant's default, in one transaction.
import type { ProviderCreate } from "../contracts/provider.ts";
import type { TenantTransaction } from "../db/database.ts";
import type { LlmProviderRow } from "../db/entities/llm-provider.ts";
import { updateAgentConfig } from "../db/repositories/agent-configs.ts";
import { insertProvider } from "../db/repositories/providers.ts";

/** @throws FleetError CONFLICT for a name that is taken */
export async function saveDefaultProvider(tx: TenantTransaction, input: ProviderCreate): Promise<LlmProviderRow> {
  const row = await insertProvider(tx, input);
  await updateAgentConfig(tx, { providerId: row.id });
  return row;
}
