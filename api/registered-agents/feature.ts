// Agents that run elsewhere, as the api knows them.
import type { ApiDeps } from "../deps.ts";
import type { ApiFeature } from "../http/feature.ts";
import { createRegistry } from "./registry.ts";
import { createRegistryRoutes } from "./registry-routes.ts";
import { createRegistryTestRoute } from "./registry-test-route.ts";

export const registeredAgentsFeature: ApiFeature<ApiDeps> = {
  name: "registered-agents",
  routes: ({ db, gatewayTokens, addresses, safeFetch }) => {
    const registry = createRegistry({ db, tokens: gatewayTokens });
    return [...createRegistryRoutes({ addresses, registry }), createRegistryTestRoute({ safeFetch, registry })];
  },
};
