// The caller's account: profile, preferences, password, sessions.
import { z } from "zod";
import { shownNameSchema } from "../core/name.ts";
import { instantSchema } from "../core/instant.ts";
import { passwordSchema } from "./local-account.ts";
import { personNameSchema, userViewSchema } from "./users.ts";

export const LANGUAGES = ["en", "de"] as const;
export const COLOUR_SCHEMES = ["light", "dark", "system"] as const;

/** Absent: never chosen; the browser's preference applies. */
export const preferencesSchema = z.strictObject({
  language: z.enum(LANGUAGES).optional(),
  colourScheme: z.enum(COLOUR_SCHEMES).optional(),
  shortcuts: z.boolean().optional(),
});
export type Preferences = z.infer<typeof preferencesSchema>;

/** `GET|PATCH /api/me`. */
export const profileViewSchema = userViewSchema.omit({ isLastAdmin: true }).extend({ preferences: preferencesSchema });
/** Preferences that are given replace those of the same name; the others stay. */
export const profileUpdateSchema = z.strictObject({
  name: personNameSchema.optional(),
  preferences: preferencesSchema.optional(),
});
export type ProfileUpdate = z.infer<typeof profileUpdateSchema>;

/** `POST /api/me/password`: 204; all other sessions end. A wrong current password: 422 on `currentPassword`, and it counts as a miss. */
export const passwordChangeSchema = z.strictObject({
  currentPassword: z.string().min(1).max(1024),
  newPassword: passwordSchema,
  /** Also revoke all keys of the user. By default they keep working, because programs use them and not the password. */
  revokeKeys: z.boolean().default(false),
});

/** `GET /api/me/sessions`, newest use first. `DELETE /api/me/sessions/:id` ends one, `DELETE /api/me/sessions` all others. */
export const ownSessionSchema = z.strictObject({
  id: z.string(),
  createdAt: instantSchema,
  lastSeenAt: instantSchema,
  expiresAt: instantSchema,
  remoteAddress: z.string().nullable(),
  userAgent: shownNameSchema.nullable(),
  isCurrent: z.boolean(),
});
export const ownSessionListSchema = z.strictObject({ sessions: z.array(ownSessionSchema) });
