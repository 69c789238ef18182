// Model providers: the caller's, or a system agent's.
import { queryOptions } from "@tanstack/react-query";
import type { z } from "zod";
import type { AgentConfigView } from "../../../../contracts/agent-config/agent-config.ts";
import type {
  OfferedModels,
  providerCreateSchema,
  providerListSchema,
  providerModelsInputSchema,
  providerTestInputSchema,
  providerUpdateSchema,
  ProviderView,
} from "../../../../contracts/providers/provider.ts";
import type { ProviderTestResult } from "../../../../contracts/providers/provider-test.ts";
import { agentConfigKeys } from "../agent-config/agent-config-api.ts";
import { agentKeys, fleetKeys, systemAgentKeys } from "../../api/cache-keys.ts";
import type { ApiClient } from "../../api/client.ts";

export type ProviderInput = z.input<typeof providerCreateSchema>;
export type ProviderChange = z.input<typeof providerUpdateSchema>;
type ProviderList = z.infer<typeof providerListSchema>;
export type ProviderTestInput = z.input<typeof providerTestInputSchema>;
export type ProviderModelsInput = z.input<typeof providerModelsInputSchema>;
/** Which of its providers' models an agent asks. */
type ModelChoice = Pick<AgentConfigView, "primaryModel" | "fallbackModels" | "effectiveModel" | "providerId" | "warnings">;

/** Where they are in the api and in the cache, and what in the cache a change of theirs concerns. */
function placesOf(agent: string | null) {
  if (agent !== null) {
    const [key, choiceKey] = [systemAgentKeys.providers(agent), systemAgentKeys.settings(agent)];
    // It comes from the page's address, which can contain anything.
    const base = `/api/system-agents/${encodeURIComponent(agent)}`;
    return { base, key, choiceKey, choicePath: `${base}/settings`, concerned: [systemAgentKeys.all, fleetKeys.all] };
  }
  const [key, choiceKey] = [["providers"], agentConfigKeys.all];
  const base = "/api/me";
  return { base, key, choiceKey, choicePath: `${base}/agent-config`, concerned: [key, choiceKey, agentKeys.all] };
}

/** `agent`: the name of a system agent; null for the user's own. */
export function providersOf(api: ApiClient, agent: string | null) {
  const { base, key, choiceKey, choicePath, concerned } = placesOf(agent);
  const path = `${base}/providers`;
  return {
    concerned,
    list: queryOptions({
      queryKey: key,
      queryFn: async ({ signal }) => (await api.call<ProviderList>("GET", path, { signal })).providers,
    }),
    one: (id: string) =>
      queryOptions({
        queryKey: [...key, id],
        queryFn: ({ signal }) => api.call<ProviderView>("GET", `${path}/${encodeURIComponent(id)}`, { signal }),
      }),
    choice: queryOptions({
      queryKey: choiceKey,
      queryFn: ({ signal }) => api.call<ModelChoice>("GET", choicePath, { signal }),
    }),
    create: (body: ProviderInput) => api.call<ProviderView>("POST", path, { body }),
    update: (id: string, body: ProviderChange) => api.call<ProviderView>("PATCH", `${path}/${id}`, { body }),
    remove: (id: string) => api.call<undefined>("DELETE", `${path}/${id}`),
    /** With the values of a form; nothing is saved. */
    testValues: (body: ProviderTestInput) => api.call<ProviderTestResult>("POST", `${base}/provider-tests`, { body }),
    discoverModels: (body: ProviderModelsInput) => api.call<OfferedModels>("POST", `${base}/provider-models`, { body }),
    /** With what is stored, the key included; the provider's card then tells how it went. */
    testSaved: (id: string) => api.call<ProviderTestResult>("POST", `${path}/${id}/test`),
  };
}

/** The user's own. */
export const providersQuery = (api: ApiClient) => providersOf(api, null).list;

/** Tests a saved provider of the user, once for a failed turn. */
export const diagnosisQuery = (api: ApiClient, id: string, turn: string) =>
  queryOptions({
    queryKey: ["provider-diagnosis", id, turn],
    queryFn: () => providersOf(api, null).testSaved(id),
    staleTime: Infinity,
    retry: false,
  });
