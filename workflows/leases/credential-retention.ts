// Every hour, on a schedule: old events of the broker are removed in batches, again at once while a batch is full.
import { continueAsNew, proxyActivities, setCurrentDetails, workflowInfo } from "@temporalio/workflow";
import { z } from "zod";
import type { CredentialRetentionActivities, CredentialRetentionReport } from "../../activities/leases/credential-retention.ts";
import { parseInput } from "../core/parse-input.ts";

const BATCH_TIMEOUT_MS = 60_000;
/** The next hour comes soon: a few attempts are enough. */
const RETRY = { initialInterval: 5_000, backoffCoefficient: 2, maximumAttempts: 5 };

const { purgeCredentialBatch } = proxyActivities<CredentialRetentionActivities>({
  startToCloseTimeout: BATCH_TIMEOUT_MS,
  retry: RETRY,
  summary: "delete a batch of what was kept long enough",
});
const { settleOverdueLeases } = proxyActivities<CredentialRetentionActivities>({
  startToCloseTimeout: BATCH_TIMEOUT_MS,
  retry: RETRY,
  summary: "record expiries whose workflow was lost",
});

const count = z.int().default(0);
const totalSchema = z
  .object({
    leaseEvents: count,
    adminEvents: count,
    outboxRows: count,
    proofRequests: count,
    waiters: count,
    overdueLeases: count,
  })
  .default({ leaseEvents: 0, adminEvents: 0, outboxRows: 0, proofRequests: 0, waiters: 0, overdueLeases: 0 });
type Total = z.infer<typeof totalSchema>;

/** `before`: what the runs before this one removed, when there was more than one history may hold. */
export async function credentialRetention(before?: Total): Promise<Total> {
  let total = parseInput(totalSchema, before);
  for (let isFull = true; isFull;) {
    const overdue = await settleOverdueLeases();
    const batch = await purgeCredentialBatch();
    total = { ...added(total, batch), overdueLeases: total.overdueLeases + overdue.settled };
    isFull = batch.isFull || overdue.isFull;
    setCurrentDetails(details(total, isFull));
    if (isFull && workflowInfo().continueAsNewSuggested) await continueAsNew<typeof credentialRetention>(total);
  }
  return total;
}

function added(total: Total, batch: CredentialRetentionReport): Total {
  return {
    ...total,
    leaseEvents: total.leaseEvents + batch.leaseEvents,
    adminEvents: total.adminEvents + batch.adminEvents,
    outboxRows: total.outboxRows + batch.outboxRows,
    proofRequests: total.proofRequests + batch.proofRequests,
    waiters: total.waiters + batch.waiters,
  };
}

function details(total: Total, isFull: boolean): string {
  return [
    isFull ? "Removing what was kept long enough; the last batch was full." : "Removed what was kept long enough:",
    "",
    `- lease events, kept 2 days: ${total.leaseEvents}`,
    `- admin events, kept 30 days: ${total.adminEvents}`,
    `- delivered messages about leases, kept 1 day: ${total.outboxRows}`,
    `- ids of requests that were served, kept 30 days: ${total.proofRequests}`,
    `- waiters that went away: ${total.waiters}`,
    `- expiries recorded for lost workflows: ${total.overdueLeases}`,
  ].join("\n");
}
