// Every feature of the public listener, and so every route.
import type { ApiDeps } from "./deps.ts";
import { installationFeature } from "./installation/feature.ts";
import { signInFeature } from "./sign-in/feature.ts";
import { peopleFeature } from "./people/feature.ts";
import { workspacesFeature } from "./workspaces/feature.ts";
import { auditFeature } from "./audit/feature.ts";
import { providersFeature } from "./providers/feature.ts";
import { agentConfigFeature } from "./agent-config/feature.ts";
import { agentsFeature } from "./agents/feature.ts";
import { containersFeature } from "./containers/feature.ts";
import { keysFeature } from "./keys/feature.ts";
import { leasesFeature } from "./leases/feature.ts";
import { registeredAgentsFeature } from "./registered-agents/feature.ts";
import { createDescriptionRoute } from "./http/description-routes.ts";
import type { Route } from "./http/define-route.ts";
import type { ApiFeature } from "./http/feature.ts";

const FEATURES: readonly ApiFeature<ApiDeps>[] = [
  installationFeature,
  signInFeature,
  peopleFeature,
  workspacesFeature,
  auditFeature,
  providersFeature,
  agentConfigFeature,
  containersFeature,
  agentsFeature,
  keysFeature,
  leasesFeature,
  registeredAgentsFeature,
];

/** `furtherRoutes`: of what runs by itself and is closed: chat, the broker's leases. */
export function publicRoutes(deps: ApiDeps, furtherRoutes: readonly Route[]): readonly Route[] {
  const ofFeatures = FEATURES.flatMap((feature) => feature.routes(deps));
  const routes: Route[] = [createDescriptionRoute(deps, () => routes), ...ofFeatures, ...furtherRoutes];
  return routes;
}
