// One's own account: profile, preferences, password, sessions (A1, A2).
import { z } from "zod";
import { passwordSchema } from "./onboarding.ts";
import { personNameSchema, userViewSchema } from "./users.ts";

export const LANGUAGES = ["en", "de"] as const;
export const COLOUR_SCHEMES = ["light", "dark", "system"] as const;

/** Absent: never chosen; the browser's own wish counts. */
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
});

/** `GET /api/me/sessions`, newest use first. `DELETE /api/me/sessions/:id` ends one, `DELETE /api/me/sessions` all others. */
export const ownSessionSchema = z.strictObject({
  id: z.string(),
  createdAt: z.iso.datetime(),
  lastSeenAt: z.iso.datetime(),
  expiresAt: z.iso.datetime(),
  remoteAddress: z.string().nullable(),
  userAgent: z.string().nullable(),
  isCurrent: z.boolean(),
});
export const ownSessionListSchema = z.strictObject({ sessions: z.array(ownSessionSchema) });
