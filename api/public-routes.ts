// Every route of the public listener.
import { createAdministrationRoutes } from "./administration-routes.ts";
import type { Route } from "./define-route.ts";
import type { ApiDeps } from "./deps.ts";
import { OWN_PROVIDERS } from "./provider-owner.ts";
import { createAgentRoutes } from "./routes/agent.ts";
import { createAgentConfigRoutes } from "./routes/agent-config.ts";
import { createCredentialKeyRoutes } from "./routes/credential-keys.ts";
import { createCredentialPoolRoutes } from "./routes/credential-pools.ts";
import { createDescriptionRoute } from "./routes/description.ts";
import { createHealthRoutes } from "./routes/health.ts";
import { createKeyRoutes } from "./routes/keys.ts";
import { createOidcRoutes } from "./routes/oidc.ts";
import { createOnboardingRoutes } from "./routes/onboarding.ts";
import { createProviderRoutes } from "./routes/providers.ts";
import { createProviderTestRoutes } from "./routes/provider-tests.ts";
import { createSessionRoutes } from "./routes/session.ts";

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
