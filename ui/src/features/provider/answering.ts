// Which of one's providers an agent's answers come from.
import type { AgentConfigView } from "../../../../contracts/agent-config.ts";
import type { ProviderView } from "../../../../contracts/provider.ts";

type Chosen = Pick<AgentConfigView, "effectiveModel" | "fallbackModels">;

/** The provider of `provider/model`; the model's own name may hold slashes. */
export function providerOf(model: string, providers: readonly ProviderView[]): ProviderView | undefined {
  return providers.find(({ name }) => model.startsWith(`${name}/`));
}

export function offers({ name, models, isActive }: ProviderView, model: string): boolean {
  return isActive && models.some(({ id }) => `${name}/${id}` === model);
}

/**
 * `isThere`: there is a provider in use that has it; without one nothing is asked, fallbacks included (domain/model-choice.ts).
 * Fallbacks that none has are passed over.
 */
export function answeringModels({ effectiveModel, fallbackModels }: Chosen, providers: readonly ProviderView[]) {
  const isOffered = (model: string): boolean => providers.some((provider) => offers(provider, model));
  const isThere = isOffered(effectiveModel);
  const others = fallbackModels.filter((model) => model !== effectiveModel && isOffered(model));
  return { first: effectiveModel, isThere, afterwards: isThere ? others : [] };
}

/** Whether any provider could answer: one in use that has a model. */
export function canAnswer(providers: readonly ProviderView[]): boolean {
  return providers.some(({ isActive, models }) => isActive && models.length > 0);
}
