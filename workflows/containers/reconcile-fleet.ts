// Compares desired and actual every few minutes, on a schedule, and repairs what differs.
import { proxyActivities, setCurrentDetails } from "@temporalio/workflow";
import type { ReconcileFleetActivities, ReconcileReport } from "../../activities/containers/reconcile-fleet.ts";

const PASS_TIMEOUT_MS = 120_000;
const PURGE_TIMEOUT_MS = 60_000;
/** The next pass comes soon: a few attempts are enough. */
const RETRY = { initialInterval: 5_000, backoffCoefficient: 2, maximumAttempts: 3 };

const { repairDrift } = proxyActivities<ReconcileFleetActivities>({
  startToCloseTimeout: PASS_TIMEOUT_MS,
  retry: RETRY,
  summary: "rows, engine and workflows",
});
const { purgeExpired } = proxyActivities<ReconcileFleetActivities>({
  startToCloseTimeout: PURGE_TIMEOUT_MS,
  retry: RETRY,
  summary: "delete what was kept long enough",
});

export async function reconcileFleet(): Promise<ReconcileReport> {
  setCurrentDetails("Comparing the rows of containers with the engine and the open workflows.");
  try {
    const report = await repairDrift();
    setCurrentDetails(details(report));
    return report;
  } finally {
    // Needs neither engine nor workflows: while those are unavailable, the tables must not grow.
    await purgeExpired();
  }
}

function details(report: ReconcileReport): string {
  const lines = Object.entries(report).map(([what, count]) => `- ${what}: ${count}`);
  return ["The last pass:", "", ...lines].join("\n");
}
