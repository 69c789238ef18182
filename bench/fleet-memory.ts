// How much memory api and worker need for tenants that do nothing: their rows exist, their containers sleep.
import { setTimeout as delay } from "node:timers/promises";
import type { TestWorkflowEnvironment } from "@temporalio/testing";
import { RECONCILE_FLEET_SCHEDULE_ID } from "../contracts/containers/agent-container.ts";
import { getInstallationId } from "../db/installation/system-config.ts";
import { createTestDatabase } from "../tests/support/core/database.ts";
import { removeInstallation } from "../tests/support/containers/engine.ts";
import { localTemporalEnvironment } from "../tests/support/core/local-temporal.ts";
import { populate } from "../tests/support/core/population.ts";
import { startProduct, type ProductProcess } from "../tests/support/core/product-process.ts";
import { waitFor } from "../tests/support/core/wait-for.ts";
import { defineBench, lineOf, type Line, type Samples } from "./support/bench.ts";
import { summarise } from "./support/statistics.ts";

const STEP_TIMEOUT_MS = 60_000;
const READS = 5;

interface Size {
  readonly rounds: number;
  readonly tenants: readonly number[];
  readonly settleMs: number;
}

export const fleetMemory = defineBench<Size>({
  name: "fleet-memory",
  title: "Memory for idle tenants",
  about:
    "Resident memory of the processes api and worker, each restarted for every figure, some seconds after they are ready; and of the worker again after a pass of the reconciler over the whole fleet. Against the same processes of the same round on an empty installation.",
  sizes: {
    full: { rounds: 3, tenants: [1_000, 10_000], settleMs: 5_000 },
    smoke: { rounds: 1, tenants: [10], settleMs: 0 },
  },
  async run({ rounds, tenants, settleMs }) {
    const readings = new Map<number, Reading[]>([0, ...tenants].map((count) => [count, []]));
    for (let round = 0; round < rounds; round += 1) {
      for (const [count, taken] of readings) taken.push(await readAt(count, settleMs));
    }
    const empty = readings.get(0) ?? [];
    return tenants.flatMap((count) => linesOf(count, readings.get(count) ?? [], empty));
  },
});

interface Reading {
  readonly api: number;
  readonly worker: number;
  readonly reconciled: number;
}

const WHAT: Readonly<Record<keyof Reading, string>> = {
  api: "api",
  worker: "worker",
  reconciled: "worker after a pass of the reconciler",
};

function linesOf(count: number, taken: readonly Reading[], empty: readonly Reading[]): Line[] {
  const samplesOf = (part: keyof Reading): Samples => ({
    ours: taken.map((reading) => reading[part]),
    bare: empty.map((reading) => reading[part]),
  });
  const parts = ["api", "worker", "reconciled"] as const;
  return parts.map((part) => {
    const what = `${WHAT[part]}, ${count.toLocaleString("en")} idle tenants`;
    return lineOf({ what, unit: "MiB", against: "no tenants" }, samplesOf(part));
  });
}

async function readAt(tenants: number, settleMs: number): Promise<Reading> {
  const ending: (() => Promise<unknown>)[] = [];
  try {
    const database = await createTestDatabase();
    ending.unshift(() => database.drop());
    await populate(database, tenants, "asleep");
    const installation = await (await database.openAs("api")).globally(getInstallationId);
    ending.unshift(() => removeInstallation(installation));
    const environment = await localTemporalEnvironment();
    ending.unshift(() => environment.teardown());
    const settings = { TEMPORAL_ADDRESS: environment.address, MOSAIC_PORT: "0" };
    const worker = startProduct("worker", database, settings);
    ending.unshift(() => worker.stop());
    await worker.hasLogged(/"event":"worker.ready"/);
    const api = startProduct("api", database, { ...settings, MOSAIC_INTERNAL_PORT: "0" });
    ending.unshift(() => api.stop());
    await api.hasLogged(/"event":"api_listening"/);
    await delay(settleMs);
    const before = { api: await residentMib(api), worker: await residentMib(worker) };
    await reconcileOnce(environment);
    return { ...before, reconciled: await residentMib(worker) };
  } finally {
    for (const end of ending) await end();
  }
}

async function residentMib(process: ProductProcess): Promise<number> {
  const reads: number[] = [];
  for (let count = 0; count < READS; count += 1) reads.push(await process.residentMib());
  return summarise(reads).median;
}

/** Triggers the schedule, and waits for the end of its pass. */
async function reconcileOnce({ client }: TestWorkflowEnvironment): Promise<void> {
  const schedule = client.schedule.getHandle(RECONCILE_FLEET_SCHEDULE_ID);
  await schedule.trigger();
  const action = await waitFor(async () => (await schedule.describe()).info.recentActions.at(-1)?.action, {
    timeoutMs: STEP_TIMEOUT_MS,
    what: "a pass began",
  });
  await client.workflow.getHandle(action.workflow.workflowId).result();
}
