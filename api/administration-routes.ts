// The routes for accounts and administration.
import type { Route } from "./define-route.ts";
import type { ApiDeps } from "./deps.ts";
import { SYSTEM_AGENT_PROVIDERS } from "./provider-owner.ts";
import { createAuditEventRoutes } from "./routes/audit-events.ts";
import { createContainerRoutes } from "./routes/containers.ts";
import { createProviderRoutes } from "./routes/providers.ts";
import { createProviderTestRoutes } from "./routes/provider-tests.ts";
import { createSystemAgentRoutes } from "./routes/system-agents.ts";
import { createAccountRoutes } from "./routes/account.ts";
import { createInviteAcceptanceRoutes } from "./routes/invite-acceptance.ts";
import { createInviteRoutes } from "./routes/invites.ts";
import { createIdentityRoutes } from "./routes/identities.ts";
import { createOidcConfigRoutes } from "./routes/oidc-config.ts";
import { createSmtpRoutes } from "./routes/smtp.ts";
import { createTeamRoutes } from "./routes/teams.ts";
import { createUserLifecycleRoutes } from "./routes/user-lifecycle.ts";
import { createUserRoutes } from "./routes/users.ts";
import { createWorkspaceMemberRoutes } from "./routes/workspace-members.ts";
import { createWorkspaceRoutes } from "./routes/workspaces.ts";

export function createAdministrationRoutes(deps: ApiDeps): readonly Route[] {
  return [
    ...createAccountRoutes(deps),
    ...createUserRoutes(deps),
    ...createUserLifecycleRoutes(deps),
    // Before those with an id in their place.
    ...createInviteAcceptanceRoutes(deps),
    ...createInviteRoutes(deps),
    ...createIdentityRoutes(deps),
    ...createOidcConfigRoutes(deps),
    ...createSmtpRoutes(deps),
    ...createWorkspaceRoutes(deps),
    ...createWorkspaceMemberRoutes(deps),
    ...createTeamRoutes(deps),
    ...createAuditEventRoutes(deps),
    ...createContainerRoutes(deps),
    ...createSystemAgentRoutes(deps),
    ...createProviderRoutes(deps, SYSTEM_AGENT_PROVIDERS),
    ...createProviderTestRoutes(deps, SYSTEM_AGENT_PROVIDERS),
  ];
}
