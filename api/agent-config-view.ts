// The agent configuration as the API shows it: the stored row, and what follows from it.
import type { AgentConfigView } from "../contracts/agent-config.ts";
import { Secret } from "../contracts/secret.ts";
import type { TenantTransaction } from "../db/database.ts";
import { getAgentConfig } from "../db/repositories/agent-configs.ts";
import { listProviders } from "../db/repositories/providers.ts";
import { readIdleLimits } from "../db/repositories/idle-limits.ts";
import { effectiveIdleTimeoutMin } from "../domain/idle-policy.ts";
import { chooseModel } from "../domain/model-choice.ts";

/** Stands for a key: the choice of a model asks whether there is one, and nothing opens it for that. */
const SEALED_KEY = new Secret("sealed");

export async function loadAgentConfigView(tx: TenantTransaction): Promise<AgentConfigView> {
  const config = await getAgentConfig(tx);
  const rows = await listProviders(tx);
  const limits = await readIdleLimits(tx);
  const choice = chooseModel({
    ...config,
    providers: rows.map((row) => ({ ...row, apiKey: row.apiKey === null ? null : SEALED_KEY })),
  });
  return {
    primaryModel: config.primaryModel,
    fallbackModels: [...config.fallbackModels],
    personality: config.personality,
    providerId: config.providerId,
    idleTimeoutMin: config.idleTimeoutMin,
    effectiveIdleTimeoutMin: effectiveIdleTimeoutMin({ ...limits, chosenMin: config.idleTimeoutMin }),
    effectiveModel: choice.effectiveModel,
    revision: config.revision,
    warnings: [...choice.warnings],
  };
}
