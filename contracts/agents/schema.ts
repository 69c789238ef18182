// Agents with keys of their own: requests and answers of `/agent/…`, `/api/agents/…` and `/api/admin/agents/…`.
import { z } from "zod";
import { containerViewSchema } from "../containers/agent-container.ts";
import { instantSchema } from "../core/instant.ts";
import { plainTextSchema, shownNameSchema, shownTextSchema } from "../core/name.ts";
import { pageMetaSchema, pageQueryFields, searchField } from "../core/page.ts";
import { reasonSchema } from "../people/users.ts";
import {
  AGENT_DESCRIPTION_MAX_CHARS,
  AGENT_DISABLED_BY,
  AGENT_HANDLE,
  AGENT_KEY_ID,
  AGENT_STATUSES,
  ALL_AGENT_SCOPES,
  KEY_DESCRIPTION_MAX_CHARS,
  KEY_EXPIRES_IN_DAYS_MAX,
  KEY_OVERLAP_HOURS,
  LEAST_AGENT_SCOPES,
} from "./facts.ts";

const count = z.number().int();

export const agentHandleSchema = z.string().regex(AGENT_HANDLE, "Use 1 to 40 lower-case letters, digits and inner hyphens.");
const descriptionSchema = plainTextSchema(AGENT_DESCRIPTION_MAX_CHARS);
const keyDescriptionSchema = plainTextSchema(KEY_DESCRIPTION_MAX_CHARS);
const scopeSchema = z.enum(ALL_AGENT_SCOPES);
/** Without doubles: the order is kept. */
const scopesSchema = z
  .array(scopeSchema)
  .min(1)
  .max(ALL_AGENT_SCOPES.length)
  .overwrite((scopes) => [...new Set(scopes)]);
/** Absent or null: as long as the key that makes it; from a session, without end. */
const expiresInDaysSchema = z.number().int().min(1).max(KEY_EXPIRES_IN_DAYS_MAX).nullish();

export const agentParamsSchema = z.strictObject({ id: z.uuid() });
export const agentKeyParamsSchema = agentParamsSchema.extend({ keyId: z.string().regex(AGENT_KEY_ID, "Not a key id.") });
export const ownKeyParamsSchema = agentKeyParamsSchema.omit({ id: true });

/** A key as its owner, its agent and nobody else sees it. The secret is not in it. */
export const agentKeyViewSchema = z.strictObject({
  keyId: z.string(),
  description: shownTextSchema,
  scopes: z.array(scopeSchema),
  lastFour: z.string(),
  createdAt: instantSchema,
  /** At most a minute late. */
  lastUsedAt: instantSchema.nullable(),
  /** For a key that is being replaced: the end of the overlap. */
  expiresAt: instantSchema.nullable(),
  revokedAt: instantSchema.nullable(),
  /** The key id of its successor. */
  replacedBy: z.string().nullable(),
});
export type AgentKeyView = z.infer<typeof agentKeyViewSchema>;
/** `GET /agent/keys`: of the calling agent. Newest first, revoked and expired ones too, at most 100. */
export const agentKeyListSchema = z.strictObject({ keys: z.array(agentKeyViewSchema) });

/** The only time that the key is shown. */
export const agentKeyCreatedSchema = z.strictObject({
  keyId: z.string(),
  apiKey: z.string(),
  scopes: z.array(scopeSchema),
  expiresAt: instantSchema.nullable(),
});
export type AgentKeyCreated = z.infer<typeof agentKeyCreatedSchema>;

/**
 * `POST /agent/signup`: 201. `owner` is accepted only when it is the caller: nobody chooses another one. Without a handle the
 * agent is given one.
 */
export const agentSignupSchema = z.strictObject({
  handle: agentHandleSchema.optional(),
  owner: z.uuid().optional(),
  scopes: scopesSchema.default([...LEAST_AGENT_SCOPES]),
  description: descriptionSchema.default(""),
});
export type AgentSignup = z.infer<typeof agentSignupSchema>;
export const agentSignedUpSchema = z.strictObject({ agentUserId: z.uuid(), apiKey: z.string(), keyId: z.string() });

/** `POST /agent/keys`: 201 with `agentKeyCreatedSchema`. `agentUserId` is for a person's call; an agent's own is implied. */
export const ownKeyCreateSchema = z.strictObject({
  agentUserId: z.uuid().optional(),
  scopes: scopesSchema.default([...LEAST_AGENT_SCOPES]),
  description: keyDescriptionSchema.default(""),
  expiresInDays: expiresInDaysSchema,
});
export type OwnKeyCreate = z.infer<typeof ownKeyCreateSchema>;
// `POST /agent/keys/:keyId/revoke`: 204 without a body, also for one that is revoked already.

const agentFields = {
  agentUserId: z.uuid(),
  handle: z.string(),
  status: z.enum(AGENT_STATUSES),
  /** Null: it is active. */
  disabledBy: z.enum(AGENT_DISABLED_BY).nullable(),
  /** As an administrator wrote it. */
  disabledReason: shownTextSchema.nullable(),
  createdAt: instantSchema,
  /** Of its keys, the newest use. */
  lastUsedAt: instantSchema.nullable(),
} as const;

