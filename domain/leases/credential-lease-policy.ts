// Decides why a call about a lease is refused: the first check that fails, in the order of the broker's wire contract.
import type { LeaseRefusal } from "../../contracts/leases/credential-broker.ts";
import type { BrokerRole, CredentialStatus } from "../../contracts/leases/credential-lease.ts";

/** A credential as one statement read it. Times in milliseconds of the database's clock. */
export interface CredentialFacts {
  readonly nowMs: number;
  readonly kind: string;
  readonly status: CredentialStatus;
  readonly lease: LeaseFacts | null;
}

export interface LeaseFacts {
  readonly ownerId: string;
  readonly actorRole: BrokerRole;
  /** The token that was shown is the lease's. */
  readonly tokenFits: boolean;
  readonly expiresAtMs: number;
  /** Then it is over for good, even if the clock was set back since. */
  readonly expiryRecorded: boolean;
}

export interface ClaimFacts {
  readonly kind: string;
  readonly ownerId: string;
  readonly actorRole: BrokerRole;
}

/** Of the payload that the lease was given. */
export interface ChunkFacts {
  readonly index: number;
  readonly chunkCount: number;
  readonly isStored: boolean;
}

type Check = readonly [refusal: LeaseRefusal, fails: (found: CredentialFacts, claim: ClaimFacts) => boolean];

const OTHER_KIND: Check = ["KIND_MISMATCH", (found, claim) => found.kind !== claim.kind];
const DISABLED: Check = ["CREDENTIAL_DISABLED", (found) => found.status !== "active"];
const NO_LEASE: Check = ["LEASE_NOT_FOUND", (found) => found.lease === null];
const NO_LIVE_LEASE: Check = ["LEASE_NOT_FOUND", (found) => found.lease === null || isOver(found.lease, found.nowMs)];
const NOT_OWNER: Check = [
  "LEASE_NOT_OWNER",
  ({ lease }, claim) => lease !== null && (lease.ownerId !== claim.ownerId || !lease.tokenFits),
];
const EXPIRED: Check = ["LEASE_EXPIRED", (found) => found.lease !== null && isOver(found.lease, found.nowMs)];
const OTHER_ROLE: Check = ["AUTH_ROLE_MISMATCH", ({ lease }, claim) => lease !== null && lease.actorRole !== claim.actorRole];

const CHECKS = {
  heartbeat: [OTHER_KIND, DISABLED, NO_LEASE, NOT_OWNER, EXPIRED, OTHER_ROLE],
  /** Without a lease there is nothing to refuse; neither expiry nor status matters. */
  release: [OTHER_KIND, NOT_OWNER, OTHER_ROLE],
  quarantine: [OTHER_KIND, NO_LEASE, NOT_OWNER, OTHER_ROLE],
  readChunk: [OTHER_KIND, DISABLED, NO_LIVE_LEASE, NOT_OWNER, OTHER_ROLE],
} as const satisfies Record<string, readonly Check[]>;
export type LeaseCall = keyof typeof CHECKS;

/** Null: nothing stands against it. `found` null: there is no such credential. */
export function refuseLeaseCall(call: LeaseCall, found: CredentialFacts | null, claim: ClaimFacts): LeaseRefusal | null {
  if (found === null) return "CREDENTIAL_NOT_FOUND";
  return CHECKS[call].find(([, fails]) => fails(found, claim))?.[0] ?? null;
}

/** The checks that follow those of `readChunk`. */
export function refuseChunk({ index, chunkCount, isStored }: ChunkFacts): LeaseRefusal | null {
  if (chunkCount === 1) return "PAYLOAD_NOT_CHUNKED";
  if (index >= chunkCount) return "INVALID_CHUNK_INDEX";
  return isStored ? null : "PAYLOAD_CHUNK_MISSING";
}

/** Removing comes before the question whether it is disabled already. At the moment of expiry it may be removed. */
export function refuseRemoval(found: CredentialFacts | null): LeaseRefusal | null {
  if (found === null) return "CREDENTIAL_NOT_FOUND";
  return found.lease !== null && found.lease.expiresAtMs > found.nowMs ? "LEASE_ACTIVE" : null;
}

/** At the very moment of expiry the holder may still act, and so may one who acquires: the row's lock lets one of them. */
function isOver(lease: LeaseFacts, nowMs: number): boolean {
  return lease.expiryRecorded || lease.expiresAtMs < nowMs;
}
