// The caller's identities at the identity provider: list, link, unlink.
import { queryOptions } from "@tanstack/react-query";
import type { z } from "zod";
import type { oidcStartedSchema, ownIdentityListSchema } from "../../../../contracts/sign-in/oidc.ts";
import type { ApiClient } from "../../api/client.ts";

type IdentityList = z.infer<typeof ownIdentityListSchema>;
export type OwnIdentity = IdentityList["identities"][number];

const PATH = "/api/me/identities";
/** Where the browser comes back to. */
const PROFILE = "/settings/profile";

export const identitiesQuery = (api: ApiClient) =>
  queryOptions({
    queryKey: ["me", "identities"],
    queryFn: async ({ signal }) => (await api.call<IdentityList>("GET", PATH, { signal })).identities,
  });

/** The provider's address, where the browser has to go. */
export const startLink = async (api: ApiClient, currentPassword: string): Promise<string> => {
  const body = { currentPassword, returnTo: PROFILE };
  return (await api.call<z.infer<typeof oidcStartedSchema>>("POST", PATH, { body })).authorizationUrl;
};
export const unlinkIdentity = (api: ApiClient, id: string) => api.call<undefined>("DELETE", `${PATH}/${id}`);
