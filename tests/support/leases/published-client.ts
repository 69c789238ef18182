// The QA client as it was published, fetched into a cache outside the repository and run as it is, in processes of its own.
import { createHash } from "node:crypto";
import { execFile, spawn, type ChildProcessWithoutNullStreams } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { cp, mkdir, mkdtemp, readFile, rename, rm } from "node:fs/promises";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { promisify } from "node:util";
import { z } from "zod";

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
    const words = ["-xzf", archive, "-C", join(staging, "openclaw"), "--strip-components=1"];
    // Four fifths of its files are extensions, none of which the client imports.
    await run("tar", [...words, "--exclude=package/dist/extensions", ...members], { timeout: FETCH_TIMEOUT_MS });
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

const clientRun = z.object({ code: z.number(), stdout: z.string(), stderr: z.string() });
export type ClientRun = z.infer<typeof clientRun>;

type ClientEnv = Readonly<Record<string, string>>;

interface ClientCall {
  readonly name: string;
  readonly options: object;
}

export interface AdminClient {
  /** One call at a time; `variables` is all of its environment but the path. */
  call(call: ClientCall, variables: ClientEnv): Promise<ClientRun>;
  close(): Promise<void>;
}

/** One process for all calls: loading the client takes far longer than any of them. */
export function startAdminClient({ adminChunk }: PublishedClient): AdminClient {
  const child = spawn(process.execPath, [join(RECIPE, "calls.mjs"), adminChunk], {
    env: environment({}),
    stdio: ["pipe", "pipe", "inherit"],
  });
  const ended = once(child, "close");
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    async call(call, variables) {
      child.stdin.write(`${JSON.stringify({ ...call, variables })}\n`);
      const { value, done } = await lines.next();
      if (done === true) throw new Error("The client's process ended.");
      return clientRun.parse(JSON.parse(value));
    },
    async close() {
      child.stdin.end();
      await ended;
    },
  };
}

/** In a process that is its alone; `variables` is all of its environment but the path. */
export async function runClient(chunk: string, { name, options }: ClientCall, variables: ClientEnv): Promise<ClientRun> {
  const words = [join(RECIPE, "launch.mjs"), chunk, name, JSON.stringify(options)];
  const settings = { env: environment(variables), timeout: RUN_TIMEOUT_MS };
  return await new Promise((resolve) => {
    execFile(process.execPath, words, settings, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code ?? -1), stdout, stderr });
    });
  });
}

/** It releases the lease when its standard input ends. */
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
