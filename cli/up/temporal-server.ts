// The local Temporal server: the CLI's development server, with its data in a file, on loopback.
import { mkdir } from "node:fs/promises";
import { dirname } from "node:path";
import { Connection } from "@temporalio/client";
import { msToTs } from "@temporalio/common/lib/time.js";
import { SEARCH_ATTRIBUTES } from "../../contracts/agent-container.ts";
import { startProcess, type NoteProcess, type RunningProcess } from "./child-process.ts";
import type { DataDir } from "./data-dir.ts";
import type { Environment } from "./settings.ts";

export const TEMPORAL_NAMESPACE = "default";
const START_TIMEOUT_MS = 60_000;
const STOP_TIMEOUT_MS = 10_000;
const CALL_TIMEOUT_MS = 5_000;
/** Closed runs are an agent's past; one month of it can be read in the Web UI. */
const RETENTION_DAYS = 30;
const DAY_MS = 86_400_000;
/** Ten times as often costs a third of the starts a second, for each time finds fewer of them; a start gains nothing by it. */
const POLLS_PER_SECOND = 100;

/**
 * The server's dynamic configuration. All its workflows are in one shard, and by default a shard takes up a queue 20 times
 * a second: with many tenants each step of each workflow waits for its turn. Production servers have hundreds of shards.
 */
export const TEMPORAL_SETTINGS = ["transfer", "timer", "visibility"].map(
  (queue) => `history.${queue}ProcessorMaxPollRPS=${POLLS_PER_SECOND}`,
);

/** The names that the CLI and the Web UI use for the types of search attributes. */
const CLI_TYPES = { KEYWORD: "Keyword", INT: "Int" } as const;

export interface TemporalServerOptions {
  readonly binary: string;
  readonly dir: DataDir;
  readonly port: number;
  readonly uiPort: number;
  readonly metricsPort: number;
  readonly environment: Environment;
  readonly signal: AbortSignal;
}

/** Resolves when the namespace is there and keeps closed runs for a month. */
export async function startTemporalServer(options: TemporalServerOptions, noteProcess?: NoteProcess): Promise<RunningProcess> {
  const address = `127.0.0.1:${options.port}`;
  // The server makes its files readable to all; the folder is not.
  await mkdir(dirname(databaseFile(options.dir)), { recursive: true, mode: 0o700 });
  return await startProcess({
    name: "temporal",
    command: options.binary,
    args: serverArguments(options),
    env: { PATH: options.environment["PATH"], HOME: options.dir.path },
    cwd: options.dir.path,
    logFile: options.dir.logFile("temporal"),
    isReady: () => prepareNamespace(address),
    startTimeoutMs: START_TIMEOUT_MS,
    stopTimeoutMs: STOP_TIMEOUT_MS,
    signal: options.signal,
    noteProcess,
  });
}

function databaseFile(dir: DataDir): string {
  return dir.file("temporal/temporal.db");
}

function serverArguments(options: TemporalServerOptions): string[] {
  const attributes = Object.entries(SEARCH_ATTRIBUTES).flatMap(([name, type]) => [
    "--search-attribute",
    `${name}=${CLI_TYPES[type]}`,
  ]);
  return [
    ...["server", "start-dev", "--ip", "127.0.0.1", "--ui-ip", "127.0.0.1"],
    ...["--port", String(options.port), "--ui-port", String(options.uiPort), "--metrics-port", String(options.metricsPort)],
    ...["--db-filename", databaseFile(options.dir)],
    // Without these two every workflow start waits for the disk: 26 starts a second instead of 178.
    ...["--sqlite-pragma", "journal_mode=wal", "--sqlite-pragma", "synchronous=normal"],
    ...TEMPORAL_SETTINGS.flatMap((setting) => ["--dynamic-config-value", setting]),
    ...["--log-level", "warn", "--log-format", "json"],
    ...attributes,
  ];
}

/** Fails while the server is not there yet. */
async function prepareNamespace(address: string): Promise<boolean> {
  const connection = await Connection.connect({ address, connectTimeout: CALL_TIMEOUT_MS });
  try {
    return await connection.withDeadline(Date.now() + CALL_TIMEOUT_MS, async () => {
      const namespace = TEMPORAL_NAMESPACE;
      const { config } = await connection.workflowService.describeNamespace({ namespace });
      const workflowExecutionRetentionTtl = msToTs(RETENTION_DAYS * DAY_MS);
      if (Number(config?.workflowExecutionRetentionTtl?.seconds ?? 0) !== Number(workflowExecutionRetentionTtl.seconds)) {
        await connection.workflowService.updateNamespace({ namespace, config: { workflowExecutionRetentionTtl } });
      }
      return true;
    });
  } finally {
    await connection.close();
  }
}
