// Personal keys, as the api knows it.
import type { ApiDeps } from "../deps.ts";
import type { ApiFeature } from "../http/feature.ts";
import { createKeyRoutes } from "./key-routes.ts";

export const keysFeature: ApiFeature<ApiDeps> = {
  name: "keys",
  routes: (deps) => [...createKeyRoutes(deps)],
};
