// Sign-in through an OpenID Connect provider: settings, their test, and the two calls of a sign-in (A1, O2, P3).
import { z } from "zod";
import { SYSTEM_ROLES } from "./principal.ts";
import { sessionViewSchema } from "./session.ts";

/**
 * Page of the UI that the identity provider sends people back to: `<public URL>/oidc/callback`. It sends what stands in its
 * query to `POST /api/oidc/callback`, unchanged, and removes it from the address bar.
 */
export const OIDC_CALLBACK_PATH = "/oidc/callback";

/** Set for ten minutes by the start of a sign-in. */
export const OIDC_COOKIE = "mosaic_pre";

/** Who gets an account at their first sign-in. `invited`: nobody but those with an invitation. */
export const OIDC_JOIN_RULES = ["invited", "domains", "everyone"] as const;
/**
 * What an e-mail address may do at a first sign-in, always provided that the identity provider calls it verified.
 * `none`: nothing; an existing user links the identity from their own session. `invite`: it takes the open invitation for it.
 */
export const OIDC_EMAIL_RULES = ["none", "invite"] as const;

const domain = z
  .string()
  .trim()
  .toLowerCase()
  .max(253)
  .regex(/^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$/, "Write a domain such as example.org.");

export const oidcSettingsSchema = z.strictObject({
  issuerUrl: z.url({ protocol: /^https?$/ }).max(2048),
  clientId: z.string().trim().min(1).max(255),
  /** Write-only; absent: the one of the same issuer that is in effect. */
  clientSecret: z.string().min(1).max(4096).optional(),
  /** On the button of the sign-in page. */
  displayName: z.string().trim().min(1).max(100).default("OpenID Connect"),
  joinRule: z.enum(OIDC_JOIN_RULES).default("invited"),
  allowedDomains: z.array(domain).max(50).default([]),
  emailRule: z.enum(OIDC_EMAIL_RULES).default("invite"),
  /** Extra scopes beside `openid profile email`. */
  extraScopes: z
    .array(z.string().regex(/^[\x21\x23-\x5b\x5d-\x7e]{1,100}$/, "This is no scope."))
    .max(10)
    .default([]),
  groupsClaim: z.string().trim().min(1).max(100).default("groups"),
  /** Empty: roles are kept here, and a new user is a member. Else a group decides at every sign-in. */
  adminGroups: z.array(z.string().min(1).max(255)).max(50).default([]),
});
export type OidcSettings = z.infer<typeof oidcSettingsSchema>;

/** What is kept beside the secret. `revision` grows with every change, and stays when a candidate is put into effect. */
export const oidcStoredSchema = oidcSettingsSchema.omit({ clientSecret: true }).extend({ revision: z.number().int().min(0) });
export type OidcStored = z.infer<typeof oidcStoredSchema>;
export const oidcSettingsViewSchema = oidcStoredSchema.extend({ hasClientSecret: z.boolean() });
export type OidcSettingsView = z.infer<typeof oidcSettingsViewSchema>;

/** What a test sign-in showed: the claims, and what they would lead to. Nothing is changed by it. */
export const oidcTestResultSchema = z.strictObject({
  testedAt: z.iso.datetime(),
  subject: z.string(),
  email: z.string().nullable(),
  emailVerified: z.boolean(),
  name: z.string().nullable(),
  groups: z.array(z.string()),
  /** What a sign-in of this person would make of them. */
  systemRole: z.enum(SYSTEM_ROLES),
  /** Whether a sign-in of this person would be let in, by these settings alone: without an invitation, without an account. */
  mayJoin: z.boolean(),
});
export type OidcTestResult = z.infer<typeof oidcTestResultSchema>;

/** `GET /api/system-config/oidc` (administrators). `redirectUri` is what the identity provider must be told. */
export const oidcConfigViewSchema = z.strictObject({
  redirectUri: z.string(),
  active: oidcSettingsViewSchema.nullable(),
  /** Set by `PUT /api/system-config/oidc/candidate`; put into effect by `POST …/oidc/activate` after a passed test of it. */
  candidate: oidcSettingsViewSchema.extend({ test: oidcTestResultSchema.nullable() }).nullable(),
});
export type OidcConfigView = z.infer<typeof oidcConfigViewSchema>;

/** `GET /api/sign-in-methods` (public). */
export const signInMethodsSchema = z.strictObject({
  password: z.literal(true),
  oidc: z.strictObject({ displayName: z.string() }).nullable(),
});

/** `POST /api/oidc/sign-in` (public): answers with the address to go to, and sets a cookie for ten minutes. */
export const oidcStartSchema = z.strictObject({
  /** A path of ours; anything else counts as `/`. */
  returnTo: z.string().max(2048).default("/"),
  /** With the token of an invitation, which is then taken by the identity that signs in, if its verified address is equal. */
  inviteToken: z.string().max(100).optional(),
});
export const oidcStartedSchema = z.strictObject({ authorizationUrl: z.string() });
/** `POST /api/oidc/test` (administrators): the same with the candidate. */

/** `POST /api/me/identities`: to link one's own account, which must have a password to show that it is its owner. */
export const oidcLinkSchema = z.strictObject({
  currentPassword: z.string().min(1).max(1024),
  returnTo: z.string().max(2048).default("/"),
});
/** `GET /api/me/identities`; `DELETE /api/me/identities/:id` takes one away. */
export const ownIdentitySchema = z.strictObject({
  id: z.uuid(),
  issuer: z.string(),
  createdAt: z.iso.datetime(),
  lastUsedAt: z.iso.datetime().nullable(),
});
export const ownIdentityListSchema = z.strictObject({ identities: z.array(ownIdentitySchema) });

/** `POST /api/oidc/callback` (public): the query of the callback page, as it came. */
export const oidcCallbackSchema = z.strictObject({ parameters: z.record(z.string().max(100), z.string().max(8192)) });
export const oidcCallbackResultSchema = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("signed-in"), session: sessionViewSchema, returnTo: z.string() }),
  /** The session is a new one, as after every change of what an account can be entered with. */
  z.strictObject({ kind: z.literal("linked"), session: sessionViewSchema, returnTo: z.string() }),
  z.strictObject({ kind: z.literal("tested"), result: oidcTestResultSchema }),
]);
export type OidcCallbackResult = z.infer<typeof oidcCallbackResultSchema>;
