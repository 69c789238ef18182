// Single sign-on: signing in with it, and its settings for administrators.
import { queryOptions } from "@tanstack/react-query";
import type { z } from "zod";
import type {
  OidcCallbackResult,
  OidcConfigView,
  oidcSettingsSchema,
  oidcStartedSchema,
} from "../../../../contracts/sign-in/oidc.ts";
import { OIDC_REJECTIONS, type OidcRejection } from "../../../../contracts/sign-in/oidc-facts.ts";
import type { ApiClient } from "../../api/client.ts";
import { toApiError } from "../../api/errors.ts";

export type OidcSettingsInput = z.input<typeof oidcSettingsSchema>;
type Started = z.infer<typeof oidcStartedSchema>;

const PATH = "/api/system-config/oidc";
export const oidcKeys = { config: ["system-config", "oidc"] } as const;

export const oidcConfigQuery = (api: ApiClient) =>
  queryOptions({
    queryKey: oidcKeys.config,
    queryFn: ({ signal }) => api.call<OidcConfigView>("GET", PATH, { signal }),
  });

export const setOidcCandidate = (api: ApiClient, body: OidcSettingsInput) =>
  api.call<OidcConfigView>("PUT", `${PATH}/candidate`, { body });
export const discardOidcCandidate = (api: ApiClient) => api.call<undefined>("DELETE", `${PATH}/candidate`);
export const activateOidc = (api: ApiClient) => api.call<OidcConfigView>("POST", `${PATH}/activate`);
export const switchOidcOff = (api: ApiClient) => api.call<undefined>("DELETE", PATH);

/** All three answer with the provider's address, where the browser has to go. */
export const startOidcTest = async (api: ApiClient): Promise<string> =>
  (await api.call<Started>("POST", "/api/oidc/test")).authorizationUrl;
export const startOidcSignIn = async (
  api: ApiClient,
  body: { readonly returnTo: string; readonly inviteToken?: string },
): Promise<string> => (await api.call<Started>("POST", "/api/oidc/sign-in", { body })).authorizationUrl;

/** `search`: the query that the provider sent us back with. */
export async function finishOidc(api: ApiClient, search: string): Promise<OidcCallbackResult> {
  const parameters = Object.fromEntries(new URLSearchParams(search));
  const result = await api.call<OidcCallbackResult>("POST", "/api/oidc/callback", { body: { parameters } });
  if (result.kind !== "tested") api.rememberCsrf(result.session.csrfToken);
  return result;
}

export function rejectionOf(error: unknown): OidcRejection | null {
  const reason = toApiError(error).details["reason"];
  return OIDC_REJECTIONS.find((known) => known === reason) ?? null;
}

/** What was attempted, once the api knew it. */
export function attemptOf(error: unknown): unknown {
  return toApiError(error).details["purpose"];
}
