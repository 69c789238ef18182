// users, their password rows, sessions, sign-in failures. Global: protected by grants; a tenant is not known yet here.
import { defineEntity, p, type InferEntity } from "@mikro-orm/core";
import type { SystemRole } from "../../contracts/core/principal.ts";
import { createdAt, timestamp } from "../core/columns.ts";

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
    systemRole: p.text().$type<SystemRole>().default("member"),
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

/** Always works, even if OIDC is down. */
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
    /** Binds the hash to the user: TokenHasher.bind. */
    proof: p.blob(),
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
    lastFailedAt: timestamp().index(),
    /** Attempts whose password is being compared: no misses yet. */
    pending: p.integer().default(0),
    /** From then on `pending` counts for nothing: the process that compared has died. */
    pendingUntil: timestamp().strictNullable(),
  },
});

/** Guesses per minute at one name. */
export const SignInBudget = defineEntity({
  name: "SignInBudget",
  tableName: "sign_in_budgets",
  schema: "mosaic",
  properties: {
    /** HMAC of the name, or of the name and a network that it signed in from before. */
    subject: p.blob().primary(),
    used: p.integer(),
    windowEndsAt: timestamp().index(),
  },
});

/** Networks that a name signed in from. */
export const SignInPlace = defineEntity({
  name: "SignInPlace",
  tableName: "sign_in_places",
  schema: "mosaic",
  properties: {
    /** HMAC of name and network. */
    subject: p.blob().primary(),
    lastUsedAt: timestamp().index(),
  },
});
