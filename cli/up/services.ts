// The processes of an installation: how each is started, how one knows that it serves, in which order they stop.
import { join } from "node:path";
import { startEmbeddedPostgres } from "../../adapters/postgres/embedded-postgres.ts";
import type { RootKey } from "../../adapters/crypto/root-key.ts";
import { Secret } from "../../contracts/core/secret.ts";
import { putOnRecord, startProcess, type NoteProcess } from "./child-process.ts";
import type { DataDir } from "./data-dir.ts";
import { DOCKERD } from "./docker-engine.ts";
import { plainGet } from "./plain-get.ts";
import type { Environment } from "./settings.ts";
import type { Service } from "./supervisor.ts";
import { startTemporalServer, type TemporalServerOptions } from "./temporal-server.ts";

const REPOSITORY = join(import.meta.dirname, "../..");
/** Not `mosaic`: the logins are named after the database, and must differ from the group roles. */
export const DATABASE = "mosaic_fleet";
const START_TIMEOUT_MS = 60_000;
/** The worker lets running activities end for 20 s. */
const WORKER_STOP_TIMEOUT_MS = 25_000;
const WORKER_SOUND_AFTER_MS = 2_000;
/** The api lets open chats end for 20 s, and then tells those that are left. */
export const API_STOP_TIMEOUT_MS = 25_000;
const DEMO_STOP_TIMEOUT_MS = 3_000;
const PROBE_TIMEOUT_MS = 2_000;

/** Users of a thing stop before it: first the way in, then the work, then what both stand on. */
const STOP_ORDER = { demoModel: 1, api: 2, worker: 3, temporal: 4, postgres: 5, dockerd: 6 } as const;

/** It goes on when everything else is stopped. */
export function engineService(start: Service["start"]): Service {
  return { name: DOCKERD, stopOrder: STOP_ORDER.dockerd, outlivesUs: true, start };
}

export interface PostgresServiceOptions {
  readonly dir: DataDir;
  readonly port: number;
  readonly rootKey: RootKey;
  readonly onStarted: (urls: { readonly ownerUrl: Secret; readonly url: string }) => void;
}

/** The embedded PostgreSQL. The superuser's password follows from the root key, so that none has to be kept. */
export function postgresService({ dir, port, rootKey, onStarted }: PostgresServiceOptions): Service {
  return {
    name: "postgres",
    stopOrder: STOP_ORDER.postgres,
    async start(noteProcess) {
      // Its own pid file tells of one whose start was cut off.
      const server = await startEmbeddedPostgres({
        dataDir: dir.file("postgres"),
        port,
        superuserPassword: new Secret(rootKey.derive("pg/mosaic_root").toString("base64url")),
        database: DATABASE,
        logFile: dir.logFile("postgres"),
      });
      await putOnRecord(server, noteProcess);
      onStarted(server);
      return {
        pid: server.pid,
        exited: server.exited.then(() => `see ${dir.logFile("postgres")}`),
        stop: () => server.stop(),
        kill: () => server.kill(),
      };
    },
  };
}

export function temporalService(options: TemporalServerOptions): Service {
  const start: Service["start"] = (noteProcess) => startTemporalServer(options, noteProcess);
  return { name: "temporal", stopOrder: STOP_ORDER.temporal, start };
}

export interface OwnProcessOptions {
  readonly dir: DataDir;
  readonly env: Environment;
  readonly signal: AbortSignal;
}

export function apiService(options: OwnProcessOptions, publicUrl: string): Service {
  const isReady = (): Promise<boolean> => answersOk(`${publicUrl}/healthz`);
  const facts = { name: "api", file: "api/main.ts", isReady, stopTimeoutMs: API_STOP_TIMEOUT_MS };
  return {
    name: "api",
    stopOrder: STOP_ORDER.api,
    start: (noteProcess) => startOwn(options, { ...facts, noteProcess }),
  };
}

/** It has no door to knock at: one that did not end at once has its settings and its database. */
export function workerService(options: OwnProcessOptions): Service {
  return {
    name: "worker",
    stopOrder: STOP_ORDER.worker,
    start(noteProcess) {
      const startedMs = Date.now();
      const isReady = (): Promise<boolean> => Promise.resolve(Date.now() - startedMs > WORKER_SOUND_AFTER_MS);
      const facts = { name: "worker", file: "workers/main.ts", isReady, stopTimeoutMs: WORKER_STOP_TIMEOUT_MS };
      return startOwn(options, { ...facts, noteProcess });
    },
  };
}

/** Any answer shows that it listens, even a refusal because of a missing key. */
export function demoModelService(options: OwnProcessOptions, baseUrl: string): Service {
  const isReady = async (): Promise<boolean> => {
    await plainGet(new URL(`${baseUrl}/models`), PROBE_TIMEOUT_MS);
    return true;
  };
  const facts = { name: "demo-model", file: "cli/up/demo-model-server.ts", isReady, stopTimeoutMs: DEMO_STOP_TIMEOUT_MS };
  const start: Service["start"] = (noteProcess) => startOwn(options, { ...facts, noteProcess });
  return { name: "demo-model", stopOrder: STOP_ORDER.demoModel, start };
}

interface OwnProcess {
  readonly name: string;
  readonly file: string;
  readonly isReady: () => Promise<boolean>;
  readonly stopTimeoutMs: number;
  readonly noteProcess: NoteProcess;
}

function startOwn({ dir, env, signal }: OwnProcessOptions, { name, file, ...how }: OwnProcess) {
  return startProcess({
    ...how,
    name,
    command: process.execPath,
    args: [join(REPOSITORY, file)],
    env,
    cwd: REPOSITORY,
    logFile: dir.logFile(name),
    startTimeoutMs: START_TIMEOUT_MS,
    signal,
  });
}

async function answersOk(url: string): Promise<boolean> {
  return (await plainGet(new URL(url), PROBE_TIMEOUT_MS)).status === 200;
}
