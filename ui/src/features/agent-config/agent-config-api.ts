// The settings of the user's agent.
import { queryOptions } from "@tanstack/react-query";
import type { AgentConfigUpdate, AgentConfigView } from "../../../../contracts/agent-config/agent-config.ts";
import type { ApiClient } from "../../api/client.ts";

const PATH = "/api/me/agent-config";
export const agentConfigKeys = { all: ["agent-config"] } as const;

export const agentConfigQuery = (api: ApiClient) =>
  queryOptions({
    queryKey: agentConfigKeys.all,
    queryFn: ({ signal }) => api.call<AgentConfigView>("GET", PATH, { signal }),
  });

export const updateAgentConfig = (api: ApiClient, body: AgentConfigUpdate) =>
  api.call<AgentConfigView>("PATCH", PATH, { body });
