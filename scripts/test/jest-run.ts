// Runs one project of the Jest configuration: its output goes through, its outcome comes from the result file.
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { runCommand } from "../../cli/up/run-command.ts";
import { readJestResult, type JestRun } from "./jest-result.ts";
import { KIND_RULES, type Kind } from "./kinds.ts";

const REPOSITORY = join(import.meta.dirname, "../..");
const JEST = join(REPOSITORY, "node_modules/jest/bin/jest.js");
const TIMEOUT_MS = 70 * 60_000;
const LIST_TIMEOUT_MS = 300_000;
/** Jest's output for an empty list. A longer list is not parsed, so it does not matter if it is cut off. */
const NO_FILES = "[]";
/** Jest's own handlers get the time to tear down; then the process group is killed. */
const STOP_TIMEOUT_MS = 30_000;
const GROUP_LOOK_MS = 200;

export interface JestOptions {
  readonly temporary: string;
  readonly signal: AbortSignal;
  /** Only tests that depend on files changed since this commit; null: all. */
  readonly changedSince: string | null;
  /** Only files whose path matches this pattern. */
  readonly only?: string;
  /** Only this file, relative to the repository. */
  readonly file?: string;
  /** Additional variables for the tests. */
  readonly environment?: Readonly<Record<string, string>>;
  readonly timeoutMs?: number;
}

export async function runJest(kind: Kind, options: JestOptions): Promise<JestRun> {
  console.log(`\n== ${kind} tests${options.file === undefined ? "" : `, again: ${options.file}`}`);
  const resultFile = join(options.temporary, `${kind}.json`);
  const { files } = KIND_RULES[kind];
  const workers = files === 1 ? "--runInBand" : `--maxWorkers=${files}`;
  const only = options.only === undefined ? [] : ["--testPathPatterns", options.only];
  const alone = options.file === undefined ? [] : ["--runTestsByPath", options.file];
  const args = [
    ...jestArguments(kind, options.changedSince),
    ...only,
    ...alone,
    workers,
    "--ci",
    "--json",
    `--outputFile=${resultFile}`,
  ];
  const child = spawn(process.execPath, args, {
    cwd: REPOSITORY,
    // Whatever the caller's shell says: in `production` React has no support for tests.
    env: { ...process.env, NODE_ENV: "test", TMPDIR: options.temporary, ...options.environment },
    // With --json the summary goes to standard error and the JSON to standard output, which nobody needs twice.
    stdio: ["ignore", "ignore", "inherit"],
    detached: true,
  });
  // To the whole group: installations that end-to-end tests started stop by themselves when they are told.
  const stop = (): void => void signalGroup(child, "SIGTERM");
  const limit = AbortSignal.any([options.signal, AbortSignal.timeout(options.timeoutMs ?? TIMEOUT_MS)]);
  limit.addEventListener("abort", stop, { once: true });
  const [code, killedBy] = await once(child, "exit");
  limit.removeEventListener("abort", stop);
  if (limit.aborted) await endGroup(child);
  const text = await readFile(resultFile, "utf8").catch(() => null);
  const trouble = code === 0 ? null : killedBy === null ? `exit code ${code}` : `ended by ${killedBy}`;
  return readJestResult({ kind, root: REPOSITORY, text, trouble });
}

/** Whether a kind has tests that depend on files changed since a commit. @throws CommandError if there is no such commit */
export async function hasChanged(kind: Kind, changedSince: string, signal: AbortSignal): Promise<boolean> {
  const args = [...jestArguments(kind, changedSince), "--listTests", "--json"];
  const listed = await runCommand(process.execPath, args, { cwd: REPOSITORY, signal, timeoutMs: LIST_TIMEOUT_MS });
  return listed.trim() !== NO_FILES;
}

function jestArguments(kind: Kind, changedSince: string | null): readonly string[] {
  const flags = ["--experimental-vm-modules", "--disable-warning=ExperimentalWarning"];
  return [...flags, JEST, "--selectProjects", kind, ...(changedSince === null ? [] : [`--changedSince=${changedSince}`])];
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
