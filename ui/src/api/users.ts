// People and invitations, for administrators.
import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import type { z } from "zod";
import type {
  inviteAcceptSchema,
  inviteCreatedSchema,
  inviteCreateSchema,
  inviteOfferSchema,
  invitePageSchema,
} from "../../../contracts/invites.ts";
import type { passwordResetSchema, userPageSchema, UserUpdate, UserView } from "../../../contracts/users.ts";
import { queryString } from "../components/use-list-search.ts";
import type { ListSearch } from "../search-params.ts";
import type { ApiClient } from "./client.ts";
import { remember, type Session } from "./session.ts";

type UserPage = z.infer<typeof userPageSchema>;
type InvitePage = z.infer<typeof invitePageSchema>;
export type Invite = InvitePage["invites"][number];
export type InviteInput = z.input<typeof inviteCreateSchema>;
export type CreatedInvite = z.infer<typeof inviteCreatedSchema>;
export type InviteOffer = z.infer<typeof inviteOfferSchema>;
export type Accept = z.input<typeof inviteAcceptSchema>;
export type NewPassword = z.infer<typeof passwordResetSchema>;

export const userKeys = { all: ["users"], list: (search: ListSearch) => ["users", "list", search] as const } as const;
export const inviteKeys = { all: ["invites"] } as const;

export const usersQuery = (api: ApiClient, { page, limit, search, status, role }: ListSearch) =>
  queryOptions({
    queryKey: userKeys.list({ page, limit, search, status, role }),
    queryFn: ({ signal }) =>
      api.call<UserPage>("GET", `/api/users${queryString({ page, limit, search, status, role })}`, { signal }),
    placeholderData: keepPreviousData,
  });

export const invitesQuery = (api: ApiClient) =>
  queryOptions({
    queryKey: inviteKeys.all,
    queryFn: ({ signal }) => api.call<InvitePage>("GET", "/api/invites?limit=100", { signal }),
  });

export const createInvite = (api: ApiClient, body: InviteInput) => api.call<CreatedInvite>("POST", "/api/invites", { body });
export const revokeInvite = (api: ApiClient, id: string) => api.call<undefined>("DELETE", `/api/invites/${id}`);
export const updateUser = (api: ApiClient, id: string, body: UserUpdate) =>
  api.call<UserView>("PATCH", `/api/users/${id}`, { body });
export const deactivateUser = (api: ApiClient, id: string, reason: string) =>
  api.call<unknown>("POST", `/api/users/${id}/deactivate`, { body: { reason } });
export const reactivateUser = (api: ApiClient, id: string) => api.call<UserView>("POST", `/api/users/${id}/reactivate`);
export const resetPassword = (api: ApiClient, id: string) => api.call<NewPassword>("POST", `/api/users/${id}/password-reset`);

export const lookUpInvite = (api: ApiClient, token: string) =>
  api.call<InviteOffer>("POST", "/api/invites/lookup", { body: { token } });
export async function acceptInvite(api: ApiClient, body: Accept): Promise<Session> {
  return remember(api, await api.call<Session>("POST", "/api/invites/accept", { body }));
}
