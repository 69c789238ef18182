// Signing in, as the api knows it.
import type { ApiDeps } from "../deps.ts";
import type { ApiFeature } from "../http/feature.ts";
import { createSessionRoutes } from "./session-routes.ts";
import { createOidcRoutes } from "./oidc-routes.ts";
import { createIdentityRoutes } from "./identity-routes.ts";
import { createOidcConfigRoutes } from "./oidc-config-routes.ts";

export const signInFeature: ApiFeature<ApiDeps> = {
  name: "sign-in",
  routes: (deps) => [
    ...createSessionRoutes(deps),
    ...createOidcRoutes(deps),
    ...createIdentityRoutes(deps),
    ...createOidcConfigRoutes(deps),
  ],
};
