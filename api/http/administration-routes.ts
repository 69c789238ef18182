// The routes for accounts and administration.
import type { Route } from "./define-route.ts";
import type { ApiDeps } from "./deps.ts";
import { SYSTEM_AGENT_PROVIDERS } from "../providers/provider-owner.ts";
import { createAuditEventRoutes } from "../audit/audit-routes.ts";
import { createContainerRoutes } from "../containers/container-routes.ts";
import { createProviderRoutes } from "../providers/provider-routes.ts";
import { createProviderTestRoutes } from "../providers/provider-test-routes.ts";
import { createSystemAgentRoutes } from "../containers/system-agent-routes.ts";
import { createAccountRoutes } from "../people/account-routes.ts";
import { createInviteAcceptanceRoutes } from "../people/invite-acceptance-routes.ts";
import { createInviteRoutes } from "../people/invite-routes.ts";
import { createIdentityRoutes } from "../sign-in/identity-routes.ts";
import { createOidcConfigRoutes } from "../sign-in/oidc-config-routes.ts";
import { createIsolationRoutes } from "../installation/isolation-routes.ts";
import { createOutboundRoutes } from "../installation/outbound-routes.ts";
import { createSmtpRoutes } from "../installation/smtp-routes.ts";
import { createTeamRoutes } from "../workspaces/team-routes.ts";
import { createUserLifecycleRoutes } from "../people/user-lifecycle-routes.ts";
import { createUserRoutes } from "../people/user-routes.ts";
import { createRegistry } from "../registered-agents/registry.ts";
import { createRegistryRoutes } from "../registered-agents/registry-routes.ts";
import { createRegistryTestRoute } from "../registered-agents/registry-test-route.ts";
import { createWorkspaceMemberRoutes } from "../workspaces/workspace-member-routes.ts";
import { createWorkspaceRoutes } from "../workspaces/workspace-routes.ts";

export function createAdministrationRoutes(deps: ApiDeps): readonly Route[] {
  const registry = createRegistry({ db: deps.db, tokens: deps.gatewayTokens });
  return [
    ...createAccountRoutes(deps),
    ...createUserRoutes(deps),
    ...createUserLifecycleRoutes(deps),
    // Before the routes with an id in the same position.
    ...createInviteAcceptanceRoutes(deps),
    ...createInviteRoutes(deps),
    ...createIdentityRoutes(deps),
    ...createOidcConfigRoutes(deps),
    ...createSmtpRoutes(deps),
    ...createIsolationRoutes(deps),
    ...createOutboundRoutes(deps),
    ...createWorkspaceRoutes(deps),
    ...createWorkspaceMemberRoutes(deps),
    ...createTeamRoutes(deps),
    ...createAuditEventRoutes(deps),
    ...createContainerRoutes(deps),
    ...createSystemAgentRoutes(deps),
    ...createProviderRoutes(deps, SYSTEM_AGENT_PROVIDERS),
    ...createProviderTestRoutes(deps, SYSTEM_AGENT_PROVIDERS),
    ...createRegistryRoutes({ addresses: deps.addresses, registry }),
    createRegistryTestRoute({ safeFetch: deps.safeFetch, registry }),
  ];
}
