// People, as the api knows it.
import type { ApiDeps } from "../deps.ts";
import type { ApiFeature } from "../http/feature.ts";
import { createAccountRoutes } from "./account-routes.ts";
import { createUserRoutes } from "./user-routes.ts";
import { createUserLifecycleRoutes } from "./user-lifecycle-routes.ts";
import { createInviteAcceptanceRoutes } from "./invite-acceptance-routes.ts";
import { createInviteRoutes } from "./invite-routes.ts";

export const peopleFeature: ApiFeature<ApiDeps> = {
  name: "people",
  routes: (deps) => [
    ...createAccountRoutes(deps),
    ...createUserRoutes(deps),
    ...createUserLifecycleRoutes(deps),
    // Before the routes with an id in the same position.
    ...createInviteAcceptanceRoutes(deps),
    ...createInviteRoutes(deps),
  ],
};
