// What `npm test` does: brings up what the tests need, runs all of them, checks that nothing is left behind.
// Its last line is `N passed, N failed`. `--only unit|ui|integration|browser|fuzz|e2e` runs one kind alone, without the checks.
import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { createReporter } from "../cli/up/reporter.ts";
import { CHECKS, runCheck } from "./test/checks.ts";
import { runJest } from "./test/jest-run.ts";
import { findLeftovers, takeInventory } from "./test/leftovers.ts";
import { prepareMachine } from "./test/machine.ts";
import { addCounts, NOTHING_RUN, type Counts } from "./test/counts.ts";

const KINDS = ["unit", "ui", "integration", "browser", "fuzz", "e2e"] as const;
type Kind = (typeof KINDS)[number];

const interrupted = new AbortController();
for (const name of ["SIGINT", "SIGTERM"] as const) process.once(name, () => interrupted.abort());

function wishedKinds(args: readonly string[]): readonly Kind[] {
  const at = args.indexOf("--only");
  return at === -1 ? KINDS : [z.enum(KINDS).parse(args[at + 1])];
}

/** Everything temporary of a run is in one folder, so that none of it stays when a test, or the whole run, dies early. */
async function createTemporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "mosaic-run-"));
  // As root, Postgres runs as a user of its own, who passes through here.
  await chmod(folder, 0o711);
  return folder;
}

async function main(): Promise<Counts> {
  const kinds = wishedKinds(process.argv.slice(2));
  const isWhole = kinds.length === KINDS.length;
  const reporter = createReporter({ out: process.stdout, nowMs: () => performance.now() });
  const temporary = await createTemporaryFolder();
  const { signal } = interrupted;
  let counts = NOTHING_RUN;
  const machine = await prepareMachine({
    reporter,
    signal,
    forChecks: isWhole,
    forFuzzing: kinds.includes("fuzz"),
    forBrowser: kinds.includes("browser"),
    forContainers: ["integration", "browser", "e2e"].some((kind) => kinds.some((wished) => wished === kind)),
  });
  try {
    const before = await takeInventory(machine.docker);
    if (isWhole) for (const check of CHECKS) counts = addCounts(counts, await runCheck(check, { reporter, signal }));
    for (const kind of kinds) {
      if (signal.aborted) break;
      counts = addCounts(counts, await runJest(kind, { temporary, signal }));
    }
    counts = addCounts(counts, await nothingLeftBehind(before));
  } finally {
    await machine.stop();
    await rm(temporary, { recursive: true, force: true, maxRetries: 5 });
  }
  return signal.aborted ? addCounts(counts, { passed: 0, failed: 1 }) : counts;

  async function nothingLeftBehind(before: Awaited<ReturnType<typeof takeInventory>>): Promise<Counts> {
    const left = await findLeftovers(machine.docker, before);
    for (const thing of left) reporter.line(`✗ left behind: ${thing}`);
    if (left.length === 0) reporter.line("✓ no process, container, volume or network is left behind");
    return left.length === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
  }
}

let counts: Counts;
try {
  counts = await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  counts = { passed: 0, failed: 1 };
}
console.log(`${counts.passed} passed, ${counts.failed} failed`);
process.exitCode = counts.failed === 0 && counts.passed > 0 ? 0 : 1;
