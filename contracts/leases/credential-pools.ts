// What administrators see and do with credentials, their leases and the broker's keys. Never a payload, never a token.
import { z } from "zod";
import { nameSchema, plainTextSchema, shownNameSchema, shownTextSchema } from "../core/name.ts";
import { instantSchema } from "../core/instant.ts";
import { BROKER_TEXT_MAX, poolStatusSchema } from "./credential-broker.ts";
import { LEASE_EVENT_TYPES } from "../core/closed-sets.ts";
import { BROKER_ROLES, CREDENTIAL_STATUSES, kindLimitsSchema, LEASE_LIMITS } from "./credential-lease.ts";

const ms = z.number().int();
const kind = z.string().trim().min(1).max(BROKER_TEXT_MAX.kind);
const limit = z.coerce.number().int().min(1).max(LEASE_LIMITS.listLimit.max).default(LEASE_LIMITS.listLimit.default);

export const credentialPoolsSchema = z.strictObject({ pools: z.array(poolStatusSchema) });
export const kindParamsSchema = z.strictObject({ kind });
/** What is absent stays as it is; null switches a limit off. */
export const kindLimitsChangeSchema = kindLimitsSchema.partial().strict();

export const credentialQuerySchema = z.strictObject({
  kind: kind.optional(),
  status: z.enum([...CREDENTIAL_STATUSES, "all"]).default("all"),
  limit,
});

/** One credential, and who holds it. */
export const credentialViewSchema = z.strictObject({
  credentialId: z.string(),
  kind: z.string(),
  status: z.enum(CREDENTIAL_STATUSES),
  note: shownTextSchema.nullable(),
  createdAtMs: ms,
  updatedAtMs: ms,
  /** 0: never. */
  lastLeasedAtMs: ms,
  /** The number of leases so far. */
  fence: ms,
  quarantinedAtMs: ms.nullable(),
  quarantineReason: shownTextSchema.nullable(),
  coolUntilMs: ms.nullable(),
  /** Also an expired one, until the credential is leased again. */
  lease: z
    .strictObject({
      leaseId: z.string(),
      ownerId: shownNameSchema,
      actorRole: z.enum(BROKER_ROLES),
      /** A broker key, or `env:ci`, `env:maintainer`. */
      actorId: z.string(),
      acquiredAtMs: ms,
      heartbeatAtMs: ms,
      expiresAtMs: ms,
      mustEndAtMs: ms.nullable(),
      quarantineOnExpiry: z.boolean(),
      expiryRecordedAtMs: ms.nullable(),
    })
    .nullable(),
});
/** `POST /api/admin/credentials`. The payload goes in and never comes out here. */
export const credentialAddSchema = z.strictObject({
  kind,
  payload: z.record(z.string(), z.unknown()),
  note: plainTextSchema(BROKER_TEXT_MAX.note).nullish(),
  status: z.enum(CREDENTIAL_STATUSES).default("active"),
});
export const credentialListSchema = z.strictObject({ credentials: z.array(credentialViewSchema) });
export const credentialParamsSchema = z.strictObject({ id: z.uuid() });
export const credentialChangeSchema = z.strictObject({ reason: plainTextSchema(BROKER_TEXT_MAX.reason).min(1) });
export const credentialChangedSchema = z.strictObject({ changed: z.boolean(), credential: credentialViewSchema });

/** `GET /api/admin/credential-pools/:kind/waiters`: who is served next stands first. */
export const credentialWaitersSchema = z.strictObject({
  waiters: z.array(
    z.strictObject({
      waiterId: z.string(),
      ownerId: shownNameSchema,
      actorRole: z.enum(BROKER_ROLES),
      actorId: z.string(),
      sinceMs: ms,
    }),
  ),
});

export const leaseEventQuerySchema = z.strictObject({ kind: kind.optional(), credentialId: z.uuid().optional(), limit });
export const leaseEventListSchema = z.strictObject({
  events: z.array(
    z.strictObject({
      id: ms,
      type: z.enum(LEASE_EVENT_TYPES),
      occurredAtMs: ms,
      kind: z.string(),
      credentialId: z.string().nullable(),
      leaseId: z.string().nullable(),
      fence: ms.nullable(),
      ownerId: shownNameSchema.nullable(),
      actorRole: z.enum(BROKER_ROLES).nullable(),
      actorId: z.string().nullable(),
      expiresAtMs: ms.nullable(),
      code: z.string().nullable(),
      message: shownTextSchema.nullable(),
    }),
  ),
});

const KINDS_MAX = 50;
export const brokerKeyCreateSchema = z.strictObject({
  name: nameSchema(100),
  role: z.enum(BROKER_ROLES),
  /** Absent or null: all kinds. */
  kinds: z.array(kind).min(1).max(KINDS_MAX).nullish(),
  expiresAt: instantSchema.nullish(),
});
export const brokerKeyViewSchema = z.strictObject({
  /** The public part, `mbk_…`: what events name. */
  keyId: z.string(),
  name: shownNameSchema,
  role: z.enum(BROKER_ROLES),
  kinds: z.array(z.string()).nullable(),
  lastFour: z.string(),
  /** The user's id. */
  createdBy: z.string(),
  createdAt: instantSchema,
  expiresAt: instantSchema.nullable(),
  revokedAt: instantSchema.nullable(),
  lastUsedAt: instantSchema.nullable(),
});
export type BrokerKeyView = z.infer<typeof brokerKeyViewSchema>;
/** The answer to a creation: the only time the key itself is shown. */
export const brokerKeyCreatedSchema = brokerKeyViewSchema.extend({ key: z.string() });
export const brokerKeyListSchema = z.strictObject({ keys: z.array(brokerKeyViewSchema) });
