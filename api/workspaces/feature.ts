// Workspaces and teams, as the api knows it.
import type { ApiDeps } from "../deps.ts";
import type { ApiFeature } from "../http/feature.ts";
import { createWorkspaceRoutes } from "./workspace-routes.ts";
import { createWorkspaceMemberRoutes } from "./workspace-member-routes.ts";
import { createTeamRoutes } from "./team-routes.ts";

export const workspacesFeature: ApiFeature<ApiDeps> = {
  name: "workspaces",
  routes: (deps) => [...createWorkspaceRoutes(deps), ...createWorkspaceMemberRoutes(deps), ...createTeamRoutes(deps)],
};
