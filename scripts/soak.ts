// `npm run soak -- <name> [seed]`: one of the long tests at many times its size in `npm test`, with the same assertions.
// Prints the commit and the seed first; the test prints its counts. The same seed makes the same random choices.
import { randomInt } from "node:crypto";
import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { createReporter } from "../cli/up/reporter.ts";
import { runCommand } from "../cli/up/run-command.ts";
import { failureList } from "./test/failures.ts";
import { runJest } from "./test/jest-run.ts";
import { prepareMachine } from "./test/machine.ts";
import { SOAK_SEED_VARIABLE, SOAK_TIMES_VARIABLE, SOAKS } from "./test/soak-runs.ts";

const SEED_LIMIT = 2 ** 31;
const GIT_TIMEOUT_MS = 60_000;
const TIMEOUT_MS = 12 * 3_600_000;

const interrupted = new AbortController();
for (const name of ["SIGINT", "SIGTERM"] as const) process.once(name, () => interrupted.abort());
const { signal } = interrupted;

const [name = "", seedText = String(randomInt(SEED_LIMIT))] = process.argv.slice(2);
const soak = SOAKS.get(name);
if (soak === undefined) throw new Error(`There is no soak "${name}". There are: ${[...SOAKS.keys()].join(", ")}.`);
const seed = z.coerce.number().int().min(0).lt(SEED_LIMIT).parse(seedText);

const reporter = createReporter({ out: process.stdout, nowMs: () => performance.now(), givenUp: signal });
await prepareMachine({ reporter, signal, parts: [soak.kind] });
const commit = await runCommand("git", ["describe", "--always", "--dirty"], { signal, timeoutMs: GIT_TIMEOUT_MS });
console.log(`soak ${name}: ${soak.times} times the size in npm test, commit ${commit.trim()}, seed ${seed}`);

const temporary = await mkdtemp(join(tmpdir(), "mosaic-soak-"));
try {
  // As root, Postgres runs as a user of its own, who needs to pass through this folder.
  await chmod(temporary, 0o711);
  const environment = { [SOAK_TIMES_VARIABLE]: String(soak.times), [SOAK_SEED_VARIABLE]: String(seed) };
  const only = `/${soak.file}\\.test\\.ts$`;
  const options = { temporary, signal, changedSince: null, only, environment, timeoutMs: TIMEOUT_MS };
  const { outcome } = await runJest(soak.kind, options);
  for (const line of failureList("Failed", outcome.failures)) console.log(line);
  console.log(
    `${outcome.passed} passed, ${outcome.failures.length} failed (soak ${name}, commit ${commit.trim()}, seed ${seed})`,
  );
  process.exitCode = outcome.failures.length === 0 && outcome.passed > 0 ? 0 : 1;
} finally {
  await rm(temporary, { recursive: true, force: true, maxRetries: 5 });
}
