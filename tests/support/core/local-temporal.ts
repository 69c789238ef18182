// A real Temporal server in memory, for tests that need more than skipped time: set up as `npm start` sets up its own.
import { homedir } from "node:os";
import { join } from "node:path";
import { defineSearchAttributeKey } from "@temporalio/common";
import { TestWorkflowEnvironment } from "@temporalio/testing";
import { temporalBinary } from "../../../cli/up/temporal-binary.ts";
import { temporalUiArchive } from "../../../cli/up/temporal-ui.ts";
import { TEMPORAL_SETTINGS } from "../../../cli/up/temporal-server.ts";
import { SEARCH_ATTRIBUTES } from "../../../contracts/containers/agent-container.ts";
import { startedServer } from "./ephemeral-server.ts";
import { useWorld } from "./use-world.ts";

const FETCH_TIMEOUT_MS = 900_000;

export interface LocalTemporalOptions {
  readonly port?: number;
  /** More of the server's dynamic configuration, as `name=value`. */
  readonly settings?: readonly string[];
  /** Without search attributes, as servers are that others run: our worker adds what is missing. */
  readonly isBare?: boolean;
}

/** Downloads or builds the server when it is nowhere yet, which takes minutes once. */
export async function localTemporalBinary(): Promise<string> {
  return await temporalBinary(cache(), () => undefined);
}

/** The archive of its Web UI, downloaded once. */
export async function localTemporalUi(): Promise<string> {
  const archive = await temporalUiArchive(cache(), () => undefined);
  if (archive === null) throw new Error("The Temporal Web UI could not be fetched.");
  return archive;
}

function cache() {
  const cacheHome = process.env["XDG_CACHE_HOME"] ?? "";
  return {
    cacheDir: join(cacheHome === "" ? join(homedir(), ".cache") : cacheHome, "mosaic-fleet"),
    environment: process.env,
    signal: AbortSignal.timeout(FETCH_TIMEOUT_MS),
  };
}

export const useTemporal = (options?: LocalTemporalOptions) =>
  useWorld(async (ends) => ends.adopt(await localTemporalEnvironment(options), (environment) => environment.teardown()));

export async function localTemporalEnvironment(options: LocalTemporalOptions = {}): Promise<TestWorkflowEnvironment> {
  const { port, settings = [], isBare = false } = options;
  const path = await localTemporalBinary();
  const searchAttributes = Object.entries(SEARCH_ATTRIBUTES).map(([name, type]) => defineSearchAttributeKey(name, type));
  const server = {
    log: { format: "json", level: "error" },
    executable: { type: "existing-path", path },
    extraArgs: [...TEMPORAL_SETTINGS, ...settings].flatMap((setting) => ["--dynamic-config-value", setting]),
    ...(isBare ? {} : { searchAttributes }),
    ...(port === undefined ? {} : { port }),
  } as const;
  return await startedServer(() => TestWorkflowEnvironment.createLocal({ server }));
}
