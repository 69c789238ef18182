// Whether the address of a model provider answers: no key is sent, and any answer counts.
import type { ProviderTestReason } from "../../contracts/providers/provider-facts.ts";
import { reasonForNoAnswer } from "../outbound/safe-fetch-failures.ts";
import { createSafeFetch, type SafeFetchOptions } from "../outbound/safe-fetch.ts";

/** Why no answer came within the deadline of a safe fetch; null if one came. Never throws because of the provider or proxy. */
export type ProbeProvider = (baseUrl: string, signal: AbortSignal) => Promise<ProviderTestReason | null>;

export function createProviderProbe(options: SafeFetchOptions = {}): ProbeProvider {
  const safeFetch = createSafeFetch(options);
  return async (baseUrl, signal) =>
    await safeFetch(baseUrl, { signal }).then(
      () => null,
      (error: unknown) => reasonForNoAnswer(error),
    );
}
