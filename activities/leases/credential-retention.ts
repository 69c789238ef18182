// Removes what the broker kept long enough, one batch at a time, and records expiries whose workflow was lost.
import type { CredentialLeaseClient } from "../../adapters/temporal/credential-lease-client.ts";
import type { Database } from "../../db/core/database.ts";
import { EVENT_RETENTION_BATCH } from "../../contracts/leases/credential-lease.ts";
import { purgeCredentialAdminEvents, purgeLeaseEvents, purgeProofRequests } from "../../db/leases/credential-events.ts";
import { listHeldLeases, listOverdueLeases, lookAtLease } from "../../db/leases/credential-expiry.ts";
import { purgeReplacedPayloads } from "../../db/leases/credential-payloads.ts";
import { purgeWaiters } from "../../db/leases/credential-waiters.ts";
import { purgeSentLeaseMessages } from "../../db/leases/lease-outbox.ts";
import { guarded } from "../core/activity-failure.ts";

/** Workflows that are merely late, after an outage, are left to it for this long. */
const OVERDUE_GRACE_MS = 10 * 60_000;
/** The schedule runs every hour; this allows for delays. */
const FAILED_SINCE_MS = 2 * 24 * 3_600_000;

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
  /** Idempotent: an expiry is recorded once, and a lease has one workflow. */
  settleOverdueLeases(): Promise<{ readonly settled: number; readonly isFull: boolean }>;
}

export interface CredentialRetentionDeps {
  /** Role fleet. */
  readonly fleet: Database;
  /** Role worker. */
  readonly worker: Database;
  readonly leases: Pick<CredentialLeaseClient, "listFailed" | "started">;
}

export function createCredentialRetentionActivities(deps: CredentialRetentionDeps): CredentialRetentionActivities {
  return {
    purgeCredentialBatch: guarded(() => purgeBatch(deps.fleet)),
    settleOverdueLeases: guarded(async () => {
      await startLostWorkflows(deps);
      return await settleOverdue(deps.worker);
    }),
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
  // Few, and bounded by the credentials: what was replaced while someone still read it.
  await fleet.globally(purgeReplacedPayloads);
  const { waiters: _, ...batched } = report;
  return { ...report, isFull: Object.values(batched).some((count) => count >= EVENT_RETENTION_BATCH) };
}

/** A workflow that failed, because an update of the product broke it or someone ended it, is started again where it was. */
async function startLostWorkflows({ worker, leases }: CredentialRetentionDeps): Promise<void> {
  const failed = await leases.listFailed(new Date(Date.now() - FAILED_SINCE_MS));
  const held = failed.length === 0 ? [] : await worker.globally((tx) => listHeldLeases(tx, failed));
  for (const lease of held) await leases.started(lease);
}

async function settleOverdue(worker: Database): Promise<{ settled: number; isFull: boolean }> {
  const filter = { graceMs: OVERDUE_GRACE_MS, limit: EVENT_RETENTION_BATCH };
  const overdue = await worker.globally((tx) => listOverdueLeases(tx, filter));
  for (const lease of overdue) await worker.globally((tx) => lookAtLease(tx, lease));
  return { settled: overdue.length, isFull: overdue.length >= filter.limit };
}
