// Invitations by link: made by an administrator, bound to an e-mail address and a role, used once.
import { z } from "zod";
import { shownNameSchema } from "../core/name.ts";
import { instantSchema } from "../core/instant.ts";
import { INVITE_STATUSES } from "../core/closed-sets.ts";
import { foreignPasswordSchema } from "../core/pasted-secret.ts";
import { passwordSchema, usernameSchema } from "./local-account.ts";
import { pageMetaSchema, pageQueryFields, searchField } from "../core/page.ts";
import { SYSTEM_ROLES } from "../core/principal.ts";
import { emailSchema, personNameSchema } from "./users.ts";

export const INVITE_LIFE_HOURS = { min: 1, max: 30 * 24, default: 72 } as const;
/** Page of the UI that accepts an invitation. The token is in the fragment, which no browser sends: `/invite#<token>`. */
export const INVITE_PATH = "/invite";
/** 32 random bytes in base64url. */
export const inviteTokenSchema = z.string().regex(/^[A-Za-z0-9_-]{43}$/, "This is not an invitation.");

export const inviteCreateSchema = z.strictObject({
  email: emailSchema,
  systemRole: z.enum(SYSTEM_ROLES).default("member"),
  expiresInHours: z.number().int().min(INVITE_LIFE_HOURS.min).max(INVITE_LIFE_HOURS.max).default(INVITE_LIFE_HOURS.default),
});
export type InviteCreate = z.infer<typeof inviteCreateSchema>;

export type InviteStatus = (typeof INVITE_STATUSES)[number];
export const inviteListQuerySchema = z.strictObject({
  ...pageQueryFields,
  search: searchField,
  status: z.enum(INVITE_STATUSES).default("pending"),
});
export type InviteListQuery = z.infer<typeof inviteListQuerySchema>;

export const inviteViewSchema = z.strictObject({
  id: z.uuid(),
  email: z.string(),
  systemRole: z.enum(SYSTEM_ROLES),
  status: z.enum(INVITE_STATUSES),
  createdAt: instantSchema,
  expiresAt: instantSchema,
  invitedBy: z.strictObject({ id: z.uuid(), name: shownNameSchema }).nullable(),
});
export type InviteView = z.infer<typeof inviteViewSchema>;
/** `GET /api/invites` (administrators), newest first. */
export const invitePageSchema = z.strictObject({ invites: z.array(inviteViewSchema), meta: pageMetaSchema });

export const INVITE_MAIL_RESULTS = ["sent", "failed", "not_configured"] as const;
/** `POST /api/invites`: the only time the link is shown. */
export const inviteCreatedSchema = inviteViewSchema.extend({ link: z.string(), mail: z.enum(INVITE_MAIL_RESULTS) });

/** `POST /api/invites/lookup` (public): what the page shows. A dead or unknown link: 410 INVITE_GONE. */
export const inviteLookupSchema = z.strictObject({ token: inviteTokenSchema });
export const inviteOfferSchema = z.strictObject({
  email: z.string(),
  systemRole: z.enum(SYSTEM_ROLES),
  invitedByName: shownNameSchema.nullable(),
  expiresAt: instantSchema,
});

/** `POST /api/invites/accept` (public): 201 with the session, as a sign-in. 409: the user name is taken. */
export const inviteAcceptSchema = z.strictObject({
  token: inviteTokenSchema,
  username: usernameSchema,
  name: personNameSchema.optional(),
  password: passwordSchema,
});
export type InviteAccept = z.infer<typeof inviteAcceptSchema>;

/** `GET|PUT|DELETE /api/system-config/smtp` (administrators). The password is write-only; absent, it stays as it is. */
export const smtpSettingsSchema = z.strictObject({
  host: z.string().trim().min(1).max(255),
  port: z.number().int().min(1).max(65_535),
  /** `tls` from the first byte, `starttls` demanded, or `none` (for a relay on the same machine). */
  security: z.enum(["tls", "starttls", "none"]),
  username: z.string().max(255).nullable().default(null),
  password: foreignPasswordSchema(1024).optional(),
  from: emailSchema,
});
export type SmtpSettings = z.infer<typeof smtpSettingsSchema>;
/** `POST /api/system-config/smtp/test`: a mail through what is stored. */
export const smtpTestSchema = z.strictObject({ to: emailSchema });
export const smtpStoredSchema = smtpSettingsSchema.omit({ password: true }).extend({ hasPassword: z.boolean() });
export const smtpViewSchema = z.strictObject({ smtp: smtpStoredSchema.nullable() });
