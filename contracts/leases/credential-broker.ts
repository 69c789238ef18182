// The wire of the QA credential broker v1: codes with their statuses, requests, replies. Source: its wire contract.
import { z } from "zod";
import {
  BROKER_ROLES,
  CHUNK_MARKER_KEY,
  CREDENTIAL_STATUSES,
  EXHAUSTION_REASONS,
  kindLimitsSchema,
  UNAVAILABLE_REASONS,
} from "./credential-lease.ts";

/** Every code of an error body with its HTTP status. Domain results answer 200: clients read the body first. */
export const BROKER_CODES = {
  AUTH_REQUIRED: 401,
  AUTH_INVALID: 401,
  /** 403 at the door; 200 when the lease belongs to another role. */
  AUTH_ROLE_MISMATCH: 403,
  SERVER_MISCONFIGURED: 500,
  INVALID_JSON: 400,
  INVALID_BODY: 400,
  INVALID_ACTOR_ROLE: 400,
  INVALID_PAYLOAD: 400,
  PAYLOAD_TOO_LARGE: 413,
  INTERNAL_ERROR: 500,
  NOT_FOUND: 404,
  REQUEST_ALREADY_CONSUMED: 409,
  INVALID_LEASE_TTL: 200,
  INVALID_HEARTBEAT_INTERVAL: 200,
  INVALID_LIST_LIMIT: 200,
  POOL_EXHAUSTED: 200,
  CREDENTIAL_NOT_FOUND: 200,
  KIND_MISMATCH: 200,
  CREDENTIAL_DISABLED: 200,
  LEASE_NOT_FOUND: 200,
  LEASE_NOT_OWNER: 200,
  LEASE_EXPIRED: 200,
  LEASE_ACTIVE: 200,
  PAYLOAD_NOT_CHUNKED: 200,
  INVALID_CHUNK_INDEX: 200,
  PAYLOAD_CHUNK_MISSING: 200,
} as const;
export type BrokerCode = keyof typeof BROKER_CODES;

/** Why a call about a lease or a credential is refused, with status 200; see domain/leases/credential-lease-policy.ts. */
export type LeaseRefusal = Extract<
  BrokerCode,
  | "CREDENTIAL_NOT_FOUND"
  | "KIND_MISMATCH"
  | "CREDENTIAL_DISABLED"
  | "LEASE_NOT_FOUND"
  | "LEASE_NOT_OWNER"
  | "LEASE_EXPIRED"
  | "LEASE_ACTIVE"
  | "AUTH_ROLE_MISMATCH"
  | "PAYLOAD_NOT_CHUNKED"
  | "INVALID_CHUNK_INDEX"
  | "PAYLOAD_CHUNK_MISSING"
>;

/** Longest texts in UTF-16 units; the reference has no limits. */
export const BROKER_TEXT_MAX = {
  kind: 128,
  ownerId: 1_024,
  actorId: 1_024,
  note: 1_024,
  reason: 1_024,
  credentialId: 256,
  requestId: 256,
} as const;
const EXCLUSIONS_MAX = 1_000;

/** Trimmed and not blank. */
const required = (max: number) => z.string().trim().min(1).max(max);
/** Absent, null and blank are all "not given". */
const optionalText = (max: number) =>
  z
    .string()
    .trim()
    .max(max)
    .nullish()
    .transform((text) => text || undefined);
/** Trimmed before it is compared. */
const optionalChoice = <const T extends readonly string[]>(choices: T) => optionalText(64).pipe(z.enum(choices).optional());
const optionalCount = (min: number) =>
  z
    .number()
    .int()
    .min(min)
    .nullish()
    .transform((value) => value ?? undefined);
const optionalFlag = z
  .boolean()
  .nullish()
  .transform((value) => value ?? undefined);
const optionalIds = z
  .array(required(BROKER_TEXT_MAX.credentialId))
  .max(EXCLUSIONS_MAX)
  .nullish()
  .transform((ids) => [...new Set(ids)]);

const claimant = {
  kind: required(BROKER_TEXT_MAX.kind),
  ownerId: required(BROKER_TEXT_MAX.ownerId),
  actorRole: z.enum(BROKER_ROLES),
};
const leaseHolder = {
  ...claimant,
  credentialId: required(BROKER_TEXT_MAX.credentialId),
  leaseToken: required(BROKER_TEXT_MAX.credentialId),
};

/** `waitMs`, `waiterId`, `includeFence` and `excludeCredentialIds` are ours; unknown fields are ignored, as in the original. */
export const acquireRequestSchema = z.object({
  ...claimant,
  leaseTtlMs: optionalCount(1),
  heartbeatIntervalMs: optionalCount(1),
  quarantineOnExpiry: optionalFlag,
  requestId: optionalText(BROKER_TEXT_MAX.requestId).pipe(
    z
      .string()
      .regex(/^[a-f0-9]{64}$/)
      .optional(),
  ),
  excludeCredentialIds: optionalIds,
  /** Milliseconds; longer than WAIT_LIMITS.maxWaitMs is shortened. */
  waitMs: optionalCount(1),
  /** From the answer to the wait before: keeps the place in the queue. */
  waiterId: optionalText(BROKER_TEXT_MAX.credentialId),
  includeFence: optionalFlag,
});
export const heartbeatRequestSchema = z.object({ ...leaseHolder, leaseTtlMs: optionalCount(1), includeFence: optionalFlag });
/** `failed` is ours: what the lease was held for did, and the credential rests where its kind says so. */
export const releaseRequestSchema = z.object({ ...leaseHolder, failed: optionalFlag });
export const payloadChunkRequestSchema = z.object({
  ...leaseHolder,
  index: optionalCount(0).transform((index) => index ?? 0),
});
/** `reason` is ours: report-bad. */
export const quarantineRequestSchema = z.object({ ...leaseHolder, reason: optionalText(BROKER_TEXT_MAX.reason) });
/** `kind` alone is ours; without it, all kinds. */
export const poolStatusRequestSchema = z.object({ kind: optionalText(BROKER_TEXT_MAX.kind) });

