// `npm test`: brings up what the tests need, runs the checks and all tests, several kinds side by side, and checks that nothing
// is left behind. What failed is run once more. It ends with the failures, a table of times, and `N passed, N failed`.
// `--only unit|ui|integration|browser|fuzz|e2e`: one kind, without the checks. `--changed`, or `--changed=<commit>`: only tests
// that depend on files changed since `main`, or since that commit, without the checks.
import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type Docker from "dockerode";
import { createReporter, type Reporter } from "../cli/up/reporter.ts";
import { runChecks } from "./test/checks.ts";
import { failureList } from "./test/failures.ts";
import { runJest } from "./test/jest-run.ts";
import type { JestRun } from "./test/jest-result.ts";
import { lanesOf, needsMachine, type Part } from "./test/kinds.ts";
import { findLeftovers, takeInventory, type Inventory } from "./test/leftovers.ts";
import { prepareMachine } from "./test/machine.ts";
import { readTestOptions, type TestOptions } from "./test/options.ts";
import { addOutcomes, failed, NOTHING_RUN, type Outcome } from "./test/outcome.ts";
import { runFailedAgain, type SecondRun } from "./test/second-run.ts";
import { timeTable, type PartTime } from "./test/times.ts";

const UNSTABLE = "Unstable, passed when its file was run again alone";
const HERE = { kind: "machine", file: null } as const;

const interrupted = new AbortController();
for (const name of ["SIGINT", "SIGTERM"] as const) process.once(name, () => interrupted.abort());

/** Everything temporary of a run is in one folder, so that none of it stays when a test, or the whole run, dies early. */
async function createTemporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "mosaic-run-"));
  // As root, Postgres runs as a user of its own, who passes through here.
  await chmod(folder, 0o711);
  return folder;
}

interface Machine {
  readonly docker: Docker | null;
  /** What existed before the tests that could leave something behind. */
  readonly before: Inventory;
  readonly time: PartTime;
}

interface Run extends TestOptions {
  readonly reporter: Reporter;
  readonly temporary: string;
  readonly signal: AbortSignal;
}

interface PartRun {
  readonly outcome: Outcome;
  readonly time: PartTime;
}

async function main(): Promise<Outcome> {
  const { signal } = interrupted;
  const reporter = createReporter({ out: process.stdout, nowMs: () => performance.now(), givenUp: signal });
  const options = await readTestOptions(process.argv.slice(2), signal);
  const temporary = await createTemporaryFolder();
  try {
    const run: Run = { ...options, reporter, temporary, signal };
    const machine = prepare(run);
    const lanes = lanesOf(options.parts).map((lane) => runLane(lane, run, machine));
    // If one cannot continue, the others still run to their end and remove what they started.
    await Promise.allSettled([machine, ...lanes]);
    const { docker, before, time } = await machine;
    const parts = (await Promise.all(lanes)).flat();
    const first = parts.map((part) => part.outcome).reduce(addOutcomes, NOTHING_RUN);
    const { outcome: tested, unstable } = await secondRun(first, run);
    const outcome = addOutcomes(tested, await nothingLeftBehind(docker, before));
    const times = timeTable([time, ...parts.map((part) => part.time)], performance.now());
    reporter.line(["", ...failureList(UNSTABLE, unstable), ...failureList("Failed", outcome.failures), ...times].join("\n"));
    return signal.aborted ? addOutcomes(outcome, failed({ ...HERE, name: "interrupted", message: "" })) : outcome;
  } finally {
    await rm(temporary, { recursive: true, force: true, maxRetries: 5 });
  }
}

async function prepare({ reporter, signal, parts }: Run): Promise<Machine> {
  const fromMs = performance.now();
  const { docker } = await prepareMachine({ reporter, signal, parts });
  const before = await takeInventory(docker);
  return { docker, before, time: { part: "preparation", fromMs, toMs: performance.now(), tests: 0, files: [] } };
}

async function runLane(lane: readonly Part[], run: Run, machine: Promise<Machine>): Promise<readonly PartRun[]> {
  const done: PartRun[] = [];
  for (const part of lane) {
    if (needsMachine(part)) await machine;
    if (run.signal.aborted) break;
    const fromMs = performance.now();
    const { outcome, files } = await runPart(part, run, machine);
    const tests = outcome.passed + outcome.failures.length;
    done.push({ outcome, time: { part, fromMs, toMs: performance.now(), tests, files } });
  }
  return done;
}

async function runPart(part: Part, run: Run, machine: Promise<Machine>): Promise<JestRun> {
  if (part !== "checks") return await runJest(part, run);
  return { outcome: await runChecks({ ...run, machine }), files: [] };
}

async function secondRun(first: Outcome, run: Run): Promise<SecondRun> {
  if (run.signal.aborted) return { outcome: first, unstable: [] };
  return await runFailedAgain(
    first,
    async ({ kind, file }) => (await runJest(kind, { ...run, changedSince: null, file })).outcome,
  );
}

async function nothingLeftBehind(docker: Docker | null, before: Inventory): Promise<Outcome> {
  const left = await findLeftovers(docker, before);
  if (left.length > 0) return failed({ ...HERE, name: "something is left behind", message: left.join("\n") });
  console.log("✓ no process, container, volume or network is left behind");
  return { passed: 1, failures: [] };
}

let outcome: Outcome;
try {
  outcome = await main();
} catch (error) {
  const message = error instanceof Error ? error.message : String(error);
  console.error(message);
  outcome = failed({ ...HERE, name: "the run itself", message });
}
console.log(`${outcome.passed} passed, ${outcome.failures.length} failed`);
process.exitCode = outcome.failures.length === 0 && outcome.passed > 0 ? 0 : 1;
