// Sign-in, the signed-in user, personal API keys.
import { z } from "zod";
import { nameSchema, shownNameSchema } from "../core/name.ts";
import { instantSchema } from "../core/instant.ts";
import { ALL_SCOPES, SYSTEM_ROLES } from "../core/principal.ts";

export const SESSION_COOKIE = "mosaic_session";

export const signInSchema = z.strictObject({ username: z.string().min(1).max(256), password: z.string().min(1).max(1024) });

export const sessionViewSchema = z.strictObject({
  user: z.strictObject({ id: z.uuid(), name: shownNameSchema, systemRole: z.enum(SYSTEM_ROLES) }),
  /** To be sent in the header `x-mosaic-csrf` of every state-changing call. */
  csrfToken: z.string(),
  expiresAt: instantSchema,
});

const scopeSchema = z.enum(ALL_SCOPES);
export const apiKeyCreateSchema = z.strictObject({
  name: nameSchema(100),
  scopes: z.array(scopeSchema).min(1).default(["chat:send"]),
  expiresAt: instantSchema.nullish(),
});
export type ApiKeyCreate = z.infer<typeof apiKeyCreateSchema>;

export const apiKeyViewSchema = z.strictObject({
  keyId: z.string(),
  name: shownNameSchema,
  scopes: z.array(scopeSchema),
  lastFour: z.string(),
  createdAt: instantSchema,
  expiresAt: instantSchema.nullable(),
  lastUsedAt: instantSchema.nullable(),
});
export type ApiKeyView = z.infer<typeof apiKeyViewSchema>;
/** The answer to a creation: the only time the key itself is shown. */
export const apiKeyCreatedSchema = apiKeyViewSchema.extend({ apiKey: z.string() });
