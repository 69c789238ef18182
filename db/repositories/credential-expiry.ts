// The end of leases that nobody gave back: recorded by the lease's workflow, with quarantine and cool-down where set.
import type { GlobalTransaction } from "../database.ts";

export type LeaseLook =
  /** Given back, taken away, or the credential is leased to somebody else. */
  | { readonly state: "gone" }
  | { readonly state: "held"; readonly leftMs: number; readonly expiresAtMs: number }
  | {
      readonly state: "expired";
      readonly expiresAtMs: number;
      readonly quarantined: boolean;
      readonly coolUntilMs: number | null;
    };

/**
 * Looks at a lease and, when its time is over, records that: event `expired`, `expiry_recorded_at`, quarantine where asked,
 * cool-down where set, and tells the waiters. Idempotent: the second time gives the same answer and changes nothing.
 * Roles worker and fleet.
 */
export async function lookAtLease(
  _tx: GlobalTransaction,
  _lease: { readonly leaseId: string; readonly credentialId: string },
): Promise<LeaseLook> {
  throw new Error("not yet");
}

/** Leases that expired more than `graceMs` ago and were not recorded, oldest first: what a lost workflow would leave. */
export async function listOverdueLeases(
  _tx: GlobalTransaction,
  _filter: { readonly graceMs: number; readonly limit: number },
): Promise<{ readonly leaseId: string; readonly credentialId: string }[]> {
  throw new Error("not yet");
}
