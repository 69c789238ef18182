// Which model a tenant's agent uses, as the settings in the database decide it.
import { FleetError } from "../../contracts/core/errors.ts";
import { Secret } from "../../contracts/core/secret.ts";
import type { TenantTransaction } from "../../db/core/database.ts";
import { getAgentConfig } from "../../db/agent-config/agent-configs.ts";
import { listUsableProviders } from "../../db/providers/providers.ts";
import type { RefusalOf } from "../../domain/agent-config/agent-settings.ts";
import { chooseModel, type ModelChoice } from "../../domain/agent-config/model-choice.ts";

/** Stands for a key: the choice of a model asks whether there is one, and nothing opens it for that. */
const SEALED_KEY = new Secret("sealed");

/** `model` of the result has the capabilities of the agent's model: see domain/providers/model-capabilities.ts. */
export async function loadModelChoice(tx: TenantTransaction, refusalOf: RefusalOf): Promise<ModelChoice> {
  const config = await getAgentConfig(tx);
  const rows = await listUsableProviders(tx);
  return chooseModel({
    ...config,
    providers: rows.map((row) => ({
      ...row,
      apiKey: row.apiKey === null ? null : SEALED_KEY,
      refusal: refusalOf(row.baseUrl),
    })),
  });
}

/** Before an agent is started for a chat. @throws FleetError PROVIDER_REQUIRED, with details.reason where an address is not allowed */
export async function assertModelAllowed(tx: TenantTransaction, refusalOf: RefusalOf): Promise<void> {
  const refusal = await addressRefusal(tx, refusalOf);
  if (refusal !== null) throw refusal;
}

/** Before the set-up ends. @throws FleetError PROVIDER_REQUIRED, with details.reason where an address is not allowed */
export async function assertModelUsable(tx: TenantTransaction, refusalOf: RefusalOf): Promise<void> {
  const { hasUsableProvider } = await loadModelChoice(tx, refusalOf);
  if (hasUsableProvider) return;
  const message = "Connect a model provider with at least one model first: your agent could not answer without one.";
  throw (await addressRefusal(tx, refusalOf)) ?? new FleetError("PROVIDER_REQUIRED", message);
}

/** Null where the agent has a model that it may call, and where it has none whatever is allowed. */
async function addressRefusal(tx: TenantTransaction, refusalOf: RefusalOf): Promise<FleetError | null> {
  const asSet = await loadModelChoice(tx, () => null);
  const allowed = await loadModelChoice(tx, refusalOf);
  if (allowed.hasUsableProvider || !asSet.hasUsableProvider) return null;
  const reason = asSet.providers.map(({ baseUrl }) => refusalOf(baseUrl)).find((each) => each !== null) ?? null;
  const message = "Your agent cannot use its model provider: the provider's address is not allowed. See Settings, Providers.";
  return new FleetError("PROVIDER_REQUIRED", message, { details: { reason } });
}
