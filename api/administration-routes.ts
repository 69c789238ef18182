// The routes for accounts and administration.
import type { Route } from "./define-route.ts";
import type { ApiDeps } from "./deps.ts";
import { createAuditEventRoutes } from "./routes/audit-events.ts";
import { createTeamRoutes } from "./routes/teams.ts";
import { createUserLifecycleRoutes } from "./routes/user-lifecycle.ts";
import { createUserRoutes } from "./routes/users.ts";
import { createWorkspaceMemberRoutes } from "./routes/workspace-members.ts";
import { createWorkspaceRoutes } from "./routes/workspaces.ts";

export function createAdministrationRoutes(deps: ApiDeps): readonly Route[] {
  return [
    ...createUserRoutes(deps),
    ...createUserLifecycleRoutes(deps),
    ...createWorkspaceRoutes(deps),
    ...createWorkspaceMemberRoutes(deps),
    ...createTeamRoutes(deps),
    ...createAuditEventRoutes(deps),
  ];
}
