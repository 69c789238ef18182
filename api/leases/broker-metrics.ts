// Metrics of the broker by kind: the pools as the database has them at each scrape, waits and holds as they end here.
import { Gauge, Histogram, type Registry } from "prom-client";
import type { Logger } from "pino";
import type { Database } from "../../db/core/database.ts";
import { OTHER_KINDS, poolFigures, type PoolFigures } from "../../db/leases/credential-metrics.ts";

export interface BrokerMetrics {
  /** A waiter was served. */
  observeWait(kind: string, seconds: number): void;
  /** A lease was released or reported bad. Expiries are in the event log. */
  observeHold(kind: string, seconds: number): void;
}

const WAIT_BUCKETS_SECONDS = [0.1, 0.5, 1, 5, 15, 60, 300, 900, 3_600];
const HOLD_BUCKETS_SECONDS = [1, 10, 30, 60, 120, 300, 600, 1_200, 3_600, 7_200];
/** As many kinds get a label of their own, in order of appearance. */
const KINDS_MAX = 100;

export function createBrokerMetrics(deps: { db: Database; log: Logger; registry: Registry }): BrokerMetrics {
  createPoolGauges(deps.registry, createReader(deps));
  const registers = [deps.registry];
  const waits = new Histogram({
    name: "mosaic_credential_wait_seconds",
    help: "Waiting time of callers that got a lease.",
    ...{ labelNames: ["kind"], buckets: WAIT_BUCKETS_SECONDS, registers },
  });
  const holds = new Histogram({
    name: "mosaic_credential_hold_seconds",
    help: "Duration of released leases.",
    ...{ labelNames: ["kind"], buckets: HOLD_BUCKETS_SECONDS, registers },
  });
  const label = createLabels();
  return {
    observeWait: (kind, seconds) => waits.observe({ kind: label(kind) }, seconds),
    observeHold: (kind, seconds) => holds.observe({ kind: label(kind) }, seconds),
  };
}

interface PoolGauge {
  readonly name: string;
  readonly help: string;
  readonly value: (figures: PoolFigures) => number;
}

const POOL_GAUGES: readonly PoolGauge[] = [
  { name: "waiters", help: "Callers waiting now.", value: ({ waiters }) => waiters },
  {
    name: "longest_wait_seconds",
    help: "Waiting time of the caller at the head of the queue.",
    value: ({ longestWaitSeconds }) => longestWaitSeconds,
  },
  {
    name: "longest_hold_seconds",
    help: "Age of the oldest active lease.",
    value: ({ longestHoldSeconds }) => longestHoldSeconds,
  },
  {
    name: "expiries_last_hour",
    help: "Leases that expired without a heartbeat in the last hour.",
    value: ({ expiriesInLastHour }) => expiriesInLastHour,
  },
];

function createPoolGauges(registry: Registry, read: () => Promise<readonly PoolFigures[]>): void {
  const registers = [registry];
  const credentials: Gauge<"kind" | "state"> = new Gauge({
    name: "mosaic_credentials",
    help: "Credentials by state: free, leased, quarantined and so on.",
    ...{ labelNames: ["kind", "state"] as const, registers },
    async collect() {
      const pools = await read();
      credentials.reset();
      for (const { kind, credentials: counts } of pools) {
        for (const [state, count] of Object.entries(counts)) credentials.set({ kind, state }, count);
      }
    },
  });
  for (const { name, help, value } of POOL_GAUGES) {
    const gauge: Gauge<"kind"> = new Gauge({
      name: `mosaic_credential_${name}`,
      ...{ help, labelNames: ["kind"] as const, registers },
      async collect() {
        const pools = await read();
        gauge.reset();
        for (const pool of pools) gauge.set({ kind: pool.kind }, value(pool));
      },
    });
  }
}

/** All gauges of one scrape share one statement. Without the database there is nothing to show, but the rest goes on. */
function createReader({ db, log }: { db: Database; log: Logger }): () => Promise<readonly PoolFigures[]> {
  let reading: Promise<readonly PoolFigures[]> | null = null;
  return () => {
    reading ??= poolFigures(db)
      .catch((err: unknown) => {
        log.warn({ event: "pool_figures_unreadable", err }, "the figures of the credential pools cannot be read");
        return [];
      })
      .finally(() => {
        reading = null;
      });
    return reading;
  };
}

function createLabels(): (kind: string) => string {
  const known = new Set<string>();
  return (kind) => {
    if (known.size < KINDS_MAX) known.add(kind);
    return known.has(kind) ? kind : OTHER_KINDS;
  };
}
