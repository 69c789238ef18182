// users, their password rows, sessions, sign-in failures. Global: protected by grants; a tenant is not known yet here.
import { defineEntity, p, type InferEntity } from "@mikro-orm/core";
import type { SystemRole } from "../../contracts/principal.ts";
import { createdAt, timestamp } from "./columns.ts";

export const User = defineEntity({
  name: "User",
  tableName: "users",
  schema: "mosaic",
  properties: {
    id: p.uuid().primary(),
    name: p.text(),
    /** Lower case. */
    email: p.text().strictNullable().unique(),
    emailVerified: p.boolean().default(false),
    image: p.text().strictNullable(),
    systemRole: p.text().$type<SystemRole>(),
    isLocalAuth: p.boolean(),
    createdAt: createdAt(),
    deactivatedAt: timestamp().strictNullable(),
    invitedAt: timestamp().strictNullable(),
    invitedBy: p.uuid().strictNullable(),
    lastSignInAt: timestamp().strictNullable(),
    preferences: p.json<unknown>().defaultRaw("'{}'"),
  },
});
export type UserRow = InferEntity<typeof User>;

/** Works always, also when OIDC is down (A1). */
export const BreakglassUser = defineEntity({
  name: "BreakglassUser",
  tableName: "breakglass_users",
  schema: "mosaic",
  properties: {
    id: p.uuid().primary(),
    userId: p.uuid().unique(),
    /** Lower case. */
    username: p.text().unique(),
    passwordHash: p.text(),
  },
});

export const LocalPassword = defineEntity({
  name: "LocalPassword",
  tableName: "local_passwords",
  schema: "mosaic",
  properties: {
    userId: p.uuid().primary(),
    /** Lower case. */
    username: p.text().unique(),
    passwordHash: p.text(),
  },
});

export const Session = defineEntity({
  name: "Session",
  tableName: "sessions",
  schema: "mosaic",
  properties: {
    /** The token's hash. */
    id: p.blob().primary(),
    userId: p.uuid().index(),
    createdAt: createdAt(),
    lastSeenAt: timestamp().defaultRaw("mosaic.now()"),
    expiresAt: timestamp().index(),
    remoteAddress: p.text().strictNullable(),
    userAgent: p.text().strictNullable(),
  },
});

export const SignInFailure = defineEntity({
  name: "SignInFailure",
  tableName: "sign_in_failures",
  schema: "mosaic",
  properties: {
    /** HMAC of name and address. */
    subject: p.blob().primary(),
    failures: p.integer(),
    lockedUntil: timestamp().strictNullable(),
    lastFailedAt: timestamp(),
  },
});
