// The process `worker`: reads its settings, runs, and drains on SIGTERM or SIGINT.
import { createLogger } from "../adapters/process/logger.ts";
import { FleetError } from "../contracts/core/errors.ts";
import { readWorkerConfig, type WorkerConfig } from "./config.ts";
import { runWorker } from "./start-worker.ts";
import { installTemporalRuntime } from "./temporal-runtime.ts";

/** sysexits.h: EX_CONFIG. Starting again without a change is of no use. */
const EXIT_CONFIG = 78;
const EXIT_FAILURE = 1;

function settings(): WorkerConfig {
  try {
    return readWorkerConfig(process.env);
  } catch (error) {
    if (!(error instanceof FleetError) || error.code !== "CONFIG_INVALID") throw error;
    process.stderr.write(`${error.message}\n`);
    process.exit(EXIT_CONFIG);
  }
}

const config = settings();
const log = createLogger({ name: "worker", level: config.logLevel });
const stopping = new AbortController();

process.on("uncaughtException", (err) => {
  log.fatal({ event: "uncaught", err }, "the process ends because of an error that nobody caught");
  process.exit(EXIT_FAILURE);
});
for (const signal of ["SIGTERM", "SIGINT"] as const) {
  process.once(signal, () => {
    log.info({ event: "stopping", signal }, "stopping");
    stopping.abort();
  });
}

try {
  installTemporalRuntime(log, config.metricsPort);
  await runWorker(config, log, stopping.signal);
  process.exit(0);
} catch (err) {
  log.fatal({ event: "start_failed", err }, "the worker ended");
  if (err instanceof FleetError) process.stderr.write(`${err.message}\n`);
  process.exit(err instanceof FleetError && err.code === "CONFIG_INVALID" ? EXIT_CONFIG : EXIT_FAILURE);
}
