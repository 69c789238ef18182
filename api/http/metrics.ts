// Prometheus metrics of the api process. Labels hold operation names and statuses only: no ids, no addresses.
import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from "prom-client";

export interface RequestObservation {
  readonly listener: "public" | "internal";
  readonly operation: string;
  readonly status: number;
  readonly seconds: number;
}

export interface ApiMetrics {
  readonly registry: Registry;
  observeRequest(observation: RequestObservation): void;
  /** Asked at every scrape. */
  trackOpenStreams(count: () => number): void;
}

const LATENCY_BUCKETS_SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 120];

export function createMetrics(): ApiMetrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry, prefix: "mosaic_api_" });
  const requests = new Counter({
    name: "mosaic_api_http_requests_total",
    help: "Requests by operation and status.",
    labelNames: ["listener", "operation", "status"],
    registers: [registry],
  });
  const seconds = new Histogram({
    name: "mosaic_api_http_request_seconds",
    help: "Time from the first byte of a request to the end of its response.",
    labelNames: ["listener", "operation"],
    buckets: LATENCY_BUCKETS_SECONDS,
    registers: [registry],
  });
  return {
    registry,
    trackOpenStreams(count) {
      const gauge: Gauge = new Gauge({
        name: "mosaic_api_open_streams",
        help: "Chat streams open now.",
        registers: [registry],
        collect: (): void => gauge.set(count()),
      });
    },
    observeRequest: ({ listener, operation, status, seconds: elapsed }) => {
      requests.inc({ listener, operation, status: String(status) });
      seconds.observe({ listener, operation }, elapsed);
    },
  };
}
