// Agents with keys of their own, as the api knows them.
import type { ApiDeps } from "../deps.ts";
import type { ApiFeature } from "../http/feature.ts";
import { createAdminAgentRoutes } from "./admin-agent-routes.ts";
import { createAgentKeyRoutes } from "./agent-routes.ts";
import { createOwnAgentKeyRoutes } from "./own-agent-key-routes.ts";
import { createOwnAgentRoutes } from "./own-agent-routes.ts";

export const agentsFeature: ApiFeature<ApiDeps> = {
  name: "agents",
  routes: (deps) => [
    ...createAgentKeyRoutes(deps),
    ...createOwnAgentRoutes(deps),
    ...createOwnAgentKeyRoutes(),
    ...createAdminAgentRoutes(deps),
  ],
};
