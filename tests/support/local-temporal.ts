// A real Temporal server for tests that need no skipped time, with the search attributes that our workflows write.
import { homedir } from "node:os";
import { join } from "node:path";
import { defineSearchAttributeKey } from "@temporalio/common";
import { TestWorkflowEnvironment } from "@temporalio/testing";
import { temporalBinary } from "../../cli/up/temporal-binary.ts";
import { SEARCH_ATTRIBUTES } from "../../contracts/agent-container.ts";
import { startedServer } from "./ephemeral-server.ts";

const FETCH_TIMEOUT_MS = 900_000;

/** Downloads or builds the server when it is nowhere yet, which takes minutes once. */
export async function localTemporalEnvironment(): Promise<TestWorkflowEnvironment> {
  const cacheHome = process.env["XDG_CACHE_HOME"] ?? "";
  const context = {
    cacheDir: join(cacheHome === "" ? join(homedir(), ".cache") : cacheHome, "mosaic-fleet"),
    environment: process.env,
    signal: AbortSignal.timeout(FETCH_TIMEOUT_MS),
  };
  const path = await temporalBinary(context, () => undefined);
  const searchAttributes = Object.entries(SEARCH_ATTRIBUTES).map(([name, type]) => defineSearchAttributeKey(name, type));
  return await startedServer(() =>
    TestWorkflowEnvironment.createLocal({
      server: { log: { format: "json", level: "error" }, executable: { type: "existing-path", path }, searchAttributes },
    }),
  );
}
