// Which providers and models an agent's answers come from.
import type { AgentConfigView } from "../../../../contracts/agent-config/agent-config.ts";
import type { ProviderView } from "../../../../contracts/providers/provider.ts";

type Chosen = Pick<AgentConfigView, "effectiveModel" | "fallbackModels">;

/** The provider of `provider/model`; the model's own name may hold slashes. */
export function providerOf(model: string, providers: readonly ProviderView[]): ProviderView | undefined {
  return providers.find(({ name }) => model.startsWith(`${name}/`));
}

export function offers({ name, models, isActive, refusal }: ProviderView, model: string): boolean {
  return isActive && refusal === null && models.some(({ id }) => `${name}/${id}` === model);
}

/**
 * `isThere`: an active provider has it. Without one, no model answers, not even a fallback (domain/providers/model-choice.ts).
 * Fallbacks that none has are passed over.
 */
export function answeringModels({ effectiveModel, fallbackModels }: Chosen, providers: readonly ProviderView[]) {
  const isOffered = (model: string | null): boolean => model !== null && providers.some((provider) => offers(provider, model));
  const isThere = isOffered(effectiveModel);
  const others = fallbackModels.filter((model) => model !== effectiveModel && isOffered(model));
  return { first: effectiveModel, isThere, afterwards: isThere ? others : [] };
}

/** Whether any provider could answer: one in use that has a model. */
export function canAnswer(providers: readonly ProviderView[]): boolean {
  return providers.some(({ isActive, models, refusal }) => isActive && refusal === null && models.length > 0);
}
