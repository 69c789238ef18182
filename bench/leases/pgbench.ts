// pgbench beside us: the very statements of the product, sent by PostgreSQL's own load generator to the same database.
import { execFile } from "node:child_process";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { installPackages } from "../../cli/up/system-packages.ts";
import { ACQUIRE_STATEMENT } from "../../db/leases/credential-acquire-sql.ts";
import { HEARTBEAT_STATEMENT, RELEASE_STATEMENT } from "../../db/leases/credential-lease-calls-sql.ts";
import { TTL_MS } from "./clients.ts";
import { CALLS, type Cycle, type Round } from "./figures.ts";

const run = promisify(execFile);
const INSTALL_TIMEOUT_MS = 900_000;
const MARGIN_MS = 60_000;
const THREADS_MAX = 2;
const HASH = `'\\x${"ab".repeat(32)}'::bytea`;
/** One client's random number makes the lease's id, which the statement names several times. */
const LEASE_ID = "('00000000-0000-4000-8000-' || lpad(to_hex(:r::bigint), 12, '0'))::uuid";
/** Without a colon: pgbench takes what follows one for a variable, in literals too. */
const ACTOR = "'env-ci'::text";
const OWNER = "('bench-' || :client_id::text)";

/** Debian's package `postgresql` brings it. @throws FleetError CONFIG_INVALID where it cannot be installed */
export async function ensurePgbench(): Promise<void> {
  const isThere = await run("pgbench", ["--version"]).then(
    () => true,
    () => false,
  );
  if (isThere) return;
  const context = { mayInstall: true, environment: process.env, signal: AbortSignal.timeout(INSTALL_TIMEOUT_MS) };
  await installPackages(["postgresql"], context, (line) => console.log(line));
}

/** One statement per transaction, as ours commit by themselves; a client goes on where its last transaction left off. */
export function cycleScript(kind: string): string {
  const acquire = filled(ACQUIRE_STATEMENT, [
    ...[`'${kind}'::text`, OWNER, "'ci'::text", ACTOR, LEASE_ID, HASH, `${TTL_MS}::bigint`],
    ...["false", "NULL::text", "'{}'::text[]", "NULL::uuid", "true", "false"],
  ]).replace('AS "credentialId"', "AS id");
  const claim = [":a_id::uuid", `'${kind}'::text`, OWNER, "'ci'::text", `ARRAY[${HASH}]`, ACTOR];
  return [
    ...["\\if :call = 0", "\\set r random(1, 281474976710655)", acquire, "\\gset a_", "\\set call 1"],
    ...["\\elif :call = 1", `${filled(HEARTBEAT_STATEMENT, [...claim, `${TTL_MS}`])};`, "\\set call 2"],
    ...["\\else", `${filled(RELEASE_STATEMENT, [...claim, "false"])};`, "\\set call 0", "\\endif"],
  ].join("\n");
}

/** Highest first: $1 is also the beginning of $13. */
function filled(statement: string, values: readonly string[]): string {
  const numbered = values.map((value, index) => [index + 1, value] as const).toReversed();
  return numbered.reduce((text, [place, value]) => text.replaceAll(`$${place}`, () => value), statement);
}

export interface PgbenchRun {
  readonly url: string;
  readonly script: string;
  readonly clients: number;
  readonly seconds: number;
}

/** @throws when a statement fails */
export async function runPgbench({ url, script, clients, seconds }: PgbenchRun): Promise<Round> {
  const folder = await mkdtemp(join(tmpdir(), "mosaic-pgbench-"));
  try {
    await writeFile(join(folder, "cycle.sql"), script);
    const load = ["-c", String(clients), "-j", String(Math.min(clients, THREADS_MAX)), "-T", String(seconds)];
    const options = ["-n", "-M", "prepared", "-D", "call=0", "-f", "cycle.sql", "-l", "--log-prefix=cycle", ...load];
    const { stderr } = await run("pgbench", options, {
      ...{ cwd: folder, env: connectionOf(url), timeout: seconds * 1_000 + MARGIN_MS },
    });
    // It goes on with the clients that are left when a statement fails.
    if (/aborted|ERROR/.test(stderr)) throw new Error(`a statement failed under pgbench:\n${stderr.slice(0, 4_000)}`);
    const logs = (await readdir(folder)).filter((name) => /^cycle\.\d/.test(name));
    const texts = await Promise.all(logs.map((name) => readFile(join(folder, name), "utf8")));
    return { clients, cycles: texts.flatMap(cyclesOf) };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** By variables: arguments are shown to every user of the machine. */
function connectionOf(url: string): NodeJS.ProcessEnv {
  const { hostname, port, username, password, pathname } = new URL(url);
  const login = { PGUSER: decodeURIComponent(username), PGPASSWORD: decodeURIComponent(password) };
  return { PATH: process.env["PATH"], PGHOST: hostname, PGPORT: port, PGDATABASE: pathname.slice(1), ...login };
}

/** A line is `client transaction microseconds …`; a client's lines are in order, and its calls take turns. */
function cyclesOf(log: string): Cycle[] {
  const byClient = new Map<string, number[]>();
  for (const line of log.split("\n")) {
    const [client = "", , microseconds] = line.split(" ");
    if (microseconds === undefined) continue;
    const calls = byClient.get(client) ?? [];
    byClient.set(client, calls);
    calls.push(Number(microseconds) / 1_000);
  }
  return [...byClient.values()].flatMap((calls) =>
    Array.from({ length: Math.floor(calls.length / CALLS.length) }, (_, cycle): Cycle => {
      const [acquireMs = 0, heartbeatMs = 0, releaseMs = 0] = calls.slice(cycle * CALLS.length, (cycle + 1) * CALLS.length);
      return [acquireMs, heartbeatMs, releaseMs];
    }),
  );
}
