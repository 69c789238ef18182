// Which model an agent uses (C8), and which providers it can use at all.
import { PROVIDER_DEFAULTS } from "../contracts/provider-facts.ts";
import type { AgentSettings, ProviderSettings } from "./agent-settings.ts";

/** What an agent's configuration names when its owner has no provider yet (C8). */
export const LAST_RESORT_MODEL = "openai/gpt-4o-mini";

export interface ModelChoice {
  /** `provider/model`. */
  readonly effectiveModel: string;
  readonly fallbackModels: readonly string[];
  /** The providers that go into the agent's configuration, by creation. */
  readonly providers: readonly ProviderSettings[];
  /** False: a chat must answer PROVIDER_REQUIRED, because the effective model has no provider behind it. */
  readonly hasUsableProvider: boolean;
  /** For the owner, in plain words. */
  readonly warnings: readonly string[];
}

/** Settings that cannot work are explained in `warnings`; nothing is thrown. */
export function chooseModel(settings: Omit<AgentSettings, "personality" | "revision">): ModelChoice {
  const active = settings.providers.filter((provider) => provider.isActive).toSorted(byCreation);
  const providers = active.filter((provider) => provider.models.length > 0);
  const known = new Set(providers.flatMap((provider) => provider.models.map((model) => `${provider.name}/${model.id}`)));
  const effectiveModel = settings.primaryModel ?? firstModel(providers, settings.providerId) ?? LAST_RESORT_MODEL;
  const otherModels = [...new Set(settings.fallbackModels)].filter((model) => model !== effectiveModel);
  const unknown = otherModels.filter((model) => !known.has(model));
  return {
    effectiveModel,
    fallbackModels: otherModels.filter((model) => known.has(model)),
    providers,
    hasUsableProvider: known.has(effectiveModel),
    warnings: [
      ...active.filter((provider) => provider.models.length === 0).map(withoutModels),
      ...providers.filter(lacksKey).map(withoutKey),
      ...defaultProviderWarning(settings, providers),
      ...(known.has(effectiveModel) ? [] : [unknownPrimary(settings.primaryModel, effectiveModel)]),
      ...unknown.map((model) => `The fallback model ${model} is left out: no active provider has it.`),
    ],
  };
}

function firstModel(providers: readonly ProviderSettings[], providerId: string | null): string | undefined {
  const provider = providers.find(({ id }) => id === providerId) ?? providers[0];
  const model = provider?.models[0];
  return provider && model ? `${provider.name}/${model.id}` : undefined;
}

function defaultProviderWarning(
  { providerId, providers }: Pick<AgentSettings, "providerId" | "providers">,
  usable: readonly ProviderSettings[],
): string[] {
  const chosen = providers.find(({ id }) => id === providerId);
  if (!chosen || usable.includes(chosen) || chosen.isActive) return [];
  return [`The default provider ${chosen.name} is inactive, so that another one is used.`];
}

function withoutModels(provider: ProviderSettings): string {
  return `The provider ${provider.name} is left out: it has no model. Add at least one.`;
}

function lacksKey(provider: ProviderSettings): boolean {
  return provider.apiKey === null && PROVIDER_DEFAULTS[provider.type].needsKey;
}

function withoutKey(provider: ProviderSettings): string {
  return `The provider ${provider.name} has no API key, so that it will refuse to answer.`;
}

function unknownPrimary(chosen: string | null, effective: string): string {
  return chosen === null
    ? `There is no active provider with a model, so that ${effective} is named, which will not answer. Add a provider.`
    : `The primary model ${chosen} is unknown: no active provider has it.`;
}

function byCreation(a: ProviderSettings, b: ProviderSettings): number {
  // The id decides between rows of the same instant, so that the choice does not flap between two reads.
  return a.createdAt.getTime() - b.createdAt.getTime() || (a.id < b.id ? -1 : 1);
}
