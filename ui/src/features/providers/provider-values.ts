// The values of the provider form, and what is made of them.
import { asOffered, asSaid, changed, type CapabilityChange } from "../../../../contracts/providers/model-input.ts";
import type { OfferedModel, ProviderModel, ProviderView } from "../../../../contracts/providers/provider.ts";
import { PROVIDER_DEFAULTS, type ApiType, type ProviderType } from "../../../../contracts/providers/provider-facts.ts";
import type { ProviderChange, ProviderInput, ProviderModelsInput, ProviderTestInput } from "./providers-api.ts";

export interface ProviderValues {
  readonly type: ProviderType;
  readonly name: string;
  readonly displayName: string;
  readonly baseUrl: string;
  readonly apiKey: string;
  /** The stored key goes, and none takes its place. */
  readonly removesKey: boolean;
  readonly apiType: ApiType;
  /** Ids alone; what else is known of them is kept by the saved provider, or was loaded with the models on offer. */
  readonly models: string[];
  /** What the owner said of models in this form, by id. */
  readonly abilities: Readonly<Record<string, CapabilityChange>>;
  readonly isActive: boolean;
}

const PRODUCT_NAMES: Readonly<Record<ProviderType, string>> = {
  zai: "Z.AI",
  openai: "OpenAI",
  anthropic: "Anthropic",
  ollama: "Ollama",
  custom: "",
};

/** What is known of models beside the form. */
export interface KnownModels {
  readonly saved: readonly ProviderModel[];
  readonly offered: readonly OfferedModel[];
}

export function newValues(type: ProviderType): ProviderValues {
  const name = type === "custom" ? "" : type;
  const { apiType } = PROVIDER_DEFAULTS[type];
  const blank = { baseUrl: "", apiKey: "", removesKey: false, models: [], abilities: {}, isActive: true };
  return { type, name, displayName: PRODUCT_NAMES[type], apiType, ...blank };
}

export function valuesOf(provider: ProviderView): ProviderValues {
  const { type, name, displayName, apiType, isActive } = provider;
  const baseUrl = provider.baseUrl === PROVIDER_DEFAULTS[type].baseUrl ? "" : provider.baseUrl;
  const models = provider.models.map(({ id }) => id);
  return { type, name, displayName, baseUrl, apiKey: "", removesKey: false, apiType, isActive, models, abilities: {} };
}

/** Whatever comes before the slash must be short and plain; people may write as they like above it. */
export function shortName(displayName: string): string {
  return displayName
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-")
    .replaceAll(/^-+|-+$/g, "")
    .slice(0, 63);
}

export function toInput(values: ProviderValues, offered: readonly OfferedModel[]): ProviderInput {
  const { type, name, isActive } = values;
  return {
    ...connection(values),
    type,
    name,
    displayName: values.displayName.trim(),
    models: models(values, { saved: [], offered }),
    isActive,
  };
}

/**
 * What was changed alone: the rest may have been changed elsewhere meanwhile. The connection is one thing: a new key goes to
 * the address that the form shows. Without a new key the old one stays.
 */
export function toChange(values: ProviderValues, base: ProviderValues, known: KnownModels): ProviderChange {
  const displayName = values.displayName.trim();
  const isSameModels = JSON.stringify([values.models, values.abilities]) === JSON.stringify([base.models, base.abilities]);
  return {
    ...(connectionKey(values) === connectionKey(base) ? {} : connection(values)),
    ...(displayName === base.displayName ? {} : { displayName }),
    ...(isSameModels ? {} : { models: models(values, known) }),
    ...(values.isActive === base.isActive ? {} : { isActive: values.isActive }),
  };
}

/** For a saved provider whose key is not entered again, the stored key is used. */
export function toModelsInput(values: ProviderValues, saved: ProviderView | null): ProviderModelsInput {
  return { ...connection(values), type: values.type, ...(saved === null ? {} : { providerId: saved.id }) };
}

export function toTestInput(values: ProviderValues, saved: ProviderView | null): ProviderTestInput {
  return { ...toModelsInput(values, saved), models: [...values.models] };
}

/** Whether a test of what is stored tests what the form says. */
export function isAsSaved(values: ProviderValues, saved: ProviderView): boolean {
  const before = valuesOf(saved);
  const isSameModels = JSON.stringify(values.models) === JSON.stringify(before.models);
  return connectionKey(values) === connectionKey(before) && isSameModels;
}

/** Two forms with the same one mean the same connection. */
export function connectionKey({ type, baseUrl, apiKey, removesKey, apiType }: ProviderValues): string {
  return JSON.stringify([type, baseUrl.trim(), apiKey.trim(), removesKey, apiType]);
}

/** The stored key belongs to the server that it was entered for. */
export function isElsewhere(values: ProviderValues, saved: ProviderView): boolean {
  const { baseUrl } = connection(values);
  return typeof baseUrl === "string" && URL.canParse(baseUrl) && new URL(baseUrl).origin !== new URL(saved.baseUrl).origin;
}

function connection({ type, baseUrl, apiKey, removesKey, apiType }: ProviderValues) {
  const address = baseUrl.trim();
  const key = apiKey.trim();
  return {
    baseUrl: address === "" ? PROVIDER_DEFAULTS[type].baseUrl : address,
    apiType: type === "custom" ? apiType : PROVIDER_DEFAULTS[type].apiType,
    ...(key === "" ? (removesKey ? { apiKey: null } : {}) : { apiKey: key }),
  };
}

/** What the saved provider has of a model is kept; of a new one, what its provider tells is taken. The owner has the last word. */
function models({ models: chosen, abilities }: ProviderValues, { saved, offered }: KnownModels) {
  return chosen.map((id) => {
    const before = saved.find((model) => model.id === id);
    const told = offered.find((model) => model.id === id);
    const change = Object.entries(abilities[id] ?? {}).map(([name, value]) => [name, value ?? untold(told, name)]);
    return changed(before === undefined ? asOffered({ id }, offered) : asSaid(before), Object.fromEntries(change));
  });
}

/** Back to what is usual: to what the provider tells, or to nothing said. */
function untold(told: OfferedModel | undefined, name: string): unknown {
  return Object.entries(told ?? {}).find(([each]) => each === name)?.[1] ?? null;
}
