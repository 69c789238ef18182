// Runs one project of the Jest configuration: its output goes through, its counts come from the result file.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import type { Counts } from "./counts.ts";

const REPOSITORY = join(import.meta.dirname, "../..");
const JEST = join(REPOSITORY, "node_modules/jest/bin/jest.js");
const TIMEOUT_MS = 45 * 60_000;
/** Jest's own handlers get the time to tear down; then the process group is killed. */
const STOP_TIMEOUT_MS = 30_000;

const resultSchema = z.looseObject({
  numPassedTests: z.number(),
  numFailedTests: z.number(),
  /** Files that could not even be loaded. */
  numRuntimeErrorTestSuites: z.number(),
});

export async function runJest(kind: string, options: { resultFile: string; signal: AbortSignal }): Promise<Counts> {
  console.log(`\n== ${kind} tests`);
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
  const child = spawn(process.execPath, [...args, "--json", `--outputFile=${options.resultFile}`], {
    cwd: REPOSITORY,
    // With --json the summary goes to standard error and the JSON to standard output, which nobody needs twice.
    stdio: ["ignore", "ignore", "inherit"],
    detached: true,
  });
  const stop = (): void => {
    child.kill("SIGTERM");
    setTimeout(() => child.pid !== undefined && process.kill(-child.pid, "SIGKILL"), STOP_TIMEOUT_MS).unref();
  };
  const limit = AbortSignal.any([options.signal, AbortSignal.timeout(TIMEOUT_MS)]);
  limit.addEventListener("abort", stop, { once: true });
  const [code] = await once(child, "exit");
  limit.removeEventListener("abort", stop);
  const result = await readFile(options.resultFile, "utf8").then(
    (text) => resultSchema.parse(JSON.parse(text)),
    () => null,
  );
  if (result === null) return { passed: 0, failed: 1 };
  const failed = result.numFailedTests + result.numRuntimeErrorTestSuites;
  // A run that ends badly without a failed test (global set-up or tear-down) is a failure all the same.
  return { passed: result.numPassedTests, failed: failed === 0 && code !== 0 ? 1 : failed };
}
