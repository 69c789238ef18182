// The values of the provider form, and what is made of them.
import type { ApiType, ProviderType, ProviderView } from "../../../../contracts/provider.ts";
import type { ProviderChange, ProviderInput, ProviderTestInput } from "../../api/providers.ts";
import { PROVIDER_FACTS } from "./provider-types.ts";

export interface ProviderValues {
  readonly type: ProviderType;
  readonly name: string;
  readonly displayName: string;
  readonly baseUrl: string;
  readonly apiKey: string;
  readonly apiType: ApiType;
  /** Ids alone; what is known of them besides is kept by the saved provider. */
  readonly models: string[];
  readonly isActive: boolean;
}

const PRODUCT_NAMES: Readonly<Record<ProviderType, string>> = {
  zai: "Z.AI",
  openai: "OpenAI",
  anthropic: "Anthropic",
  ollama: "Ollama",
  custom: "",
};

export function newValues(type: ProviderType): ProviderValues {
  const name = type === "custom" ? "" : type;
  const { apiType } = PROVIDER_FACTS[type];
  return { type, name, displayName: PRODUCT_NAMES[type], baseUrl: "", apiKey: "", apiType, models: [], isActive: true };
}

export function valuesOf(provider: ProviderView): ProviderValues {
  const { type, name, displayName, apiType, isActive } = provider;
  const baseUrl = provider.baseUrl === PROVIDER_FACTS[type].baseUrl ? "" : provider.baseUrl;
  return { type, name, displayName, baseUrl, apiKey: "", apiType, isActive, models: provider.models.map(({ id }) => id) };
}

/** Whatever comes before the slash must be short and plain; people may write as they like above it. */
export function shortName(displayName: string): string {
  return displayName
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-")
    .replaceAll(/^-+|-+$/g, "")
    .slice(0, 63);
}

export function toInput(values: ProviderValues): ProviderInput {
  const { type, name, models, isActive } = values;
  return { ...connection(values), type, name, displayName: values.displayName.trim(), models, isActive };
}

export function toTest(values: ProviderValues): ProviderTestInput {
  return { ...connection(values), type: values.type };
}

/** Without a new key the old one stays; what is known of a model stays too. */
export function toChange(values: ProviderValues, saved: ProviderView): ProviderChange {
  const { apiKey, ...rest } = connection(values);
  const known = new Map(saved.models.map((model) => [model.id, model]));
  return {
    ...rest,
    ...(apiKey === null ? {} : { apiKey }),
    displayName: values.displayName.trim(),
    models: values.models.map((id) => known.get(id) ?? id),
    isActive: values.isActive,
  };
}

/** Whether a test of what is stored tests what the form says. */
export function isConnectionOf(values: ProviderValues, saved: ProviderView): boolean {
  const before = valuesOf(saved);
  return values.apiKey === "" && values.baseUrl.trim() === before.baseUrl && values.apiType === before.apiType;
}

function connection({ type, baseUrl, apiKey, apiType }: ProviderValues) {
  const address = baseUrl.trim();
  return {
    baseUrl: address === "" ? PROVIDER_FACTS[type].baseUrl : address,
    apiKey: apiKey.trim() === "" ? null : apiKey.trim(),
    apiType: type === "custom" ? apiType : PROVIDER_FACTS[type].apiType,
  };
}
