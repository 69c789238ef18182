// Saves a provider and makes it the tenant's default, in one transaction.
import type { ProviderCreate } from "../contracts/provider.ts";
import type { ProviderTestResult } from "../contracts/provider-test.ts";
import type { TenantTransaction } from "../db/database.ts";
import type { LlmProviderRow } from "../db/entities/llm-provider.ts";
import { updateAgentConfig } from "../db/repositories/agent-configs.ts";
import { getProvider, insertProvider, recordProviderTest } from "../db/repositories/providers.ts";

/** @throws FleetError CONFLICT for a name that is taken */
export async function saveDefaultProvider(
  tx: TenantTransaction,
  input: ProviderCreate,
  /** Of its test, when there was one. */
  result?: ProviderTestResult,
): Promise<LlmProviderRow> {
  const row = await insertProvider(tx, input);
  await updateAgentConfig(tx, { providerId: row.id });
  if (result === undefined) return row;
  await recordProviderTest(tx, row, result);
  return await getProvider(tx, row.id);
}
