// Sign-in through an OpenID Connect provider: settings, their test, and the two calls of a sign-in.
import { z } from "zod";
import { foreignPasswordSchema } from "../core/pasted-secret.ts";
import { nameSchema, shownNameSchema } from "../core/name.ts";
import { instantSchema } from "../core/instant.ts";
import { SYSTEM_ROLES } from "../core/principal.ts";
import { sessionViewSchema } from "./session.ts";

/**
 * Page of the UI that the identity provider sends people back to: `<public URL>/oidc/callback`. It sends its query unchanged
 * to `POST /api/oidc/callback`, and removes it from the address bar.
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

/** Whether the provider sent the claim with the groups. */
export const OIDC_GROUPS_GIVEN = ["given", "absent", "elsewhere"] as const;

const domain = z
  .string()
  .trim()
  .toLowerCase()
  .max(253)
  .regex(/^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$/, "Enter a domain such as example.org.");

export const oidcSettingsSchema = z.strictObject({
  issuerUrl: z.url({ protocol: /^https?$/ }).max(2048),
  clientId: z.string().trim().min(1).max(255),
  /** Write-only; absent: the one of the same issuer that is in effect. */
  clientSecret: foreignPasswordSchema(4096).optional(),
  /** On the button of the sign-in page. */
  displayName: nameSchema(100).default("OpenID Connect"),
  joinRule: z.enum(OIDC_JOIN_RULES).default("invited"),
  allowedDomains: z.array(domain).max(50).default([]),
  emailRule: z.enum(OIDC_EMAIL_RULES).default("invite"),
  /**
   * Whether an e-mail address counts as verified if the provider does not say (Entra ID and Cloudflare leave
   * `email_verified` out). An address that the provider marks as not verified never does.
   */
  assumesEmailVerified: z.boolean().default(false),
  /** Extra scopes beside `openid profile email`. */
  extraScopes: z
    .array(z.string().regex(/^[\x21\x23-\x5b\x5d-\x7e]{1,100}$/, "This is not a scope."))
    .max(10)
    .default([]),
  groupsClaim: z.string().trim().min(1).max(100).default("groups"),
  /** Empty: roles are kept here, and a new user is a member. Else a group decides at every sign-in. */
  adminGroups: z.array(z.string().min(1).max(255)).max(50).default([]),
});
export type OidcSettings = z.infer<typeof oidcSettingsSchema>;

/** Stored beside the secret. `revision` increases with every change, and stays the same when a candidate is activated. */
export const oidcStoredSchema = oidcSettingsSchema
  .omit({ clientSecret: true })
  .extend({ displayName: shownNameSchema, revision: z.number().int().min(0) });
export type OidcStored = z.infer<typeof oidcStoredSchema>;
export const oidcSettingsViewSchema = oidcStoredSchema.extend({ hasClientSecret: z.boolean() });
export type OidcSettingsView = z.infer<typeof oidcSettingsViewSchema>;

/** What a test sign-in showed: the claims, and what they would lead to. Nothing is changed by it. */
export const oidcTestResultSchema = z.strictObject({
  testedAt: instantSchema,
  subject: z.string(),
  email: z.string().nullable(),
  /** Null: the provider does not say. */
  emailVerified: z.boolean().nullable(),
  name: shownNameSchema.nullable(),
  groups: z.array(shownNameSchema),
  /** `absent`: there is no such claim; `elsewhere`: there are too many for it, and the provider says only where to ask. */
  groupsGiven: z.enum(OIDC_GROUPS_GIVEN).default("given"),
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
  /** Set by `PUT /api/system-config/oidc/candidate`; activated by `POST …/oidc/activate` after a passed test of it. */
  candidate: oidcSettingsViewSchema.extend({ test: oidcTestResultSchema.nullable() }).nullable(),
});
export type OidcConfigView = z.infer<typeof oidcConfigViewSchema>;

/** `GET /api/sign-in-methods` (public). */
export const signInMethodsSchema = z.strictObject({
  password: z.literal(true),
  oidc: z.strictObject({ displayName: shownNameSchema }).nullable(),
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

/** `POST /api/me/identities`: to link the caller's account, which must have a password to show that it is its owner. */
export const oidcLinkSchema = z.strictObject({
  currentPassword: z.string().min(1).max(1024),
  returnTo: z.string().max(2048).default("/"),
});
/** `GET /api/me/identities`; `DELETE /api/me/identities/:id` takes one away. */
export const ownIdentitySchema = z.strictObject({
  id: z.uuid(),
  issuer: z.string(),
  createdAt: instantSchema,
  lastUsedAt: instantSchema.nullable(),
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
