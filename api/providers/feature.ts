// Model providers, as the api knows them: a person's own, and a system agent's.
import type { ApiDeps } from "../deps.ts";
import type { ApiFeature } from "../http/feature.ts";
import { OWN_PROVIDERS, SYSTEM_AGENT_PROVIDERS } from "./provider-owner.ts";
import { createProviderRoutes } from "./provider-routes.ts";
import { createProviderTestRoutes } from "./provider-test-routes.ts";

export const providersFeature: ApiFeature<ApiDeps> = {
  name: "providers",
  routes: (deps) =>
    [OWN_PROVIDERS, SYSTEM_AGENT_PROVIDERS].flatMap((owner) => [
      ...createProviderRoutes(deps, owner),
      ...createProviderTestRoutes(deps, owner),
    ]),
};
