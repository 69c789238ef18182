// Which model an agent uses, and which providers it can use at all.
import type { AgentWarning } from "../../contracts/agent-config/agent-warnings.ts";
import { isReadableModelId } from "../../contracts/providers/model-id.ts";
import type { StoredModel } from "../../contracts/providers/provider.ts";
import { PROVIDER_DEFAULTS } from "../../contracts/providers/provider-facts.ts";
import type { AgentSettings, ProviderSettings } from "./agent-settings.ts";

export interface ModelChoice {
  /** `provider/model`; null while its owner has chosen none and no provider has one. */
  readonly effectiveModel: string | null;
  /** The model of that name as its provider has it; null without a provider behind it. */
  readonly model: StoredModel | null;
  readonly fallbackModels: readonly string[];
  /** The providers that go into the agent's configuration, by creation. */
  readonly providers: readonly ProviderSettings[];
  /** False: a chat must answer PROVIDER_REQUIRED, because the effective model has no provider behind it. */
  readonly hasUsableProvider: boolean;
  /** For the owner: settings that cannot work. */
  readonly warnings: readonly AgentWarning[];
}

/** Settings that cannot work are explained in `warnings`; nothing is thrown. */
export function chooseModel(settings: Omit<AgentSettings, "personality" | "revision">): ModelChoice {
  const active = settings.providers.filter((provider) => provider.isActive).toSorted(byCreation);
  const readable = active.map((provider) => ({
    ...provider,
    models: provider.models.filter(({ id }) => isReadableModelId(id)),
  }));
  const providers = readable.filter((provider) => provider.models.length > 0 && provider.refusal === null);
  const known = new Map<string, StoredModel>(
    providers.flatMap((provider) => provider.models.map((model) => [`${provider.name}/${model.id}`, model] as const)),
  );
  const effectiveModel = settings.primaryModel ?? firstModel(providers, settings.providerId) ?? null;
  const model = effectiveModel === null ? null : (known.get(effectiveModel) ?? null);
  const otherModels = [...new Set(settings.fallbackModels)].filter((model) => model !== effectiveModel);
  const unknown = otherModels.filter((model) => !known.has(model));
  return {
    effectiveModel,
    model,
    fallbackModels: otherModels.filter((model) => known.has(model)),
    providers,
    hasUsableProvider: model !== null,
    warnings: [
      ...active.flatMap(({ name: provider, refusal: reason }) =>
        reason === null ? [] : [warning("provider_refused", { provider, reason })],
      ),
      ...active
        .filter(({ models }) => models.length === 0)
        .map(({ name: provider }) => warning("provider_without_models", { provider })),
      ...active.flatMap(({ name, models }) =>
        models
          .filter(({ id }) => !isReadableModelId(id))
          .map(({ id }) => warning("model_unreadable", { model: `${name}/${id}` })),
      ),
      ...providers.filter(lacksKey).map(({ name: provider }) => warning("provider_without_key", { provider })),
      ...defaultProviderWarning(settings, providers),
      ...(model === null ? [unknownPrimary(settings.primaryModel)] : []),
      ...unknown.map((model) => warning("fallback_unknown", { model })),
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
): AgentWarning[] {
  const chosen = providers.find(({ id }) => id === providerId);
  if (!chosen || usable.some(({ id }) => id === chosen.id) || chosen.isActive) return [];
  return [warning("default_provider_inactive", { provider: chosen.name })];
}

function warning(code: AgentWarning["code"], values: AgentWarning["values"] = {}): AgentWarning {
  return { code, values };
}

function lacksKey(provider: ProviderSettings): boolean {
  return provider.apiKey === null && PROVIDER_DEFAULTS[provider.type].needsKey;
}

function unknownPrimary(chosen: string | null): AgentWarning {
  return chosen === null ? warning("no_model") : warning("primary_unknown", { model: chosen });
}

function byCreation(a: ProviderSettings, b: ProviderSettings): number {
  // The id decides between rows of the same instant, so that the choice does not flap between two reads.
  return a.createdAt.getTime() - b.createdAt.getTime() || (a.id < b.id ? -1 : 1);
}
