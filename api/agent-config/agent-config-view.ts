// The agent configuration as the API shows it: the stored row, and what follows from it.
import type { AgentConfigView } from "../../contracts/agent-config/agent-config.ts";
import type { TenantTransaction } from "../../db/core/database.ts";
import { getAgentConfig } from "../../db/agent-config/agent-configs.ts";
import { readIdleLimits } from "../../db/containers/idle-limits.ts";
import { effectiveIdleTimeoutMin } from "../../domain/containers/idle-policy.ts";
import type { RefusalOf } from "../../domain/agent-config/agent-settings.ts";
import { loadModelChoice } from "../providers/model-choice.ts";

export async function loadAgentConfigView(tx: TenantTransaction, refusalOf: RefusalOf): Promise<AgentConfigView> {
  const config = await getAgentConfig(tx);
  const limits = await readIdleLimits(tx);
  const choice = await loadModelChoice(tx, refusalOf);
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
