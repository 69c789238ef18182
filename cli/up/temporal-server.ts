// The local Temporal server: the CLI's development server, with its data in a file, on loopback.
import { randomBytes } from "node:crypto";
import { mkdir } from "node:fs/promises";
import { dirname } from "node:path";
import { SEARCH_ATTRIBUTES } from "../../contracts/containers/agent-container.ts";
import { startProcess, type NoteProcess, type RunningProcess } from "./child-process.ts";
import type { DataDir } from "./data-dir.ts";
import { runCommand } from "./run-command.ts";
import type { Environment } from "./settings.ts";

export const TEMPORAL_NAMESPACE = "default";
const START_TIMEOUT_MS = 60_000;
const STOP_TIMEOUT_MS = 10_000;
const CALL_TIMEOUT_MS = 5_000;
/** Closed runs are an agent's past; one month of it can be read in the Web UI. */
const RETENTION = "720h";
/** Ten times as often costs a third of the starts a second, for each time finds fewer of them; a start gains nothing by it. */
const POLLS_PER_SECOND = 100;

/**
 * The server's dynamic configuration. All its workflows are in one shard, and by default a shard takes up a queue 20 times
 * a second: with many tenants each step of each workflow waits for its turn. Production servers have hundreds of shards.
 */
export const TEMPORAL_SETTINGS = ["transfer", "timer", "visibility"].map(
  (queue) => `history.${queue}ProcessorMaxPollRPS=${POLLS_PER_SECOND}`,
);

/**
 * The server always opens an HTTP API, on loopback and without authentication; it cannot be switched off. A web page could
 * start and signal workflows through it. It answers 403 unless the request names this host, which no page can know: the api is
 * told, to show the Web UI to administrators. Whoever has an account on this machine finds it among the server's arguments.
 */
export function newHttpHost(): string {
  return `${randomBytes(16).toString("hex")}.invalid`;
}

/** Nexus has routes of its own, which look at no host; nothing here uses it. */
function closedHttpApi(httpHost: string): readonly string[] {
  return [`frontend.httpAllowedHosts=${JSON.stringify([httpHost])}`, "system.enableNexus=false"];
}

/** The names that the CLI and the Web UI use for the types of search attributes. */
const CLI_TYPES = { KEYWORD: "Keyword", INT: "Int" } as const;

export interface TemporalServerOptions {
  readonly binary: string;
  readonly dir: DataDir;
  readonly port: number;
  readonly httpPort: number;
  /** What requests to that port must name as their host. */
  readonly httpHost: string;
  readonly metricsPort: number;
  readonly environment: Environment;
  readonly signal: AbortSignal;
}

/** Resolves when the namespace is there and keeps closed runs for a month. */
export async function startTemporalServer(options: TemporalServerOptions, noteProcess?: NoteProcess): Promise<RunningProcess> {
  // The server makes its files readable to all; the folder is not.
  await mkdir(dirname(databaseFile(options.dir)), { recursive: true, mode: 0o700 });
  return await startProcess({
    name: "temporal",
    command: options.binary,
    args: serverArguments(options),
    env: environmentOf(options),
    cwd: options.dir.path,
    logFile: options.dir.logFile("temporal"),
    isReady: () => prepareNamespace(options),
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
    // Its own Web UI takes every host name and would change workflows: the api shows it instead.
    ...["server", "start-dev", "--headless", "--ip", "127.0.0.1"],
    ...["--port", String(options.port), "--http-port", String(options.httpPort)],
    ...["--metrics-port", String(options.metricsPort)],
    ...["--db-filename", databaseFile(options.dir)],
    // Without these two every workflow start waits for the disk: 26 starts a second instead of 178.
    ...["--sqlite-pragma", "journal_mode=wal", "--sqlite-pragma", "synchronous=normal"],
    ...[...TEMPORAL_SETTINGS, ...closedHttpApi(options.httpHost)].flatMap((setting) => ["--dynamic-config-value", setting]),
    ...["--log-level", "warn", "--log-format", "json"],
    ...attributes,
  ];
}

function environmentOf({ environment, dir }: TemporalServerOptions): Environment {
  return { PATH: environment["PATH"], HOME: dir.path };
}

/**
 * Fails while the server is not there yet. Asked with the CLI itself: the client library would stay in the memory of the
 * supervisor, which needs it for nothing else.
 */
async function prepareNamespace(options: TemporalServerOptions): Promise<boolean> {
  const { binary, port, signal } = options;
  const update = ["operator", "namespace", "update", "--namespace", TEMPORAL_NAMESPACE, "--retention", RETENTION];
  const where = ["--address", `127.0.0.1:${port}`, "--command-timeout", `${CALL_TIMEOUT_MS / 1000}s`];
  await runCommand(binary, [...update, ...where], {
    env: environmentOf(options),
    signal,
    // The program itself has to be loaded first.
    timeoutMs: 2 * CALL_TIMEOUT_MS,
  });
  return true;
}
