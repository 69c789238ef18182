// Acquiring a lease: one statement, least recently leased first, locked rows skipped, behind those who wait.
import type { ExhaustionReason, BrokerActor } from "../../contracts/credential-lease.ts";
import type { Secret } from "../../contracts/secret.ts";
import type { Database } from "../database.ts";

export interface AcquireInput {
  readonly kind: string;
  readonly ownerId: string;
  readonly actor: BrokerActor;
  /** Within LEASE_LIMITS; shortened to the kind's longest TTL. */
  readonly leaseTtlMs: number;
  readonly quarantineOnExpiry: boolean;
  readonly requestId?: string | undefined;
  readonly excludeCredentialIds: readonly string[];
  /** Of credential-waiters: serves this waiter in its turn and takes it out of the queue. Without it: behind all of them. */
  readonly waiterId?: string | undefined;
  /** Leaves an event `acquire_failed` when nothing is free; a waiter leaves one at its last attempt only. */
  readonly recordsFailure: boolean;
}

export interface AcquiredLease {
  readonly credentialId: string;
  readonly leaseId: string;
  readonly leaseToken: Secret;
  /** Rises with every lease of the credential. */
  readonly fence: number;
  /** As granted: the kind may allow less than was asked for. */
  readonly leaseTtlMs: number;
  readonly expiresAtMs: number;
  readonly payload:
    | { readonly form: "whole"; readonly text: Secret }
    | { readonly form: "chunked"; readonly byteLength: number; readonly chunkCount: number };
}

/** Nothing free, or others are first. */
export interface Exhaustion {
  readonly reason: ExhaustionReason;
  /** Milliseconds until the next lease of the kind expires or credential has rested; null: nothing will by itself. */
  readonly nextExpiryMs: number | null;
  /**
   * Milliseconds after which trying again makes sense although nothing was notified: then a lease expires or a waiter
   * before is forgotten. Null: only a notification can help.
   */
  readonly tryAgainMs: number | null;
}

export type AcquireResult =
  | { readonly outcome: "leased"; readonly lease: AcquiredLease }
  | { readonly outcome: "exhausted"; readonly exhaustion: Exhaustion }
  | { readonly outcome: "request_consumed" };

/** Role api. Never two unexpired leases of one credential; equality at the moment of expiry: either side, not both. */
export async function acquireLease(_database: Database, _input: AcquireInput): Promise<AcquireResult> {
  throw new Error("not yet");
}
