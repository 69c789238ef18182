// Who is signed in: reading it, signing in and out.
import { queryOptions, type QueryClient } from "@tanstack/react-query";
import type { z } from "zod";
import type { sessionViewSchema, signInSchema } from "../../../../contracts/sign-in/session.ts";
import type { signInMethodsSchema } from "../../../../contracts/sign-in/oidc.ts";
import type { ApiClient } from "../../api/client.ts";
import { isCode } from "../../api/errors.ts";

export type Session = z.infer<typeof sessionViewSchema>;
export type SignIn = z.infer<typeof signInSchema>;
export type SignInMethods = z.infer<typeof signInMethodsSchema>;

export const sessionKeys = { all: ["session"], methods: ["session", "methods"] } as const;

/** Null: nobody is signed in. */
export const sessionQuery = (api: ApiClient) =>
  queryOptions({
    queryKey: sessionKeys.all,
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: async ({ signal }): Promise<Session | null> => {
      try {
        return remember(api, await api.call<Session>("GET", "/api/session", { signal }));
      } catch (error) {
        if (isCode(error, "UNAUTHENTICATED")) return null;
        throw error;
      }
    },
  });

export const signInMethodsQuery = (api: ApiClient) =>
  queryOptions({
    queryKey: sessionKeys.methods,
    queryFn: ({ signal }) => api.call<SignInMethods>("GET", "/api/sign-in-methods", { signal }),
  });

export async function signIn(api: ApiClient, body: SignIn): Promise<Session> {
  return remember(api, await api.call<Session>("POST", "/api/session", { body }));
}

/** A session that is over already is what was wanted. @throws ApiError when it may go on */
export async function signOut(api: ApiClient): Promise<void> {
  try {
    await api.call<undefined>("DELETE", "/api/session");
  } catch (error) {
    if (!isCode(error, "UNAUTHENTICATED")) throw error;
  }
}

/** To be called wherever an answer opens a session. */
export function remember(api: ApiClient, session: Session): Session {
  api.rememberCsrf(session.csrfToken);
  return session;
}

/** Nothing that was read for someone else may be shown. */
export function enterSession(queryClient: QueryClient, session: Session): void {
  queryClient.clear();
  queryClient.setQueryData(sessionKeys.all, session);
}
