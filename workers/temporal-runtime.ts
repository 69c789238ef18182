// The Temporal SDK's process-wide runtime: its logs go to ours, its metrics to Prometheus.
import { makeTelemetryFilterString, Runtime } from "@temporalio/worker";
import type { Logger } from "pino";

type SdkLogger = NonNullable<Parameters<typeof Runtime.install>[0]["logger"]>;
type SdkLogLevel = Parameters<SdkLogger["log"]>[0];

/** The benign failures of every healthy look would fill the log; warnings and worse are enough. */
const CORE_LOG_LEVEL = "WARN";
const OWN_LEVEL = { TRACE: "trace", DEBUG: "debug", INFO: "info", WARN: "warn", ERROR: "error" } as const;

/** Call once per process, before anything else of the SDK's worker. Ending on signals is left to the caller. */
export function installTemporalRuntime(log: Logger, metricsPort: number | null): void {
  Runtime.install({
    logger: asSdkLogger(log),
    shutdownSignals: [],
    telemetryOptions: {
      logging: { forward: {}, filter: makeTelemetryFilterString({ core: CORE_LOG_LEVEL, other: CORE_LOG_LEVEL }) },
      ...(metricsPort === null ? {} : { metrics: { prometheus: { bindAddress: `127.0.0.1:${metricsPort}` } } }),
    },
  });
}

function asSdkLogger(log: Logger): SdkLogger {
  const write = (level: SdkLogLevel, message: string, meta: object | undefined): void => {
    log[OWN_LEVEL[level]]({ event: "temporal.sdk", ...meta }, message);
  };
  return {
    log: write,
    trace: (message, meta) => write("TRACE", message, meta),
    debug: (message, meta) => write("DEBUG", message, meta),
    info: (message, meta) => write("INFO", message, meta),
    warn: (message, meta) => write("WARN", message, meta),
    error: (message, meta) => write("ERROR", message, meta),
  };
}
