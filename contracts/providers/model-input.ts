// What is sent of a model that is chosen: what was said of it. What nobody said is left out, and known by its name at each use.
import type { OfferedModel, ProviderModel, StoredModel } from "./provider.ts";
import { CAPABILITY_NAMES } from "./provider-facts.ts";

type Said = Partial<Omit<StoredModel, "id" | "name">>;
/** Null takes back what was said. */
export type CapabilityChange = { readonly [K in keyof Said]: Said[K] | null };

/** What was said of the model itself counts first, then what its provider tells. */
export function asOffered(model: Partial<StoredModel> & { id: string }, offered: readonly OfferedModel[]): StoredModel {
  const found = offered.find(({ id }) => id === model.id);
  const name = model.name === undefined || model.name === model.id ? (found?.name ?? model.id) : model.name;
  return { id: model.id, name, ...said(found), ...said(model) };
}

/** A shown model has all values. What was set stays set, even if it equals the default: defaults change with releases. */
export function asSaid(model: ProviderModel): StoredModel {
  return { id: model.id, name: model.name, ...Object.fromEntries(model.explicit.map((name) => [name, model[name]])) };
}

export function changed(model: StoredModel, change: CapabilityChange): StoredModel {
  const kept = Object.entries({ ...said(model), ...change }).filter(([, value]) => value !== null);
  return { id: model.id, name: model.name, ...Object.fromEntries(kept) };
}

function said(model: { readonly [K in keyof Said]: Said[K] | null } | undefined): Said {
  if (model === undefined) return {};
  const told = CAPABILITY_NAMES.filter((name) => model[name] !== null && model[name] !== undefined);
  return Object.fromEntries(told.map((name) => [name, model[name]]));
}
