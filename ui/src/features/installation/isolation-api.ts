// Whether agents are kept apart, as the workers found it.
import { queryOptions } from "@tanstack/react-query";
import type { IsolationView } from "../../../../contracts/installation/agent-isolation.ts";
import type { ApiClient } from "../../api/client.ts";

const REFRESH_MS = 10_000;

export const isolationQuery = (api: ApiClient) =>
  queryOptions({
    queryKey: ["system-config", "isolation"],
    queryFn: ({ signal }) => api.call<IsolationView>("GET", "/api/system-config/isolation", { signal }),
    refetchInterval: REFRESH_MS,
  });
