// A real PostgreSQL run by the product itself: loopback only, scram, one superuser, data in a directory of ours.
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync } from "node:fs";
import { access, chmod, chown, mkdir, readdir, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import pg from "pg";
import { FleetError } from "../../contracts/core/errors.ts";
import { Secret } from "../../contracts/core/secret.ts";
import { blockedFolder, postgresBinaries, postgresUser, type PostgresUser } from "./embedded-postgres-binaries.ts";
import { stopOrphan } from "./embedded-postgres-orphan.ts";

export const EMBEDDED_SUPERUSER = "mosaic_root";
const START_TIMEOUT_MS = 30_000;
const FAST_STOP_TIMEOUT_MS = 15_000;
const PROBE_TIMEOUT_MS = 2_000;
const PROBE_EVERY_MS = 50;

export interface EmbeddedPostgresOptions {
  /** Holds nothing but the cluster; made when missing. All folders above it must be enterable by others when run as root. */
  readonly dataDir: string;
  readonly port: number;
  readonly superuserPassword: Secret;
  /** Made with the cluster's first start. */
  readonly database: string;
  /** The server's own log; appended. */
  readonly logFile: string;
  /** More settings of postgresql.conf, for tests. */
  readonly settings?: Readonly<Record<string, string>>;
}

export interface EmbeddedPostgres {
  readonly pid: number;
  readonly port: number;
  /** The owner's address, with its password; for migrations alone. */
  readonly ownerUrl: Secret;
  /** The same without credentials: what services get. */
  readonly url: string;
  /** Settles when the server has ended, for whatever reason. */
  readonly exited: Promise<void>;
  /** Fast shutdown: open transactions are rolled back. Kills when that takes longer than 15 s. */
  stop(): Promise<void>;
  /** At once; the next start recovers. */
  kill(): void;
}

/**
 * Starts the server and waits until it takes connections. A server left over from an earlier run on the same data
 * directory is stopped first.
 * @throws FleetError CONFIG_INVALID when the data was made with another password; DATABASE_UNAVAILABLE when it does not start.
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const user = await postgresUser();
  const binaries = await postgresBinaries(user);
  await mkdir(dirname(options.dataDir), { recursive: true });
  const blocked = user.spawn.uid === undefined ? null : await blockedFolder(dirname(options.dataDir));
  if (blocked !== null) {
    throw new FleetError(
      "CONFIG_INVALID",
      `PostgreSQL does not run as root, and its own user may not enter ${blocked}; set MOSAIC_DATA_DIR elsewhere.`,
    );
  }
  await stopOrphan(options.dataDir);
  await initialise(options, binaries.initdb, user);
  const server = launch(options, binaries.postgres, user);
  const exited = once(server, "exit").then(() => undefined);
  const stop = (): Promise<void> => stopServer(server, exited);
  try {
    await untilReady(options, server);
    await ensureDatabase(options);
  } catch (error) {
    await stop();
    throw error;
  }
  const { port, database } = options;
  const password = encodeURIComponent(options.superuserPassword.reveal());
  return {
    pid: server.pid ?? 0,
    port,
    ownerUrl: new Secret(`postgres://${EMBEDDED_SUPERUSER}:${password}@127.0.0.1:${port}/${database}`),
    url: `postgres://127.0.0.1:${port}/${database}`,
    exited,
    stop,
    kill: () => void server.kill("SIGQUIT"),
  };
}

/** Makes the cluster when there is none. A half-made one (no version file) is made again. */
async function initialise(options: EmbeddedPostgresOptions, initdb: string, user: PostgresUser): Promise<void> {
  const { dataDir } = options;
  if (await exists(join(dataDir, "PG_VERSION"))) return;
  await mkdir(dataDir, { recursive: true });
  for (const entry of await readdir(dataDir)) await rm(join(dataDir, entry), { recursive: true });
  await chmod(dataDir, 0o700);
  await ownedBy(dataDir, user);
  const passwordFile = `${dataDir}.pw`;
  await writeFile(passwordFile, options.superuserPassword.reveal(), { mode: 0o600 });
  try {
    await ownedBy(passwordFile, user);
    const places = [`--pgdata=${dataDir}`, `--pwfile=${passwordFile}`, `--username=${EMBEDDED_SUPERUSER}`];
    const kinds = [
      "--auth=scram-sha-256",
      "--encoding=UTF8",
      "--locale-provider=builtin",
      "--builtin-locale=C.UTF-8",
      "--locale=C",
    ];
    await runInitdb(initdb, [...places, ...kinds], { ...user.spawn, cwd: dirname(dataDir) });
  } finally {
    await rm(passwordFile, { force: true });
  }
}

async function runInitdb(
  initdb: string,
  args: readonly string[],
  where: PostgresUser["spawn"] & { readonly cwd: string },
): Promise<void> {
  const child = spawn(initdb, args, { ...where, env: environment(), stdio: ["ignore", "ignore", "pipe"] });
  let problem = "";
  child.stderr.on("data", (chunk: Buffer) => (problem += chunk.toString()));
  const code = await new Promise<number | null>((resolve, reject) => child.once("error", reject).once("close", resolve));
  if (code !== 0) throw new FleetError("DATABASE_UNAVAILABLE", `initdb failed: ${problem.trim().slice(-500)}`);
}

function launch(options: EmbeddedPostgresOptions, postgres: string, user: PostgresUser): ChildProcess {
  const settings: Record<string, string> = {
    listen_addresses: "127.0.0.1",
    port: String(options.port),
    unix_socket_directories: "",
    password_encryption: "scram-sha-256",
    max_connections: "100",
    // Neither statements nor rows reach the log: they may hold what must stay secret.
    log_min_messages: "warning",
    log_min_error_statement: "panic",
    log_error_verbosity: "terse",
    ...options.settings,
  };
  const args = ["-D", options.dataDir, ...Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`])];
  const log = openSync(options.logFile, "a", 0o600);
  try {
    return spawn(postgres, args, {
      ...user.spawn,
      cwd: dirname(options.dataDir),
      env: environment(),
      // A process group of its own: Ctrl-C in the terminal must not reach it before the services that use it are gone.
      detached: true,
      stdio: ["ignore", log, log],
    });
  } finally {
    closeSync(log);
  }
}

/** Nothing of ours but a time zone: no PG* variable of the caller may change what is started. */
function environment(): NodeJS.ProcessEnv {
  return { TZ: "UTC", LC_ALL: "C", PATH: "/usr/bin:/bin" };
}

async function untilReady(options: EmbeddedPostgresOptions, server: ChildProcess): Promise<void> {
  const deadline = Date.now() + START_TIMEOUT_MS;
  let failed: Error | undefined;
  server.once("error", (error) => (failed = error));
  for (;;) {
    if (failed)
      throw new FleetError("DATABASE_UNAVAILABLE", `PostgreSQL cannot be started: ${failed.message}`, { cause: failed });
    if (server.exitCode !== null || server.signalCode !== null) {
      throw new FleetError("DATABASE_UNAVAILABLE", `PostgreSQL exited during the start; see ${options.logFile}`);
    }
    const problem = await asSuperuser(options, "postgres", (client) => client.query("SELECT 1")).then(
      () => null,
      (error: unknown) => error,
    );
    if (problem === null) return;
    if (sqlState(problem) === "28P01") {
      throw new FleetError("CONFIG_INVALID", `MOSAIC_SECRET_KEY is not the key that ${options.dataDir} was created with.`, {
        cause: problem,
      });
    }
    if (Date.now() > deadline) throw new FleetError("DATABASE_UNAVAILABLE", "PostgreSQL does not answer.", { cause: problem });
    await delay(PROBE_EVERY_MS);
  }
}

async function ensureDatabase(options: EmbeddedPostgresOptions): Promise<void> {
  await asSuperuser(options, "postgres", async (client) => {
    const found = await client.query("SELECT 1 FROM pg_database WHERE datname = $1", [options.database]);
    if (found.rowCount === 0) await client.query(`CREATE DATABASE ${pg.escapeIdentifier(options.database)}`);
  });
}

async function asSuperuser<T>(
  options: EmbeddedPostgresOptions,
  database: string,
  work: (client: pg.Client) => Promise<T>,
): Promise<T> {
  const client = new pg.Client({
    host: "127.0.0.1",
    port: options.port,
    user: EMBEDDED_SUPERUSER,
    password: options.superuserPassword.reveal(),
    database,
    connectionTimeoutMillis: PROBE_TIMEOUT_MS,
    query_timeout: START_TIMEOUT_MS,
  });
  // Without a listener a connection lost after the query would end the process.
  client.on("error", () => undefined);
  try {
    await client.connect();
    return await work(client);
  } finally {
    await client.end().catch(() => undefined);
  }
}

async function stopServer(server: ChildProcess, exited: Promise<void>): Promise<void> {
  if (server.pid === undefined || server.exitCode !== null || server.signalCode !== null) return;
  server.kill("SIGINT");
  const timer = setTimeout(() => server.kill("SIGQUIT"), FAST_STOP_TIMEOUT_MS);
  await exited;
  clearTimeout(timer);
}

function sqlState(error: unknown): string | null {
  return error instanceof pg.DatabaseError ? (error.code ?? null) : null;
}

async function ownedBy(path: string, user: PostgresUser): Promise<void> {
  if (user.spawn.uid !== undefined && user.spawn.gid !== undefined) await chown(path, user.spawn.uid, user.spawn.gid);
}

async function exists(path: string): Promise<boolean> {
  return await access(path).then(
    () => true,
    () => false,
  );
}
