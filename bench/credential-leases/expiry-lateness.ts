// How late expiries are recorded: event time minus expiry, with many leases and their workflows alive at once.
import { pino } from "pino";
import { Worker } from "@temporalio/worker";
import { createCredentialLeaseActivities } from "../../activities/credential-lease.ts";
import { createCredentialLeaseClient } from "../../adapters/credential-lease-client.ts";
import { TASK_QUEUE } from "../../contracts/agent-container.ts";
import type { Database } from "../../db/database.ts";
import { acquireLease } from "../../db/repositories/credential-leases.ts";
import { createTestDatabase, type TestDatabase } from "../../tests/support/database.ts";
import { localTemporalEnvironment } from "../../tests/support/local-temporal.ts";
import { recordContainers } from "../../tests/support/recording-containers.ts";
import { recordDeactivations } from "../../tests/support/recording-deactivations.ts";
import { waitFor } from "../../tests/support/wait-for.ts";
import { workflowBundle } from "../../tests/support/workflow-world.ts";
import { runOutboxRelay } from "../../workers/outbox-relay.ts";
import { figure, quantile } from "./latencies.ts";
import { addPool } from "./operations.ts";

const KIND = "bench";
const ACQUIRERS = 10;
/** As the worker process has it. */
const MAX_CACHED_WORKFLOWS = 300;

export interface LatenessOptions {
  readonly leases: number;
  /** Seconds until the first lease expires: all workflows should have been started by then. */
  readonly setUpSeconds: number;
  /** Seconds over which the expiries are spread. */
  readonly spreadSeconds: number;
}

export interface Lateness {
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
  /** Seconds before the first expiry at which the last workflow was started; negative: after it. */
  readonly startedAheadSeconds: number;
}

export async function measureLateness(options: LatenessOptions): Promise<Lateness> {
  const database = await createTestDatabase();
  const environment = await localTemporalEnvironment();
  const [api, workerDb, fleet] = [
    await database.openAs("api"),
    await database.openAs("worker"),
    await database.openAs("fleet"),
  ];
  const leases = createCredentialLeaseClient({ call: (work) => work(environment.client) });
  const worker = await Worker.create({
    connection: environment.nativeConnection,
    taskQueue: TASK_QUEUE,
    workflowBundle: await workflowBundle(),
    activities: { ...createCredentialLeaseActivities({ worker: workerDb }) },
    maxCachedWorkflows: MAX_CACHED_WORKFLOWS,
  });
  const ending = new AbortController();
  const deps = {
    fleet,
    containers: recordContainers(),
    deactivations: recordDeactivations(),
    leases,
    log: pino({ level: "silent" }),
  };
  try {
    return await worker.runUntil(async () => {
      const relay = runOutboxRelay(deps, ending.signal);
      const result = await expireAll(database, api, options);
      ending.abort();
      await relay;
      return result;
    });
  } finally {
    await environment.teardown();
    await database.drop();
  }
}

async function expireAll(database: TestDatabase, api: Database, options: LatenessOptions): Promise<Lateness> {
  const { leases, setUpSeconds, spreadSeconds } = options;
  await addPool(api, leases);
  const firstMs = Date.now() + setUpSeconds * 1_000;
  let next = 0;
  const acquirer = async (): Promise<void> => {
    for (let index = next++; index < leases; index = next++) {
      const expiresAtMs = firstMs + (index / leases) * spreadSeconds * 1_000;
      const asked = {
        kind: KIND,
        ownerId: `bench-${index}`,
        actor: { role: "ci", id: "env:ci" },
        recordsFailure: true,
      } as const;
      const terms = { leaseTtlMs: Math.round(expiresAtMs - Date.now()), quarantineOnExpiry: false, excludeCredentialIds: [] };
      const done = await acquireLease(api, { ...asked, ...terms });
      if (done.outcome !== "leased") throw new Error(`nothing was leased: ${done.outcome}`);
    }
  };
  await Promise.all(Array.from({ length: ACQUIRERS }, acquirer));
  const count = async (what: string) =>
    (await database.asOwner<{ n: number }>(`SELECT count(*)::integer AS n FROM mosaic.${what}`))[0]?.n;
  const patience = { timeoutMs: 900_000, everyMs: 250 };
  await waitFor(async () => (await count("outbox WHERE sent_at IS NULL")) === 0, {
    ...patience,
    what: "every workflow is started",
  });
  const startedAheadSeconds = (firstMs - Date.now()) / 1_000;
  await waitFor(async () => (await count("credential_lease_events WHERE type = 'expired'")) === leases, {
    ...patience,
    everyMs: 1_000,
    timeoutMs: 900_000 + spreadSeconds * 1_000,
    what: "every expiry is recorded",
  });
  const rows = await database.asOwner<{ ms: number }>(
    `SELECT (extract(epoch FROM occurred_at - expires_at) * 1000)::float AS ms
       FROM mosaic.credential_lease_events WHERE type = 'expired' ORDER BY 1`,
  );
  return { ...quantilesOf(rows.map(({ ms }) => ms)), startedAheadSeconds };
}

function quantilesOf(sorted: readonly number[]): Pick<Lateness, "p50Ms" | "p99Ms" | "maxMs"> {
  return { p50Ms: quantile(sorted, 0.5), p99Ms: quantile(sorted, 0.99), maxMs: quantile(sorted, 1) };
}

export function describeLateness({ leases, spreadSeconds }: LatenessOptions, lateness: Lateness): string[] {
  const { p50Ms, p99Ms, maxMs, startedAheadSeconds } = lateness;
  const rate = `${figure(leases / spreadSeconds)}/s`;
  return [leases.toLocaleString("en"), rate, figure(p50Ms), figure(p99Ms), figure(maxMs), `${figure(startedAheadSeconds)} s`];
}
