// Credentials that CI leases, and their leases: closed sets, limits, and what becomes of a lease.
import { z } from "zod";
import type { LEASE_EVENT_TYPES } from "../core/closed-sets.ts";

export const CREDENTIAL_STATUSES = ["active", "disabled"] as const;
export type CredentialStatus = (typeof CREDENTIAL_STATUSES)[number];

/** Who may call the broker. A maintainer administers as well. */
export const BROKER_ROLES = ["ci", "maintainer"] as const;
export type BrokerRole = (typeof BROKER_ROLES)[number];

/**
 * Who calls, as the broker knows it: not what the caller says of itself. `id`: the public id of a broker key, `env:ci` or
 * `env:maintainer`, or `user:<id>` for an administrator's session.
 */
export interface BrokerActor {
  readonly role: BrokerRole;
  readonly id: string;
}

/** All in milliseconds but `listLimit`. Source: the broker's wire contract, section 3. */
export const LEASE_LIMITS = {
  leaseTtlMs: { default: 1_200_000, min: 30_000, max: 7_200_000 },
  heartbeatIntervalMs: { default: 30_000, min: 5_000, max: 300_000 },
  listLimit: { default: 100, min: 1, max: 500 },
} as const;
/** A pool without a free credential is asked again after this. Source: as above. */
export const POOL_EXHAUSTED_RETRY_MS = 2_000;

/** Lengths in UTF-16 units of the ASCII text of a payload. Source: as above; clients refuse more than these. */
export const PAYLOAD_LIMITS = { chunkLength: 256_000, maxChunks: 4_096, maxLength: 67_108_864 } as const;
/** Present in a payload it makes clients read the payload as a chunk marker. */
export const CHUNK_MARKER_KEY = "__openclawQaCredentialPayloadChunksV1";

export const WAIT_LIMITS = {
  /** The longest that one request is held: clients give up after 15 s. */
  maxWaitMs: 10_000,
  /** A waiter that was not seen for so long is forgotten: it neither blocks nor is served. */
  liveMs: 5_000,
  /** Who comes back within this time has its old place. */
  placeKeptMs: 60_000,
  /** The process that holds a waiter's request reports it this often. */
  touchEveryMs: 1_000,
} as const;

export type LeaseEventType = (typeof LEASE_EVENT_TYPES)[number];

export const CREDENTIAL_ADMIN_EVENT_TYPES = [
  "add",
  "disable",
  "disable_failed",
  "enable",
  "force_release",
  "replace_payload",
  "payload_read",
  "kind_limits",
  "key_create",
  "key_revoke",
] as const;
export type CredentialAdminEventType = (typeof CREDENTIAL_ADMIN_EVENT_TYPES)[number];

/** Days that events are kept. */
export const EVENT_RETENTION_DAYS = { lease: 2, admin: 30 } as const;
export const EVENT_RETENTION_BATCH = 256;
/** Days for which the id of a successful request is refused; clients repeat a request within minutes. */
export const PROOF_REQUEST_RETENTION_DAYS = 30;

/** Limits of a kind beyond the contract; null: off, the contract's behaviour. */
export const kindLimitsSchema = z.object({
  /** The longest TTL that is granted; a longer one is shortened, and the reply says so. */
  maxLeaseTtlMs: z.number().int().min(LEASE_LIMITS.leaseTtlMs.min).max(LEASE_LIMITS.leaseTtlMs.max).nullable(),
  /** No heartbeat keeps a lease beyond this age. */
  maxLifetimeMs: z.number().int().min(LEASE_LIMITS.leaseTtlMs.min).max(2_592_000_000).nullable(),
  /** After an expiry, a forced release or a run that says it failed the credential rests for so long. */
  coolDownMs: z.number().int().min(1_000).max(86_400_000).nullable(),
  /** Leases of the kind at a time. */
  maxLeases: z.number().int().min(0).max(100_000).nullable(),
});
export type KindLimits = z.infer<typeof kindLimitsSchema>;

/** Why a credential cannot be leased now. `free` is none of them. */
export const UNAVAILABLE_REASONS = ["disabled", "quarantined", "leased", "expiry_pending", "cooling_down"] as const;
export type UnavailableReason = (typeof UNAVAILABLE_REASONS)[number];

/** Why a whole pool gives nothing, the first that applies. */
export const EXHAUSTION_REASONS = [
  "empty",
  "all_disabled",
  "lease_limit",
  "waiters_first",
  "all_leased",
  "cooling_down",
  "expiry_pending",
] as const;
export type ExhaustionReason = (typeof EXHAUSTION_REASONS)[number];