/** `GET|PATCH /agent/me`: the agent that calls. */
export const agentMeSchema = z.strictObject({
  ...agentFields,
  description: shownTextSchema,
  ownerId: z.uuid().nullable(),
  /** Of the key that calls. */
  keyId: z.string(),
  scopes: z.array(scopeSchema),
});
export const agentMeUpdateSchema = z.strictObject({ description: descriptionSchema.optional() });

// `/api/agents/…` is for the owner: by session, or by a personal key with `keys:manage`, which grants no scope that it lacks.

/** An agent as its owner sees it. */
export const agentViewSchema = z.strictObject({
  ...agentFields,
  description: shownTextSchema,
  usesOwnerProviders: z.boolean(),
  /** `active`: neither revoked nor expired. */
  keys: z.strictObject({ active: count, total: count }),
});
export type AgentView = z.infer<typeof agentViewSchema>;
/** `GET /api/agents`: the caller's own, in order of their handles. */
export const agentListSchema = z.strictObject({ agents: z.array(agentViewSchema) });

/** `POST /api/agents`: 201 with the agent and its first key. 409: the handle is taken, or there are too many agents. */
export const agentCreateSchema = z.strictObject({
  handle: agentHandleSchema,
  description: descriptionSchema.default(""),
  scopes: scopesSchema.default([...LEAST_AGENT_SCOPES]),
  expiresInDays: expiresInDaysSchema,
  usesOwnerProviders: z.boolean().default(true),
});
export type AgentCreate = z.infer<typeof agentCreateSchema>;
export const agentCreatedSchema = z.strictObject({ agent: agentViewSchema, key: agentKeyCreatedSchema });
export type AgentCreated = z.infer<typeof agentCreatedSchema>;

/** `GET /api/agents/:id`: with its keys (newest first, at most 100) and the state of its container. */
export const agentDetailSchema = z.strictObject({
  agent: agentViewSchema,
  keys: z.array(agentKeyViewSchema),
  container: containerViewSchema,
});
export type AgentDetail = z.infer<typeof agentDetailSchema>;

/** `PATCH /api/agents/:id`: 200 with `agentViewSchema`. Absent fields stay as they are. 403: an administrator disabled it. */
export const agentUpdateSchema = z.strictObject({
  handle: agentHandleSchema.optional(),
  description: descriptionSchema.optional(),
  status: z.enum(AGENT_STATUSES).optional(),
  usesOwnerProviders: z.boolean().optional(),
});
export type AgentUpdate = z.infer<typeof agentUpdateSchema>;

/** `POST /api/agents/:id/keys`: 201 with `agentKeyCreatedSchema`. */
export const agentKeyCreateSchema = ownKeyCreateSchema.omit({ agentUserId: true });
export type AgentKeyCreate = z.infer<typeof agentKeyCreateSchema>;

/**
 * `POST /api/agents/:id/keys/:keyId/rotate`: 201 with the new key, of the same scopes, description and life. The old one gets
 * `replacedBy` and ends with the overlap, or earlier if it would have. 409: it is revoked, expired or replaced already.
 */
export const agentKeyRotateSchema = z.strictObject({ overlapHours: z.literal(KEY_OVERLAP_HOURS).default(0) });
export type AgentKeyRotate = z.infer<typeof agentKeyRotateSchema>;

/** `PATCH /api/agents/:id/keys/:keyId`: 200 with `agentKeyViewSchema`. New scopes count from the next call on. */
export const agentKeyUpdateSchema = z.strictObject({
  scopes: scopesSchema.optional(),
  description: keyDescriptionSchema.optional(),
});
export type AgentKeyUpdate = z.infer<typeof agentKeyUpdateSchema>;
// `POST /api/agents/:id/keys/:keyId/revoke`: 204 without a body, also for one that is revoked already.

/** An agent as administrators see it: no description, no content. */
export const adminAgentViewSchema = z.strictObject({
  ...agentFields,
  /** Null: the owner's account was deleted. */
  owner: z.strictObject({ id: z.uuid(), name: shownNameSchema }).nullable(),
  keys: z.strictObject({ active: count, total: count }),
});
export type AdminAgentView = z.infer<typeof adminAgentViewSchema>;
/** `GET /api/admin/agents`, newest first. `search` finds a part of the handle or of the owner's name. */
export const adminAgentListQuerySchema = z.strictObject({
  ...pageQueryFields,
  search: searchField,
  owner: z.uuid().optional(),
  status: z.enum(AGENT_STATUSES).optional(),
});
export type AdminAgentListQuery = z.infer<typeof adminAgentListQuerySchema>;
export const adminAgentPageSchema = z.strictObject({ agents: z.array(adminAgentViewSchema), meta: pageMetaSchema });
/** `POST /api/admin/agents/:id/disable|enable`: 200 with `adminAgentViewSchema`. */
export const adminAgentActionSchema = z.strictObject({ reason: reasonSchema });
