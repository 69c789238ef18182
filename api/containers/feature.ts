// Agents' containers, as the api knows it.
import type { ApiDeps } from "../deps.ts";
import type { ApiFeature } from "../http/feature.ts";
import { createAgentRoutes } from "./agent-routes.ts";
import { createContainerRoutes } from "./container-routes.ts";
import { createSystemAgentRoutes } from "./system-agent-routes.ts";

export const containersFeature: ApiFeature<ApiDeps> = {
  name: "containers",
  routes: (deps) => [...createAgentRoutes(deps), ...createContainerRoutes(deps), ...createSystemAgentRoutes(deps)],
};
