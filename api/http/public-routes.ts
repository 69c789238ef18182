// Every route of the public listener.
import { createAdministrationRoutes } from "./administration-routes.ts";
import type { Route } from "./define-route.ts";
import type { ApiDeps } from "./deps.ts";
import { OWN_PROVIDERS } from "../providers/provider-owner.ts";
import { createAgentRoutes } from "../containers/agent-routes.ts";
import { createAgentConfigRoutes } from "../agent-config/agent-config-routes.ts";
import { createCredentialKeyRoutes } from "../leases/broker-key-routes.ts";
import { createCredentialPoolRoutes } from "../leases/pool-routes.ts";
import { createDescriptionRoute } from "./description-routes.ts";
import { createHealthRoutes } from "../installation/health-routes.ts";
import { createKeyRoutes } from "../keys/key-routes.ts";
import { createOidcRoutes } from "../sign-in/oidc-routes.ts";
import { createOnboardingRoutes } from "../installation/onboarding-routes.ts";
import { createProviderRoutes } from "../providers/provider-routes.ts";
import { createProviderTestRoutes } from "../providers/provider-test-routes.ts";
import { createSessionRoutes } from "../sign-in/session-routes.ts";

export function publicRoutes(deps: ApiDeps, furtherRoutes: readonly Route[]): readonly Route[] {
  const routes: Route[] = [
    createDescriptionRoute(deps, () => routes),
    ...createHealthRoutes(deps),
    ...createOnboardingRoutes(deps),
    ...createSessionRoutes(deps),
    ...createOidcRoutes(deps),
    ...createAdministrationRoutes(deps),
    ...createProviderRoutes(deps, OWN_PROVIDERS),
    ...createProviderTestRoutes(deps, OWN_PROVIDERS),
    ...createAgentConfigRoutes(deps),
    ...createAgentRoutes(deps),
    ...createKeyRoutes(deps),
    ...createCredentialPoolRoutes(deps),
    ...createCredentialKeyRoutes(deps),
    ...furtherRoutes,
  ];
  return routes;
}
