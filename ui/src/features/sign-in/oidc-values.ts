// The values of the single sign-on form, and which of them are sent to the api.
import type { OidcConfigView, OidcSettingsView } from "../../../../contracts/sign-in/oidc.ts";
import type { OidcSettingsInput } from "./oidc-api.ts";

export interface OidcValues {
  readonly issuerUrl: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly displayName: string;
  readonly joinRule: OidcSettingsView["joinRule"];
  readonly allowedDomains: string[];
  readonly takesInviteByEmail: boolean;
  readonly assumesEmailVerified: boolean;
  readonly adminGroups: string[];
  readonly groupsClaim: string;
  readonly extraScopes: string[];
}

const EMPTY: OidcValues = {
  issuerUrl: "",
  clientId: "",
  clientSecret: "",
  displayName: "",
  joinRule: "invited",
  allowedDomains: [],
  takesInviteByEmail: true,
  assumesEmailVerified: false,
  adminGroups: [],
  groupsClaim: "groups",
  extraScopes: [],
};

/** What waits for a test comes before what is in effect: it is what someone is working on. */
export function valuesOf({ active, candidate }: OidcConfigView): OidcValues {
  const view = candidate ?? active;
  if (view === null) return EMPTY;
  const { issuerUrl, clientId, displayName, joinRule, allowedDomains, emailRule, assumesEmailVerified } = view;
  const { adminGroups, groupsClaim, extraScopes } = view;
  return {
    ...{ issuerUrl, clientId, clientSecret: "", displayName, joinRule, allowedDomains },
    ...{ takesInviteByEmail: emailRule === "invite", assumesEmailVerified, adminGroups, groupsClaim, extraScopes },
  };
}

/** A stored secret belongs to its issuer. */
export function keepsSecret({ active, candidate }: OidcConfigView, issuerUrl: string): boolean {
  return active?.issuerUrl === issuerUrl.trim() || candidate?.issuerUrl === issuerUrl.trim();
}

export function toInput(values: OidcValues): OidcSettingsInput {
  const { takesInviteByEmail, clientSecret, displayName, ...rest } = values;
  return {
    ...rest,
    issuerUrl: values.issuerUrl.trim(),
    allowedDomains: values.joinRule === "domains" ? values.allowedDomains : [],
    emailRule: takesInviteByEmail ? "invite" : "none",
    ...(displayName.trim() === "" ? {} : { displayName }),
    ...(clientSecret === "" ? {} : { clientSecret }),
  };
}