const actorId = optionalText(BROKER_TEXT_MAX.actorId);
const credentialId = required(BROKER_TEXT_MAX.credentialId);
/** Not copied: what is stored untouched must keep every key, also `__proto__`. */
const payload = z
  .custom<Readonly<Record<string, unknown>>>(
    (value) => typeof value === "object" && value !== null && !Array.isArray(value),
    "Give an object.",
  )
  .meta({ override: { type: "object" } });
/** Checked before the payload's rules; what follows them is in `adminAddDetailsSchema`. */
export const adminAddSubjectSchema = z.object({ kind: required(BROKER_TEXT_MAX.kind), payload });
export const adminAddDetailsSchema = z.object({
  note: optionalText(BROKER_TEXT_MAX.note),
  actorId,
  status: optionalChoice(CREDENTIAL_STATUSES).transform((status) => status ?? "active"),
});
export const adminRemoveRequestSchema = z.object({ credentialId, actorId });
export const adminListRequestSchema = z.object({
  kind: optionalText(BROKER_TEXT_MAX.kind),
  status: optionalChoice([...CREDENTIAL_STATUSES, "all"]).transform((status) => status ?? "all"),
  includePayload: optionalFlag,
  limit: optionalCount(1),
});
/** Ours, for maintainers. */
const change = { credentialId, actorId, reason: optionalText(BROKER_TEXT_MAX.reason) };
export const adminEnableRequestSchema = z.object(change);
export const adminForceReleaseRequestSchema = z.object(change);
export const adminReplacePayloadRequestSchema = z.object({ credentialId, payload, actorId });
/** Without `limits` it reads. */
export const adminKindLimitsRequestSchema = z.object({
  kind: required(BROKER_TEXT_MAX.kind),
  limits: kindLimitsSchema.partial().optional(),
  actorId,
});

const ms = z.number().int();
export const credentialSummarySchema = z.object({
  credentialId: z.string(),
  kind: z.string(),
  status: z.enum(CREDENTIAL_STATUSES),
  createdAtMs: ms,
  updatedAtMs: ms,
  /** 0: never. */
  lastLeasedAtMs: ms,
  note: z.string().optional(),
  /** Also an expired one, until it is leased again or removed. */
  lease: z
    .object({ ownerId: z.string(), actorRole: z.enum(BROKER_ROLES), acquiredAtMs: ms, heartbeatAtMs: ms, expiresAtMs: ms })
    .optional(),
  payload: z.record(z.string(), z.unknown()).optional(),
});
export type CredentialSummary = z.infer<typeof credentialSummarySchema>;

export const chunkMarkerSchema = z.object({
  [CHUNK_MARKER_KEY]: z.literal(true),
  /** Length of the ASCII text: the same in bytes and in UTF-16 units. */
  byteLength: ms,
  chunkCount: ms,
});

export const okReplySchema = z.object({ status: z.literal("ok") });
export const acquireReplySchema = okReplySchema.extend({
  credentialId: z.string(),
  leaseToken: z.string(),
  payload: z.record(z.string(), z.unknown()),
  leaseTtlMs: ms,
  heartbeatIntervalMs: ms,
  requestId: z.string().optional(),
  /** Only for callers that asked (`includeFence`). */
  fence: ms.optional(),
  expiresAtMs: ms.optional(),
  /** As these; where the kind limits how long a lease lives. */
  mustEndAtMs: ms.optional(),
});
export const heartbeatReplySchema = okReplySchema.extend({ fence: ms.optional(), expiresAtMs: ms.optional() });
export const payloadChunkReplySchema = okReplySchema.extend({ index: ms, data: z.string() });
export const adminCredentialReplySchema = okReplySchema.extend({
  changed: z.boolean().optional(),
  credential: credentialSummarySchema,
});
export const adminListReplySchema = okReplySchema.extend({ credentials: z.array(credentialSummarySchema), count: ms });
export const adminKindLimitsReplySchema = okReplySchema.extend({ kind: z.string(), limits: kindLimitsSchema });

/** One pool. Counts are of credentials; every credential is either free or unavailable for one reason. */
export const poolStatusSchema = z.object({
  kind: z.string(),
  total: ms,
  free: ms,
  unavailable: z.record(z.enum(UNAVAILABLE_REASONS), ms),
  waiters: ms,
  /** Null: an acquire would be served now. */
  exhausted: z.enum(EXHAUSTION_REASONS).nullable(),
  /** Milliseconds until the next lease expires or credential has rested, if nothing else happens. Null: nothing will. */
  nextExpiryMs: ms.nullable(),
  limits: kindLimitsSchema,
});
export type PoolStatus = z.infer<typeof poolStatusSchema>;
export const poolStatusReplySchema = okReplySchema.extend({ pools: z.array(poolStatusSchema) });

export const brokerErrorSchema = z.object({
  status: z.literal("error"),
  code: z.string().min(1),
  message: z.string().min(1),
  retryAfterMs: z.number().int().positive().optional(),
  /** From here on only for callers that wait. */
  waiterId: z.string().optional(),
  /** 1 is the next to be served. */
  position: z.number().int().positive().optional(),
  expectedWaitMs: ms.nullable().optional(),
  nextExpiryMs: ms.nullable().optional(),
  exhausted: z.enum(EXHAUSTION_REASONS).optional(),
});
export type BrokerErrorBody = z.infer<typeof brokerErrorSchema>;
