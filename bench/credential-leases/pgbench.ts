// pgbench beside us: the very statements of the product, sent by PostgreSQL's own load generator to the same database.
import { execFile, spawn } from "node:child_process";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { ACQUIRE_STATEMENT } from "../../db/repositories/credential-acquire-sql.ts";
import { HEARTBEAT_STATEMENT, RELEASE_STATEMENT } from "../../db/repositories/credential-lease-calls-sql.ts";

const run = promisify(execFile);
const TTL_MS = 1_200_000;
const HASH = `'\\x${"ab".repeat(32)}'::bytea`;
/** One client's random number makes the lease's id, which the statement names several times. */
const LEASE_ID = "('00000000-0000-4000-8000-' || lpad(to_hex(:r::bigint), 12, '0'))::uuid";

/** @throws when neither PATH nor Debian's packages have it */
export async function ensurePgbench(): Promise<void> {
  const isThere = async () =>
    await run("pgbench", ["--version"]).then(
      () => true,
      () => false,
    );
  if (await isThere()) return;
  await run("apt-get", ["install", "--yes", "--no-install-recommends", "postgresql"], { timeout: 600_000 });
  if (!(await isThere())) throw new Error("pgbench is missing: install Debian's package `postgresql`.");
}

/** The cycle acquire, heartbeat, release as a script: each statement commits by itself, as ours do. */
export function cycleScript(kind: string): string {
  const owner = "'bench-' || :client_id";
  const acquire = filled(ACQUIRE_STATEMENT, [
    ...[`'${kind}'::text`, `(${owner})::text`, "'ci'::text", "'env:ci'::text", LEASE_ID, HASH, `${TTL_MS}::bigint`],
    ...["false", "NULL::text", "'{}'::text[]", "NULL::uuid", "true", "false"],
  ]);
  const held = [
    ":'a_credentialId'::uuid",
    `'${kind}'::text`,
    `(${owner})::text`,
    "'ci'::text",
    `ARRAY[${HASH}]`,
    "'env:ci'::text",
  ];
  const credential = [":a_id::uuid", ...held.slice(1)];
  const statements = [
    `${acquire.replace('AS "credentialId"', "AS id")}\n\\gset a_`,
    `${filled(HEARTBEAT_STATEMENT, [...credential, `${TTL_MS}`])};`,
    `${filled(RELEASE_STATEMENT, credential)};`,
  ];
  return ["\\set r random(1, 281474976710655)", ...statements].join("\n");
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

export interface PgbenchResult {
  /** Of whole cycles. */
  readonly cyclesMs: readonly number[];
  /** Mean latency of acquire, heartbeat and release. */
  readonly meansMs: readonly [number, number, number];
  readonly durationMs: number;
}

export async function runPgbench({ url, script, clients, seconds }: PgbenchRun): Promise<PgbenchResult> {
  const folder = await mkdtemp(join(tmpdir(), "mosaic-pgbench-"));
  try {
    await writeFile(join(folder, "cycle.sql"), script);
    const threads = String(Math.min(clients, 2));
    const load = ["-c", String(clients), "-j", threads, "-T", String(seconds)];
    const options = ["-n", "-M", "prepared", "-f", "cycle.sql", "-r", "-l", "--log-prefix=cycle", ...load, url];
    const output = await outputOf("pgbench", options, folder);
    const logs = (await readdir(folder)).filter((name) => /^cycle\.\d/.test(name));
    const lines = (await Promise.all(logs.map((name) => readFile(join(folder, name), "utf8")))).join("").trim().split("\n");
    const cyclesMs = lines.map((line) => Number(line.split(" ")[2]) / 1_000);
    return { cyclesMs, meansMs: meansIn(output), durationMs: seconds * 1_000 };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function outputOf(file: string, args: readonly string[], cwd: string): Promise<string> {
  const child = spawn(file, args, { cwd, stdio: ["ignore", "pipe", "pipe"] });
  let [out, err] = ["", ""];
  child.stdout.on("data", (chunk: Buffer) => (out += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (err += chunk.toString()));
  const code = await new Promise<number | null>((resolve) => child.once("close", resolve));
  if (code !== 0 || /aborted|ERROR/.test(err)) throw new Error(`pgbench ended with ${code}:\n${err.slice(0, 4_000)}`);
  return out;
}

/** The report has one line for each line of the script; statements are those that take time. */
function meansIn(output: string): [number, number, number] {
  const report = output.slice(output.indexOf("statement latencies"));
  const [acquire, heartbeat, release] = [...report.matchAll(/^\s+(\d+\.\d+)\s+\d+\s+(?!\\set)/gm)].map((match) =>
    Number(match[1]),
  );
  if (acquire === undefined || heartbeat === undefined || release === undefined)
    throw new Error(`pgbench reports otherwise:\n${output}`);
  return [acquire, heartbeat, release];
}
