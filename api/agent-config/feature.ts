// Agent configuration, as the api knows it.
import type { ApiDeps } from "../deps.ts";
import type { ApiFeature } from "../http/feature.ts";
import { createAgentConfigRoutes } from "./agent-config-routes.ts";

export const agentConfigFeature: ApiFeature<ApiDeps> = {
  name: "agent-config",
  routes: (deps) => [...createAgentConfigRoutes(deps)],
};
