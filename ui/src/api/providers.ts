// One's own model providers.
import { queryOptions } from "@tanstack/react-query";
import type { z } from "zod";
import type {
  OfferedModels,
  providerCreateSchema,
  providerListSchema,
  providerModelsInputSchema,
  providerTestInputSchema,
  providerUpdateSchema,
  ProviderView,
} from "../../../contracts/provider.ts";
import type { ProviderTestResult } from "../../../contracts/provider-test.ts";
import type { ApiClient } from "./client.ts";

export type ProviderInput = z.input<typeof providerCreateSchema>;
export type ProviderChange = z.input<typeof providerUpdateSchema>;
type ProviderList = z.infer<typeof providerListSchema>;
export type ProviderTestInput = z.input<typeof providerTestInputSchema>;
export type ProviderModelsInput = z.input<typeof providerModelsInputSchema>;

const PATH = "/api/me/providers";
export const providerKeys = { all: ["providers"], detail: (id: string) => ["providers", id] as const } as const;

export const providersQuery = (api: ApiClient) =>
  queryOptions({
    queryKey: providerKeys.all,
    queryFn: async ({ signal }) => (await api.call<ProviderList>("GET", PATH, { signal })).providers,
  });

export const providerQuery = (api: ApiClient, id: string) =>
  queryOptions({
    queryKey: providerKeys.detail(id),
    queryFn: ({ signal }) => api.call<ProviderView>("GET", `${PATH}/${id}`, { signal }),
  });

export const createProvider = (api: ApiClient, body: ProviderInput) => api.call<ProviderView>("POST", PATH, { body });
export const updateProvider = (api: ApiClient, id: string, body: ProviderChange) =>
  api.call<ProviderView>("PATCH", `${PATH}/${id}`, { body });
export const deleteProvider = (api: ApiClient, id: string) => api.call<undefined>("DELETE", `${PATH}/${id}`);

/** With the values of a form; nothing is saved. */
export const testProviderValues = (api: ApiClient, body: ProviderTestInput) =>
  api.call<ProviderTestResult>("POST", "/api/me/provider-tests", { body });
export const discoverModels = (api: ApiClient, body: ProviderModelsInput) =>
  api.call<OfferedModels>("POST", "/api/me/provider-models", { body });
/** With what is stored, the key included; the provider's card then tells how it went. */
export const testSavedProvider = (api: ApiClient, id: string) => api.call<ProviderTestResult>("POST", `${PATH}/${id}/test`);

/** The test of a saved provider, asked once for a turn that failed. */
export const diagnosisQuery = (api: ApiClient, id: string, turn: string) =>
  queryOptions({
    queryKey: ["provider-diagnosis", id, turn],
    queryFn: () => testSavedProvider(api, id),
    staleTime: Infinity,
    retry: false,
  });
