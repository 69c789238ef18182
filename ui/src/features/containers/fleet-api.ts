// The fleet and the system agents, for administrators. Their states change at any time, so both are polled.
import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import type { z } from "zod";
import type {
  bulkActionResultSchema,
  FleetContainerDetail,
  fleetPageSchema,
  systemAgentCreateSchema,
  systemAgentListSchema,
  SystemAgentSettings,
  systemAgentSettingsUpdateSchema,
  SystemAgentUpdate,
} from "../../../../contracts/containers/fleet.ts";
import { queryString } from "../../components/use-list-search.ts";
import type { ListSearch } from "../../search-params.ts";
import { fleetKeys, systemAgentKeys } from "../../api/cache-keys.ts";
import type { ApiClient } from "../../api/client.ts";

type FleetPage = z.infer<typeof fleetPageSchema>;
type BulkResult = z.infer<typeof bulkActionResultSchema>;
export type NewSystemAgent = z.input<typeof systemAgentCreateSchema>;
export type SettingsChange = z.input<typeof systemAgentSettingsUpdateSchema>;
export type FleetAction = "restart" | "stop";

const POLL_MS = 5_000;

export const fleetQuery = (api: ApiClient, { page, limit, search, status, kind, sort, order }: ListSearch) => {
  const asked = { page, limit, search, status, kind, sort, order };
  return queryOptions({
    queryKey: [...fleetKeys.all, "list", asked],
    queryFn: ({ signal }) => api.call<FleetPage>("GET", `/api/containers${queryString(asked)}`, { signal }),
    placeholderData: keepPreviousData,
    refetchInterval: POLL_MS,
  });
};

export const containerQuery = (api: ApiClient, id: string) =>
  queryOptions({
    queryKey: [...fleetKeys.all, "detail", id],
    queryFn: ({ signal }) => api.call<FleetContainerDetail>("GET", `/api/containers/${encodeURIComponent(id)}`, { signal }),
    refetchInterval: POLL_MS,
  });

export interface FleetRequest {
  readonly action: FleetAction;
  readonly ids: readonly string[];
  readonly reason: string;
}
export const actOnFleet = (api: ApiClient, body: FleetRequest) =>
  api.call<BulkResult>("POST", "/api/containers/actions", { body });

export const systemAgentsQuery = (api: ApiClient) =>
  queryOptions({
    queryKey: [...systemAgentKeys.all, "list"],
    queryFn: async ({ signal }) =>
      (await api.call<z.infer<typeof systemAgentListSchema>>("GET", "/api/system-agents", { signal })).systemAgents,
    refetchInterval: POLL_MS,
  });
export const createSystemAgent = (api: ApiClient, body: NewSystemAgent) =>
  api.call<unknown>("POST", "/api/system-agents", { body });
export const updateSystemAgent = (api: ApiClient, name: string, body: SystemAgentUpdate) =>
  api.call<unknown>("PATCH", `/api/system-agents/${name}`, { body });
export const deleteSystemAgent = (api: ApiClient, name: string) =>
  api.call<undefined>("DELETE", `/api/system-agents/${name}`, { body: { confirm: name } });

export const systemAgentSettingsQuery = (api: ApiClient, name: string) =>
  queryOptions({
    queryKey: systemAgentKeys.settings(name),
    queryFn: ({ signal }) =>
      api.call<SystemAgentSettings>("GET", `/api/system-agents/${encodeURIComponent(name)}/settings`, { signal }),
  });
export const updateSystemAgentSettings = (api: ApiClient, name: string, body: SettingsChange) =>
  api.call<SystemAgentSettings>("PATCH", `/api/system-agents/${encodeURIComponent(name)}/settings`, { body });
