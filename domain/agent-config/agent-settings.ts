// What the assembly of an agent's configuration is made from: one tenant's settings, as the database holds them.
import type { StoredModel } from "../../contracts/providers/provider.ts";
import type { ApiType, ProviderTestReason, ProviderType } from "../../contracts/providers/provider-facts.ts";
import type { Secret } from "../../contracts/core/secret.ts";

/** One LLM provider of the tenant, its key opened. */
export interface ProviderSettings {
  readonly id: string;
  /** Stands before the slash of `provider/model`. */
  readonly name: string;
  readonly displayName: string;
  readonly type: ProviderType;
  readonly baseUrl: string;
  readonly apiKey: Secret | null;
  readonly apiType: ApiType;
  readonly models: readonly StoredModel[];
  readonly isActive: boolean;
  readonly createdAt: Date;
  /** Why its address may not be called, so that the agent does without it; null when it may. */
  readonly refusal: ProviderTestReason | null;
}

/** Why an address may not be called; null when it may. */
export type RefusalOf = (baseUrl: string) => ProviderTestReason | null;

export interface AgentSettings {
  readonly primaryModel: string | null;
  readonly fallbackModels: readonly string[];
  readonly personality: string;
  /** The default provider; null when none was chosen. */
  readonly providerId: string | null;
  /** Active and inactive ones, in any order. */
  readonly providers: readonly ProviderSettings[];
  /** Rises with every change of the above. */
  readonly revision: number;
}
