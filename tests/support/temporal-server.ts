// A real Temporal development server in memory, for tests that need more than skipped time.
import { homedir } from "node:os";
import { join } from "node:path";
import { TestWorkflowEnvironment } from "@temporalio/testing";
import { temporalBinary } from "../../cli/up/temporal-binary.ts";
import { startedServer } from "./ephemeral-server.ts";

const BINARY_TIMEOUT_MS = 900_000;

/** `settings` of the server's dynamic configuration, as `name=value`. */
export async function startTemporalForTests(port?: number, settings: readonly string[] = []): Promise<TestWorkflowEnvironment> {
  const cacheHome = process.env["XDG_CACHE_HOME"];
  const cacheDir = join(cacheHome === undefined || cacheHome === "" ? join(homedir(), ".cache") : cacheHome, "mosaic-fleet");
  const signal = AbortSignal.timeout(BINARY_TIMEOUT_MS);
  const path = await temporalBinary({ cacheDir, environment: process.env, signal }, () => undefined);
  const extraArgs = settings.flatMap((setting) => ["--dynamic-config-value", setting]);
  return await startedServer(() =>
    TestWorkflowEnvironment.createLocal({
      server: { executable: { type: "existing-path", path }, extraArgs, ...(port === undefined ? {} : { port }) },
    }),
  );
}
