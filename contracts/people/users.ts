// People as administrators see them: the list, one person, changes, deactivation with its steps.
import { z } from "zod";
import { nameSchema, plainTextSchema, shownNameSchema, shownTextSchema } from "../core/name.ts";
import { instantSchema } from "../core/instant.ts";
import { USER_SORTS, USER_STATUSES, WORKSPACE_ROLES } from "../core/closed-sets.ts";
import { passwordSchema, usernameSchema } from "./local-account.ts";
import { pageMetaSchema, pageQueryFields, searchField } from "../core/page.ts";
import { SYSTEM_ROLES } from "../core/principal.ts";

export const personNameSchema = nameSchema(255);
/** Parts as long as RFC 5321, 4.5.3.1 allows. */
export const emailSchema = z
  .email()
  .max(254)
  .regex(/^[^@]{1,64}@/, "The part before the @ is too long.");
/** Why someone does something to someone else. */
export const reasonSchema = plainTextSchema(500).min(3, "Use at least 3 characters.");

export const userCreateSchema = z.strictObject({
  username: usernameSchema,
  name: personNameSchema.optional(),
  email: emailSchema.optional(),
  password: passwordSchema,
  systemRole: z.enum(SYSTEM_ROLES).default("member"),
});
export type UserCreate = z.infer<typeof userCreateSchema>;

/** Absent fields stay as they are. A changed e-mail address counts as unverified; a changed role ends the user's sessions. */
export const userUpdateSchema = z.strictObject({
  name: personNameSchema.optional(),
  email: emailSchema.nullish(),
  systemRole: z.enum(SYSTEM_ROLES).optional(),
});
export type UserUpdate = z.infer<typeof userUpdateSchema>;

export type UserStatus = (typeof USER_STATUSES)[number];

/** `search` finds a part of name, user name or e-mail address, whatever the case. */
export const userListQuerySchema = z.strictObject({
  ...pageQueryFields,
  search: searchField,
  role: z.enum(SYSTEM_ROLES).optional(),
  status: z.enum(USER_STATUSES).optional(),
  sort: z.enum(USER_SORTS).default("createdAt"),
  order: z.enum(["asc", "desc"]).default("asc"),
});
export type UserListQuery = z.infer<typeof userListQuerySchema>;

export const workspaceMembershipSchema = z.strictObject({
  workspaceId: z.uuid(),
  workspaceName: shownNameSchema,
  role: z.enum(WORKSPACE_ROLES),
  joinedAt: instantSchema,
});

export const userViewSchema = z.strictObject({
  id: z.uuid(),
  name: shownNameSchema,
  /** What they sign in with; null for someone without a password. */
  username: z.string().nullable(),
  email: z.string().nullable(),
  emailVerified: z.boolean(),
  image: z.string().nullable(),
  systemRole: z.enum(SYSTEM_ROLES),
  status: z.enum(USER_STATUSES),
  isLocalAuth: z.boolean(),
  createdAt: instantSchema,
  deactivatedAt: instantSchema.nullable(),
  invitedAt: instantSchema.nullable(),
  invitedBy: z.uuid().nullable(),
  lastSignInAt: instantSchema.nullable(),
  workspaceMemberships: z.array(workspaceMembershipSchema),
  /** The only administrator who can sign in: nobody may deactivate or demote them. */
  isLastAdmin: z.boolean(),
});
export type UserView = z.infer<typeof userViewSchema>;
/** `GET /api/users` */
export const userPageSchema = z.strictObject({ users: z.array(userViewSchema), meta: pageMetaSchema });

/** `POST /api/users/:id/deactivate` */
export const deactivateSchema = z.strictObject({ reason: reasonSchema });
/** In the order in which they are done. The user is locked out from the first moment on, before any of them. */
export const DEACTIVATION_STEPS = ["sessions", "keys", "agent"] as const;
export type DeactivationStep = (typeof DEACTIVATION_STEPS)[number];
/** `cancelled`: the user was reactivated before all steps were done. */
export const DEACTIVATION_STATES = ["running", "done", "cancelled"] as const;

/** `GET /api/users/:id/deactivation`: the newest one, done or not. 404: there never was one. */
export const deactivationViewSchema = z.strictObject({
  userId: z.uuid(),
  state: z.enum(DEACTIVATION_STATES),
  requestedAt: instantSchema,
  requestedBy: z.uuid().nullable(),
  reason: shownTextSchema,
  steps: z.array(
    z.strictObject({
      step: z.enum(DEACTIVATION_STEPS),
      doneAt: instantSchema.nullable(),
      /** How many sessions or keys were ended; null while it is open, and for the agent. */
      count: z.number().int().nullable(),
    }),
  ),
});
export type DeactivationView = z.infer<typeof deactivationViewSchema>;

/** `GET /api/users/:id/password-reset`: what the confirmation dialog shows. */
export const passwordResetPreviewSchema = z.strictObject({
  /** Keys that are not revoked. */
  keys: z.number().int(),
});
export type PasswordResetPreview = z.infer<typeof passwordResetPreviewSchema>;
/** `POST /api/users/:id/password-reset`; without a body the keys stay. Someone who knew the password may have made some. */
export const passwordResetInputSchema = z.strictObject({ revokeKeys: z.boolean().default(false) }).prefault({});
/** The only time the new password is shown. */
export const passwordResetSchema = z.strictObject({
  username: z.string(),
  password: z.string(),
  keysRevoked: z.number().int(),
});

/** The workflow that does the steps; its id names the deactivation, so that one is never done twice. */
export const DEACTIVATE_USER_WORKFLOW = "deactivateUser";
export interface DeactivateUserInput {
  readonly deactivationId: string;
  readonly userId: string;
}
export function deactivateUserWorkflowId(deactivationId: string): string {
  return `deactivate-user/${deactivationId}`;
}
