// The caller's account: password and sessions.
import { queryOptions } from "@tanstack/react-query";
import type { z } from "zod";
import type {
  ownSessionListSchema,
  passwordChangeSchema,
  ProfileUpdate,
  profileViewSchema,
} from "../../../../contracts/people/account.ts";
import type { ApiClient } from "../../api/client.ts";

export type Profile = z.infer<typeof profileViewSchema>;
type PasswordChange = z.input<typeof passwordChangeSchema>;
type SessionList = z.infer<typeof ownSessionListSchema>;
export type OwnSession = SessionList["sessions"][number];

/** Changes of language and colours, which the shell watches. */
export const preferencesKey = ["me", "preferences"] as const;
export const accountKeys = { profile: ["me", "profile"], sessions: ["me", "sessions"] } as const;

export const profileQuery = (api: ApiClient) =>
  queryOptions({ queryKey: accountKeys.profile, queryFn: ({ signal }) => api.call<Profile>("GET", "/api/me", { signal }) });
export const sessionsQuery = (api: ApiClient) =>
  queryOptions({
    queryKey: accountKeys.sessions,
    queryFn: async ({ signal }) => (await api.call<SessionList>("GET", "/api/me/sessions", { signal })).sessions,
  });
export const updateProfile = (api: ApiClient, body: ProfileUpdate) => api.call<Profile>("PATCH", "/api/me", { body });
export const changePassword = (api: ApiClient, body: PasswordChange) =>
  api.call<undefined>("POST", "/api/me/password", { body });
export const endSession = (api: ApiClient, id: string) => api.call<undefined>("DELETE", `/api/me/sessions/${id}`);
export const endOtherSessions = (api: ApiClient) => api.call<unknown>("DELETE", "/api/me/sessions");
