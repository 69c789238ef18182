// Runs one project of the Jest configuration: its output goes through, its counts come from the result file.
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { z } from "zod";
import type { Counts } from "./counts.ts";

const REPOSITORY = join(import.meta.dirname, "../..");
const JEST = join(REPOSITORY, "node_modules/jest/bin/jest.js");
const TIMEOUT_MS = 45 * 60_000;
/** Jest's own handlers get the time to tear down; then the process group is killed. */
const STOP_TIMEOUT_MS = 30_000;
const GROUP_LOOK_MS = 200;

const resultSchema = z.looseObject({
  numPassedTests: z.number(),
  numFailedTests: z.number(),
  /** Files that could not even be loaded. */
  numRuntimeErrorTestSuites: z.number(),
});

export async function runJest(kind: string, options: { temporary: string; signal: AbortSignal }): Promise<Counts> {
  console.log(`\n== ${kind} tests`);
  const resultFile = join(options.temporary, `${kind}.json`);
  // End-to-end tests start whole installations: one file at a time.
  const workers = kind === "e2e" ? "--runInBand" : "--maxWorkers=2";
  const args = [
    "--experimental-vm-modules",
    "--disable-warning=ExperimentalWarning",
    JEST,
    "--selectProjects",
    kind,
    workers,
    "--ci",
  ];
  const child = spawn(process.execPath, [...args, "--json", `--outputFile=${resultFile}`], {
    cwd: REPOSITORY,
    // Building the web interface in this process leaves `production` behind, in which React has no support for tests.
    env: { ...process.env, NODE_ENV: "test", TMPDIR: options.temporary },
    // With --json the summary goes to standard error and the JSON to standard output, which nobody needs twice.
    stdio: ["ignore", "ignore", "inherit"],
    detached: true,
  });
  // To the whole group: installations that end-to-end tests started stop by themselves when they are told.
  const stop = (): void => void signalGroup(child, "SIGTERM");
  const limit = AbortSignal.any([options.signal, AbortSignal.timeout(TIMEOUT_MS)]);
  limit.addEventListener("abort", stop, { once: true });
  const [code] = await once(child, "exit");
  limit.removeEventListener("abort", stop);
  if (limit.aborted) await endGroup(child);
  const result = await readFile(resultFile, "utf8").then(
    (text) => resultSchema.parse(JSON.parse(text)),
    () => null,
  );
  if (result === null) return { passed: 0, failed: 1 };
  const failed = result.numFailedTests + result.numRuntimeErrorTestSuites;
  // A run that ends badly without a failed test (global set-up or tear-down) is a failure all the same.
  return { passed: result.numPassedTests, failed: failed === 0 && code !== 0 ? 1 : failed };
}

/** False when nobody of the group is left. */
function signalGroup(child: ChildProcess, signal: NodeJS.Signals | 0): boolean {
  if (child.pid === undefined) return false;
  try {
    return process.kill(-child.pid, signal);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ESRCH") return false;
    throw error;
  }
}

/** Waits for what the tests started, and kills what does not stop in time. */
async function endGroup(child: ChildProcess): Promise<void> {
  for (let waitedMs = 0; waitedMs < STOP_TIMEOUT_MS; waitedMs += GROUP_LOOK_MS) {
    if (!signalGroup(child, 0)) return;
    await delay(GROUP_LOOK_MS);
  }
  signalGroup(child, "SIGKILL");
}
