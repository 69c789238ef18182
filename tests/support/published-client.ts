// The QA client as it was published, fetched into a cache outside the repository and run as it is, in processes of its own.
import { createHash } from "node:crypto";
import { execFile, spawn, type ChildProcessWithoutNullStreams } from "node:child_process";
import { existsSync } from "node:fs";
import { cp, mkdir, mkdtemp, readFile, rename, rm } from "node:fs/promises";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

/** The last release on npm that holds the client. */
const PACKAGE = "openclaw@2026.4.14";
const TARBALL = "openclaw-2026.4.14.tgz";
const TARBALL_SHA512 = "g+uKkJnaSaSBrPO/1V8Sp9Cba5JMjcgpKBYAn7ll85rBxGEioQAA6RfmZiB06UyHmRCULLB3CaAwjZ+VTJ7UUQ==";
/** Its bundler gave the chunks these names. */
const CHUNKS = { admin: "cli.runtime-Cqqrtga6.js", lease: "cli.runtime-B51QnN83.js" } as const;
const RECIPE = join(import.meta.dirname, "published-client");
const FETCH_TIMEOUT_MS = 300_000;
const RUN_TIMEOUT_MS = 120_000;

export interface PublishedClient {
  readonly adminChunk: string;
  readonly leaseChunk: string;
}

/** From the cache, or fetched with npm: the archive by its digest, what it imports by a lock file. */
export async function installPublishedClient(): Promise<PublishedClient> {
  const home = join(cacheDirectory(), "published-qa-client-2026.4.14");
  if (!existsSync(join(home, "openclaw"))) await fetchInto(home);
  const chunk = (name: string): string => join(home, "openclaw/dist", name);
  return { adminChunk: chunk(CHUNKS.admin), leaseChunk: chunk(CHUNKS.lease) };
}

function cacheDirectory(): string {
  const xdg = process.env["XDG_CACHE_HOME"];
  return join(xdg === undefined || xdg === "" ? join(homedir(), ".cache") : xdg, "mosaic-fleet");
}

/** Builds beside the target and renames, so that two test processes at once cannot see half a directory. */
async function fetchInto(home: string): Promise<void> {
  await mkdir(dirname(home), { recursive: true });
  const staging = await mkdtemp(join(dirname(home), "qa-client-"));
  try {
    for (const file of ["package.json", "package-lock.json"]) await cp(join(RECIPE, file), join(staging, file));
    await npm(staging, ["ci", "--ignore-scripts", "--omit=optional", "--no-audit", "--no-fund"]);
    await npm(staging, ["pack", PACKAGE, "--ignore-scripts", "--silent"]);
    const archive = join(staging, TARBALL);
    const digest = createHash("sha512")
      .update(await readFile(archive))
      .digest("base64");
    if (digest !== TARBALL_SHA512) throw new Error(`${TARBALL} is not the archive that was published: sha512-${digest}`);
    await mkdir(join(staging, "openclaw"));
    const members = ["package/package.json", "package/dist"];
    const unpacked = join(staging, "openclaw");
    await run("tar", ["-xzf", archive, "-C", unpacked, "--strip-components=1", ...members], { timeout: FETCH_TIMEOUT_MS });
    await rm(archive);
    await rename(staging, home).catch((error: unknown) => {
      if (!existsSync(join(home, "openclaw"))) throw error;
    });
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
}

async function npm(folder: string, words: readonly string[]): Promise<void> {
  const env = { ...process.env, PATH: `${dirname(process.execPath)}:${process.env["PATH"] ?? ""}`, NODE_OPTIONS: "" };
  await run("npm", [...words], { cwd: folder, env, timeout: FETCH_TIMEOUT_MS });
}

export interface ClientRun {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

type ClientEnv = Readonly<Record<string, string>>;

/** `variables` is all of the client's environment but the path. */
export async function runClient(
  chunk: string,
  { name, options }: { name: string; options: object },
  variables: ClientEnv,
): Promise<ClientRun> {
  const words = [join(RECIPE, "launch.mjs"), chunk, name, JSON.stringify(options)];
  const settings = { env: environment(variables), timeout: RUN_TIMEOUT_MS };
  return await new Promise((resolve) => {
    execFile(process.execPath, words, settings, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code ?? -1), stdout, stderr });
    });
  });
}

/** End its standard input to have it give the lease back. */
export function holdLease(
  { leaseChunk }: PublishedClient,
  options: { readonly kind: string; readonly heartbeatEveryMs: number },
  variables: ClientEnv,
): ChildProcessWithoutNullStreams {
  const words = [join(RECIPE, "hold-lease.mjs"), leaseChunk, JSON.stringify(options)];
  return spawn(process.execPath, words, { env: environment(variables) });
}

function environment(variables: ClientEnv): Record<string, string> {
  return { PATH: process.env["PATH"] ?? "", ...variables };
}
