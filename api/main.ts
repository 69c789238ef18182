// The process `api`: reads its settings, starts, and ends gracefully on SIGTERM or SIGINT.
import { createLogger } from "../adapters/process/logger.ts";
import { FleetError } from "../contracts/core/errors.ts";
import { readApiConfig, type ApiConfig } from "./config.ts";
import { startApi } from "./start-api.ts";

/** sysexits.h: EX_CONFIG. Starting again without a change is of no use. */
const EXIT_CONFIG = 78;
/** sysexits.h: EX_TEMPFAIL. Starting again may be enough. */
const EXIT_TEMPORARY = 75;
const EXIT_FAILURE = 1;

function settings(): ApiConfig {
  try {
    return readApiConfig(process.env);
  } catch (error) {
    if (!(error instanceof FleetError) || error.code !== "CONFIG_INVALID") throw error;
    process.stderr.write(`${error.message}\n`);
    process.exit(EXIT_CONFIG);
  }
}

function exitCodeOf(error: unknown): number {
  if (!(error instanceof FleetError)) return EXIT_FAILURE;
  if (error.code === "CONFIG_INVALID") return EXIT_CONFIG;
  return error.retryable ? EXIT_TEMPORARY : EXIT_FAILURE;
}

const config = settings();
const log = createLogger({ name: "api", level: config.logLevel });

process.on("uncaughtException", (err) => {
  log.fatal({ event: "uncaught", err }, "the process ends because of an error that nobody caught");
  process.exit(EXIT_FAILURE);
});

try {
  const api = await startApi(config, log);
  const stop = (signal: string): void => {
    log.info({ event: "stopping", signal }, "stopping");
    void api.close().then(() => process.exit(0));
  };
  process.once("SIGTERM", stop);
  process.once("SIGINT", stop);
} catch (err) {
  log.fatal({ event: "start_failed", err }, "the api could not start");
  if (err instanceof FleetError) process.stderr.write(`${err.message}\n`);
  process.exit(exitCodeOf(err));
}
