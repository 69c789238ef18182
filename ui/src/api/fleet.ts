// The fleet and the system agents, for administrators.
import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import type { z } from "zod";
import type {
  bulkActionResultSchema,
  fleetContainerDetailSchema,
  fleetPageSchema,
  systemAgentCreateSchema,
  systemAgentListSchema,
  SystemAgentUpdate,
} from "../../../contracts/fleet.ts";
import { queryString } from "../components/use-list-search.ts";
import type { ListSearch } from "../search-params.ts";
import type { ApiClient } from "./client.ts";

type FleetPage = z.infer<typeof fleetPageSchema>;
export type ContainerDetail = z.infer<typeof fleetContainerDetailSchema>;
export type BulkResult = z.infer<typeof bulkActionResultSchema>;
export type SystemAgentInput = z.input<typeof systemAgentCreateSchema>;
export type FleetAction = "restart" | "stop";

const POLL_MS = 5_000;
export const fleetKeys = { all: ["fleet"] } as const;
export const systemAgentKeys = { all: ["system-agents"] } as const;

export const fleetQuery = (api: ApiClient, { page, limit, search, status, kind }: ListSearch) =>
  queryOptions({
    queryKey: [...fleetKeys.all, "list", { page, limit, search, status, kind }],
    queryFn: ({ signal }) =>
      api.call<FleetPage>("GET", `/api/containers${queryString({ page, limit, search, status, kind })}`, { signal }),
    placeholderData: keepPreviousData,
    refetchInterval: POLL_MS,
  });

export const containerQuery = (api: ApiClient, id: string) =>
  queryOptions({
    queryKey: [...fleetKeys.all, "detail", id],
    queryFn: ({ signal }) => api.call<ContainerDetail>("GET", `/api/containers/${id}`, { signal }),
    refetchInterval: POLL_MS,
  });

export interface FleetWish {
  readonly action: FleetAction;
  readonly ids: readonly string[];
  readonly reason: string;
}
export const actOnFleet = (api: ApiClient, body: FleetWish) =>
  api.call<BulkResult>("POST", "/api/containers/actions", { body });

export const systemAgentsQuery = (api: ApiClient) =>
  queryOptions({
    queryKey: systemAgentKeys.all,
    queryFn: async ({ signal }) =>
      (await api.call<z.infer<typeof systemAgentListSchema>>("GET", "/api/system-agents", { signal })).systemAgents,
    refetchInterval: POLL_MS,
  });
export const createSystemAgent = (api: ApiClient, body: SystemAgentInput) =>
  api.call<unknown>("POST", "/api/system-agents", { body });
export const updateSystemAgent = (api: ApiClient, name: string, body: SystemAgentUpdate) =>
  api.call<unknown>("PATCH", `/api/system-agents/${name}`, { body });
export const deleteSystemAgent = (api: ApiClient, name: string) => api.call<undefined>("DELETE", `/api/system-agents/${name}`);
