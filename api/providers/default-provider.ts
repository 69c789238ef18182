// Saves a provider and makes it the tenant's default, in one transaction.
import type { ProviderCreate } from "../../contracts/providers/provider.ts";
import type { ProviderTestResult } from "../../contracts/providers/provider-test.ts";
import type { TenantTransaction } from "../../db/core/database.ts";
import type { LlmProviderRow } from "../../db/providers/llm-provider.ts";
import { updateAgentConfig } from "../../db/agent-config/agent-configs.ts";
import { getProvider, insertProvider, recordProviderTest } from "../../db/providers/providers.ts";

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
