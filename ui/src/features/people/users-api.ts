// People and invitations, for administrators.
import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import type { z } from "zod";
import type {
  inviteAcceptSchema,
  inviteCreatedSchema,
  inviteCreateSchema,
  inviteOfferSchema,
  invitePageSchema,
  smtpViewSchema,
} from "../../../../contracts/people/invites.ts";
import type {
  DeactivationView,
  PasswordResetPreview,
  passwordResetSchema,
  userPageSchema,
  UserUpdate,
  UserView,
} from "../../../../contracts/people/users.ts";
import { queryString } from "../../components/use-list-search.ts";
import type { ListSearch } from "../../search-params.ts";
import type { ApiClient } from "../../api/client.ts";
import { remember, type Session } from "../sign-in/session-api.ts";

type UserPage = z.infer<typeof userPageSchema>;
type InvitePage = z.infer<typeof invitePageSchema>;
export type Invite = InvitePage["invites"][number];
export type InviteInput = z.input<typeof inviteCreateSchema>;
export type CreatedInvite = z.infer<typeof inviteCreatedSchema>;
export type InviteOffer = z.infer<typeof inviteOfferSchema>;
type Accept = z.input<typeof inviteAcceptSchema>;
export type NewPassword = z.infer<typeof passwordResetSchema>;

const lists = ["users", "list"] as const;
export const userKeys = {
  all: ["users"],
  lists,
  detail: (id: string) => ["users", "detail", id] as const,
  deactivation: (id: string) => ["users", "deactivation", id] as const,
} as const;
export const inviteKeys = { all: ["invites"] } as const;

export const usersQuery = (api: ApiClient, { page, limit, search, status, role, sort = "name", order }: ListSearch) => {
  const asked = { page, limit, search, status, role, sort, order };
  return queryOptions({
    queryKey: [...lists, asked],
    queryFn: ({ signal }) => api.call<UserPage>("GET", `/api/users${queryString(asked)}`, { signal }),
    placeholderData: keepPreviousData,
  });
};

export const userQuery = (api: ApiClient, id: string) =>
  queryOptions({
    queryKey: userKeys.detail(id),
    queryFn: ({ signal }) => api.call<UserView>("GET", `/api/users/${id}`, { signal }),
  });

const STEP_POLL_MS = 1_000;
/** Asked again until every step is done. */
export const deactivationQuery = (api: ApiClient, id: string) =>
  queryOptions({
    queryKey: userKeys.deactivation(id),
    queryFn: ({ signal }) => api.call<DeactivationView>("GET", `/api/users/${id}/deactivation`, { signal }),
    refetchInterval: ({ state }) => (state.data?.state === "running" ? STEP_POLL_MS : false),
  });

export const invitesQuery = (api: ApiClient, { page, limit, search, status }: ListSearch) => {
  const asked = { page, limit, search, status };
  return queryOptions({
    queryKey: [...inviteKeys.all, "list", asked],
    queryFn: ({ signal }) => api.call<InvitePage>("GET", `/api/invites${queryString(asked)}`, { signal }),
    placeholderData: keepPreviousData,
  });
};

export const openInviteCountQuery = (api: ApiClient) =>
  queryOptions({
    queryKey: [...inviteKeys.all, "count"],
    queryFn: async ({ signal }) => (await api.call<InvitePage>("GET", "/api/invites?limit=1", { signal })).meta.total,
  });

/** Whether invitations go out by mail. */
export const mailQuery = (api: ApiClient) =>
  queryOptions({
    queryKey: ["system-config", "smtp"],
    queryFn: ({ signal }) => api.call<z.infer<typeof smtpViewSchema>>("GET", "/api/system-config/smtp", { signal }),
  });

export const createInvite = (api: ApiClient, body: InviteInput) => api.call<CreatedInvite>("POST", "/api/invites", { body });
export const revokeInvite = (api: ApiClient, id: string) => api.call<undefined>("DELETE", `/api/invites/${id}`);
export const updateUser = (api: ApiClient, id: string, body: UserUpdate) =>
  api.call<UserView>("PATCH", `/api/users/${id}`, { body });
export const deactivateUser = (api: ApiClient, id: string, reason: string) =>
  api.call<DeactivationView>("POST", `/api/users/${id}/deactivate`, { body: { reason } });
export const reactivateUser = (api: ApiClient, id: string) => api.call<UserView>("POST", `/api/users/${id}/reactivate`);
export const resetPreviewQuery = (api: ApiClient, id: string) =>
  queryOptions({
    queryKey: [...userKeys.all, "password-reset", id],
    // Loaded each time the dialog opens: the person may have created a key since.
    gcTime: 0,
    queryFn: ({ signal }) => api.call<PasswordResetPreview>("GET", `/api/users/${id}/password-reset`, { signal }),
  });
export const resetPassword = (api: ApiClient, id: string, body: { readonly revokeKeys: boolean }) =>
  api.call<NewPassword>("POST", `/api/users/${id}/password-reset`, { body });

export const lookUpInvite = (api: ApiClient, token: string) =>
  api.call<InviteOffer>("POST", "/api/invites/lookup", { body: { token } });
export async function acceptInvite(api: ApiClient, body: Accept): Promise<Session> {
  return remember(api, await api.call<Session>("POST", "/api/invites/accept", { body }));
}
