// A real Temporal development server in memory, for tests that need more than skipped time.
import { homedir } from "node:os";
import { join } from "node:path";
import { TestWorkflowEnvironment } from "@temporalio/testing";
import { temporalBinary } from "../../cli/up/temporal-binary.ts";
import { waitFor } from "./wait-for.ts";

const BINARY_TIMEOUT_MS = 900_000;
const START_TIMEOUT_MS = 180_000;

/** The SDK ends a server that does not answer within 5 s; a busy machine needs another try, with what it has read by then. */
export async function untilUp(start: () => Promise<TestWorkflowEnvironment>): Promise<TestWorkflowEnvironment> {
  return await waitFor(start, { timeoutMs: START_TIMEOUT_MS, what: "the Temporal server is up" });
}

/** `settings` of the server's dynamic configuration, as `name=value`. */
export async function startTemporalForTests(port?: number, settings: readonly string[] = []): Promise<TestWorkflowEnvironment> {
  const cacheHome = process.env["XDG_CACHE_HOME"];
  const cacheDir = join(cacheHome === undefined || cacheHome === "" ? join(homedir(), ".cache") : cacheHome, "mosaic-fleet");
  const signal = AbortSignal.timeout(BINARY_TIMEOUT_MS);
  const path = await temporalBinary({ cacheDir, environment: process.env, signal }, () => undefined);
  const extraArgs = settings.flatMap((setting) => ["--dynamic-config-value", setting]);
  const server = { executable: { type: "existing-path", path }, extraArgs, ...(port === undefined ? {} : { port }) } as const;
  return await untilUp(() => TestWorkflowEnvironment.createLocal({ server }));
}
