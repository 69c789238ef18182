// Removes what the broker kept long enough, one batch at a time, and records expiries whose workflow was lost.
import type { Database } from "../db/database.ts";
import { EVENT_RETENTION_BATCH } from "../contracts/credential-lease.ts";
import { purgeCredentialAdminEvents, purgeLeaseEvents, purgeProofRequests } from "../db/repositories/credential-events.ts";
import { listOverdueLeases, lookAtLease } from "../db/repositories/credential-expiry.ts";
import { purgeReplacedPayloads } from "../db/repositories/credential-payloads.ts";
import { purgeWaiters } from "../db/repositories/credential-waiters.ts";
import { purgeSentLeaseMessages } from "../db/repositories/outbox.ts";
import { guarded } from "./activity-failure.ts";

/** Workflows that are merely late, after an outage, are left to it for this long. */
const OVERDUE_GRACE_MS = 10 * 60_000;

export interface CredentialRetentionReport {
  readonly leaseEvents: number;
  readonly adminEvents: number;
  readonly outboxRows: number;
  readonly proofRequests: number;
  readonly waiters: number;
}

export interface CredentialRetentionActivities {
  /** Idempotent: what is deleted is gone. `isFull`: there may be more. */
  purgeCredentialBatch(): Promise<CredentialRetentionReport & { readonly isFull: boolean }>;
  /** Idempotent: an expiry is recorded once. */
  settleOverdueLeases(): Promise<{ readonly settled: number; readonly isFull: boolean }>;
}

export interface CredentialRetentionDeps {
  /** Role fleet. */
  readonly fleet: Database;
  /** Role worker. */
  readonly worker: Database;
}

export function createCredentialRetentionActivities(deps: CredentialRetentionDeps): CredentialRetentionActivities {
  return {
    purgeCredentialBatch: guarded(() => purgeBatch(deps.fleet)),
    settleOverdueLeases: guarded(() => settleOverdue(deps.worker)),
  };
}

/** Each kind of row in a transaction of its own: none is held while the others are searched. */
async function purgeBatch(fleet: Database): Promise<CredentialRetentionReport & { isFull: boolean }> {
  const report = {
    leaseEvents: await fleet.globally(purgeLeaseEvents),
    adminEvents: await fleet.globally(purgeCredentialAdminEvents),
    outboxRows: await fleet.globally((tx) => purgeSentLeaseMessages(tx, EVENT_RETENTION_BATCH)),
    proofRequests: await fleet.globally(purgeProofRequests),
    waiters: await fleet.globally(purgeWaiters),
  };
  // Few, and bounded by the credentials: what was replaced while somebody still read it.
  await fleet.globally(purgeReplacedPayloads);
  const { waiters: _, ...batched } = report;
  return { ...report, isFull: Object.values(batched).some((count) => count >= EVENT_RETENTION_BATCH) };
}

async function settleOverdue(worker: Database): Promise<{ settled: number; isFull: boolean }> {
  const filter = { graceMs: OVERDUE_GRACE_MS, limit: EVENT_RETENTION_BATCH };
  const overdue = await worker.globally((tx) => listOverdueLeases(tx, filter));
  for (const lease of overdue) await worker.globally((tx) => lookAtLease(tx, lease));
  return { settled: overdue.length, isFull: overdue.length >= filter.limit };
}
