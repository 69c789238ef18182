// Identities at an OpenID Connect provider, and sign-ins that are under way there. Global: protected by grants.
import { defineEntity, p } from "@mikro-orm/core";
import { createdAt, timestamp } from "../core/columns.ts";

export const OIDC_PURPOSES = ["sign-in", "link", "test"] as const;
export type OidcPurpose = (typeof OIDC_PURPOSES)[number];

export const UserIdentity = defineEntity({
  name: "UserIdentity",
  tableName: "user_identities",
  schema: "mosaic",
  uniques: [{ name: "user_identities_issuer_subject_unique", properties: ["issuer", "subject"] }],
  properties: {
    id: p.uuid().primary(),
    userId: p.uuid().index(),
    issuer: p.text(),
    subject: p.text(),
    createdAt: createdAt(),
    lastUsedAt: timestamp().strictNullable(),
  },
});

export const OidcSignIn = defineEntity({
  name: "OidcSignIn",
  tableName: "oidc_sign_ins",
  schema: "mosaic",
  properties: {
    /** The hash of the cookie that binds it to one browser. */
    id: p.blob().primary(),
    purpose: p.text().$type<OidcPurpose>(),
    issuer: p.text(),
    /** Of the settings that it was begun with. */
    revision: p.integer(),
    /** State, nonce, code verifier and return address of the provider's answer. */
    sealed: p.text(),
    returnTo: p.text(),
    /** Who links or tests. */
    userId: p.uuid().strictNullable(),
    inviteId: p.uuid().strictNullable(),
    createdAt: createdAt(),
    expiresAt: timestamp().index(),
  },
});
