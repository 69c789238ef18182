// Agents with keys of their own: mine with their keys, and all of them for administrators.
import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import type { z } from "zod";
import type {
  adminAgentPageSchema,
  AdminAgentView,
  agentCreateSchema,
  AgentCreated,
  AgentDetail,
  agentKeyCreateSchema,
  AgentKeyCreated,
  AgentKeyUpdate,
  AgentKeyView,
  AgentUpdate,
  AgentView,
} from "../../../../contracts/agents/schema.ts";
import type { KeyOverlapHours } from "../../../../contracts/agents/facts.ts";
import type { ApiClient } from "../../api/client.ts";
import { queryString } from "../../components/use-list-search.ts";
import type { ListSearch } from "../../search-params.ts";
import { isMoving, isPending } from "../containers/agent-api.ts";

const PATH = "/api/agents";
const ADMIN_PATH = "/api/admin/agents";
const POLL_MS = { moving: 2_000, still: 15_000 } as const;

const own = ["own-agents"] as const;
export const ownAgentKeys = {
  all: own,
  list: [...own, "list"] as const,
  detail: (id: string) => [...own, "detail", id] as const,
};
export const adminAgentKeys = { all: ["all-agents"] } as const;

export type AgentInput = z.input<typeof agentCreateSchema>;
export type AgentKeyInput = z.input<typeof agentKeyCreateSchema>;
type AdminAgentPage = z.infer<typeof adminAgentPageSchema>;

/** Which key of which agent. */
export interface KeyOfAgent {
  readonly agentId: string;
  readonly keyId: string;
}

export const agentsQuery = (api: ApiClient) =>
  queryOptions({
    queryKey: ownAgentKeys.list,
    queryFn: async ({ signal }) => (await api.call<{ agents: AgentView[] }>("GET", PATH, { signal })).agents,
  });

export const agentDetailQuery = (api: ApiClient, id: string) =>
  queryOptions({
    queryKey: ownAgentKeys.detail(id),
    queryFn: ({ signal }) => api.call<AgentDetail>("GET", pathOf(id), { signal }),
    refetchInterval: ({ state: { data } }) =>
      data !== undefined && (isMoving(data.container.phase) || isPending(data.container)) ? POLL_MS.moving : POLL_MS.still,
  });

export const createAgent = (api: ApiClient, body: AgentInput) => api.call<AgentCreated>("POST", PATH, { body });
export const updateAgent = (api: ApiClient, id: string, body: AgentUpdate) =>
  api.call<AgentView>("PATCH", pathOf(id), { body });

export const createAgentKey = (api: ApiClient, agentId: string, body: AgentKeyInput) =>
  api.call<AgentKeyCreated>("POST", `${pathOf(agentId)}/keys`, { body });
export const rotateAgentKey = (api: ApiClient, key: KeyOfAgent, overlapHours: KeyOverlapHours) =>
  api.call<AgentKeyCreated>("POST", `${keyPath(key)}/rotate`, { body: { overlapHours } });
export const updateAgentKey = (api: ApiClient, key: KeyOfAgent, body: AgentKeyUpdate) =>
  api.call<AgentKeyView>("PATCH", keyPath(key), { body });
export const revokeAgentKey = (api: ApiClient, key: KeyOfAgent) => api.call<undefined>("POST", `${keyPath(key)}/revoke`);

export const adminAgentsQuery = (api: ApiClient, { page, limit, search, status }: ListSearch) =>
  queryOptions({
    queryKey: [...adminAgentKeys.all, { page, limit, search, status }],
    queryFn: ({ signal }) =>
      api.call<AdminAgentPage>("GET", `${ADMIN_PATH}${queryString({ page, limit, search, status })}`, { signal }),
    placeholderData: keepPreviousData,
  });
export const switchAgent = (api: ApiClient, id: string, change: { verb: "disable" | "enable"; reason: string }) =>
  api.call<AdminAgentView>("POST", `${ADMIN_PATH}/${encodeURIComponent(id)}/${change.verb}`, {
    body: { reason: change.reason },
  });

const pathOf = (id: string): string => `${PATH}/${encodeURIComponent(id)}`;
const keyPath = ({ agentId, keyId }: KeyOfAgent): string => `${pathOf(agentId)}/keys/${encodeURIComponent(keyId)}`;
