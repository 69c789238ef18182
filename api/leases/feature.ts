// The credential broker's administration, as the api knows it.
import type { ApiDeps } from "../deps.ts";
import type { ApiFeature } from "../http/feature.ts";
import { createCredentialPoolRoutes } from "./pool-routes.ts";
import { createCredentialKeyRoutes } from "./broker-key-routes.ts";

export const leasesFeature: ApiFeature<ApiDeps> = {
  name: "leases",
  routes: (deps) => [...createCredentialPoolRoutes(deps), ...createCredentialKeyRoutes(deps)],
};
