// Workspaces, their members and teams.
import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import type { z } from "zod";
import type {
  allTeamsPageSchema,
  memberPageSchema,
  teamListSchema,
  workspacePageSchema,
  WorkspaceRole,
  WorkspaceView,
} from "../../../../contracts/workspaces/workspaces.ts";
import { queryString } from "../../components/use-list-search.ts";
import type { ListSearch } from "../../search-params.ts";
import type { ApiClient } from "../../api/client.ts";

type WorkspacePage = z.infer<typeof workspacePageSchema>;
type MemberPage = z.infer<typeof memberPageSchema>;
export type Team = z.infer<typeof teamListSchema>["teams"][number];
/** What changes of a team need to know of it. */
export type NamedTeam = Pick<Team, "id" | "workspaceId" | "name" | "description">;
type AllTeamsPage = z.infer<typeof allTeamsPageSchema>;
export type ListedTeam = AllTeamsPage["teams"][number];
export type Scope = "mine" | "all";

const PATH = "/api/workspaces";
export const workspaceKeys = { all: ["workspaces"] } as const;

export const workspacesQuery = (api: ApiClient, scope: Scope, { page, limit, search }: ListSearch) =>
  queryOptions({
    queryKey: [...workspaceKeys.all, "list", { scope, page, limit, search }],
    queryFn: ({ signal }) =>
      api.call<WorkspacePage>("GET", `${PATH}${queryString({ scope, page, limit, search })}`, { signal }),
    placeholderData: keepPreviousData,
  });
export const workspaceQuery = (api: ApiClient, id: string) =>
  queryOptions({
    queryKey: [...workspaceKeys.all, id],
    queryFn: ({ signal }) => api.call<WorkspaceView>("GET", `${PATH}/${id}`, { signal }),
  });
export const membersQuery = (api: ApiClient, id: string, { page, limit, search }: ListSearch) =>
  queryOptions({
    queryKey: [...workspaceKeys.all, id, "members", { page, limit, search }],
    queryFn: ({ signal }) =>
      api.call<MemberPage>("GET", `${PATH}/${id}/members${queryString({ page, limit, search })}`, { signal }),
    placeholderData: keepPreviousData,
  });
export const teamsQuery = (api: ApiClient, id: string) =>
  queryOptions({
    queryKey: [...workspaceKeys.all, id, "teams"],
    queryFn: async ({ signal }) =>
      (await api.call<z.infer<typeof teamListSchema>>("GET", `${PATH}/${id}/teams`, { signal })).teams,
  });

/** Those of every workspace, for administrators. */
export const allTeamsQuery = (api: ApiClient, { page, limit, search }: ListSearch) =>
  queryOptions({
    queryKey: [...workspaceKeys.all, "all-teams", { page, limit, search }],
    queryFn: ({ signal }) =>
      api.call<AllTeamsPage>("GET", `/api/admin/teams${queryString({ page, limit, search })}`, { signal }),
    placeholderData: keepPreviousData,
  });

export interface NameAndDescription {
  readonly name: string;
  readonly description: string;
}

export const createWorkspace = (api: ApiClient, body: NameAndDescription) => api.call<WorkspaceView>("POST", PATH, { body });
export const updateWorkspace = (api: ApiClient, id: string, body: NameAndDescription) =>
  api.call<WorkspaceView>("PATCH", `${PATH}/${id}`, { body });
export const deleteWorkspace = (api: ApiClient, id: string) => api.call<undefined>("DELETE", `${PATH}/${id}`);
export const addMember = (api: ApiClient, id: string, body: { identifier: string; role: WorkspaceRole }) =>
  api.call<unknown>("POST", `${PATH}/${id}/members`, { body });
export const changeMember = (api: ApiClient, id: string, member: { userId: string; role: WorkspaceRole }) =>
  api.call<unknown>("PATCH", `${PATH}/${id}/members/${member.userId}`, { body: { role: member.role } });
export const removeMember = (api: ApiClient, id: string, userId: string) =>
  api.call<undefined>("DELETE", `${PATH}/${id}/members/${userId}`);
export const createTeam = (api: ApiClient, id: string, body: NameAndDescription) =>
  api.call<Team>("POST", `${PATH}/${id}/teams`, { body });
export const updateTeam = (api: ApiClient, team: Pick<Team, "workspaceId" | "id">, body: NameAndDescription) =>
  api.call<Team>("PUT", `${PATH}/${team.workspaceId}/teams/${team.id}`, { body });
export const setTeamMembers = (api: ApiClient, team: Pick<Team, "workspaceId" | "id">, userIds: readonly string[]) =>
  api.call<Team>("PUT", `${PATH}/${team.workspaceId}/teams/${team.id}/members`, { body: { userIds } });
export const deleteTeam = (api: ApiClient, team: Pick<Team, "workspaceId" | "id">) =>
  api.call<undefined>("DELETE", `${PATH}/${team.workspaceId}/teams/${team.id}`);
