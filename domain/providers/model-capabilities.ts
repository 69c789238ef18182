// What a model takes and does: what its provider or owner said, else what is known of its family, else what is usual.
import { defaultsOf, type ModelCapabilities } from "../../contracts/providers/model-families.ts";
import { CAPABILITY_NAMES, type ModelAbility } from "../../contracts/providers/provider-facts.ts";
import type { ProviderModel, StoredModel } from "../../contracts/providers/provider.ts";

/** Absent is not false: only what was said counts as said. */
export function capabilitiesOf(model: StoredModel): ModelCapabilities {
  const usual = defaultsOf(model.id);
  const said = <K extends keyof ModelCapabilities>(key: K) => model[key] ?? usual[key];
  return {
    contextWindow: said("contextWindow"),
    maxTokens: said("maxTokens"),
    images: said("images"),
    tools: said("tools"),
    reasoning: said("reasoning"),
  };
}

export function describedModel(model: StoredModel): ProviderModel {
  const explicit = CAPABILITY_NAMES.filter((name) => model[name] !== undefined);
  return { id: model.id, name: model.name, ...capabilitiesOf(model), explicit };
}

export function modelAccepts(model: StoredModel, ability: ModelAbility): boolean {
  return capabilitiesOf(model)[ability];
}
