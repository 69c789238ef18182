// Decides why a pool has no credential to lease: the reason that someone can act on comes first.
import type { ExhaustionReason } from "../../contracts/leases/credential-lease.ts";

/** Credentials of one kind, each counted once, and the limit and waiters in front of them. */
export interface PoolCounts {
  readonly total: number;
  readonly free: number;
  readonly leased: number;
  readonly disabled: number;
  readonly quarantined: number;
  /** Their lease with quarantine on expiry has expired, but that is not recorded yet. */
  readonly expiryPending: number;
  readonly coolingDown: number;
  readonly waiters: number;
  /** Null: no limit. */
  readonly maxLeases: number | null;
}

/** Null: an acquire would be served now. */
export function exhaustionReason(
  counts: PoolCounts,
  caller: { readonly standsBehindWaiters: boolean },
): ExhaustionReason | null {
  if (counts.total === 0) return "empty";
  if (counts.disabled + counts.quarantined === counts.total) return "all_disabled";
  if (counts.maxLeases !== null && counts.leased >= counts.maxLeases) return "lease_limit";
  if (counts.free > 0) return caller.standsBehindWaiters && counts.waiters > 0 ? "waiters_first" : null;
  if (counts.leased > 0) return "all_leased";
  return counts.coolingDown > 0 ? "cooling_down" : "expiry_pending";
}
