// The checks that run before the tests; each counts as one.
import { rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Reporter } from "../../cli/up/reporter.ts";
import { findProgram, runCommand } from "../../cli/up/run-command.ts";
import { addOutcomes, failed, NOTHING_RUN, type Outcome } from "./outcome.ts";

const REPOSITORY = join(import.meta.dirname, "../..");
const TIMEOUT_MS = 900_000;
const COMPOSE_FILE = "docker-compose.temporal.yml";
/** `${VAR:?}` wants them all; the values do not matter. */
const COMPOSE_SECRETS = [
  "MOSAIC_SECRET_KEY_FILE",
  "MOSAIC_SETUP_TOKEN",
  "MOSAIC_DB_PASSWORD",
  "TEMPORAL_DB_PASSWORD",
  "MOSAIC_AGENT_IMAGE",
  "DOCKER_GID",
];

interface Check {
  readonly name: string;
  /** Whether it needs the prepared machine: docker-compose, the built web interface. */
  readonly needsMachine: boolean;
  run(signal: AbortSignal): Promise<string>;
}

const npmScript = (name: string, needsMachine = false): Check => ({
  ...{ name, needsMachine },
  run: (signal) => runCommand("npm", ["run", "--silent", name], { cwd: REPOSITORY, signal, timeoutMs: TIMEOUT_MS }),
});

/** What `npm run check` runs. */
const DAILY = ["check:format", "check:lint", "check:types", "check:unused", "check:features", "check:histories"];

const CHECKS: readonly Check[] = [
  ...[...DAILY, "migration:check"].map((name) => npmScript(name)),
  ...["ui:budget", "docs:check"].map((name) => npmScript(name, true)),
  { name: "compose file", needsMachine: true, run: checkComposeFile },
];

interface ChecksContext {
  readonly reporter: Reporter;
  readonly signal: AbortSignal;
  /** Resolves once the machine is prepared. */
  readonly machine: Promise<unknown>;
}

/** @throws the preparation's error, as soon as a check needs it */
export async function runChecks(context: ChecksContext): Promise<Outcome> {
  let outcome = NOTHING_RUN;
  for (const check of CHECKS) {
    if (check.needsMachine) await context.machine;
    if (context.signal.aborted) break;
    outcome = addOutcomes(outcome, await runCheck(check, context));
  }
  return outcome;
}

async function runCheck(check: Check, { reporter, signal }: ChecksContext): Promise<Outcome> {
  try {
    await reporter.step(check.name, async () => ({ value: await check.run(signal), result: "" }));
    return { passed: 1, failures: [] };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    reporter.line(message);
    return failed({ kind: "checks", file: null, name: check.name, message });
  }
}

/** With a file of variables of its own, so that an `.env` beside the compose file does not count. */
async function checkComposeFile(signal: AbortSignal): Promise<string> {
  const envFile = join(tmpdir(), `mosaic-compose-${process.pid}.env`);
  await writeFile(envFile, COMPOSE_SECRETS.map((name) => `${name}=1`).join("\n"));
  try {
    const args = ["--env-file", envFile, "-f", COMPOSE_FILE, "config", "--quiet"];
    const alone = await findProgram("docker-compose", process.env["PATH"]);
    const [command, ...first] = alone === null ? ["docker", "compose"] : [alone];
    return await runCommand(command ?? "docker", [...first, ...args], { cwd: REPOSITORY, signal, timeoutMs: TIMEOUT_MS });
  } finally {
    await rm(envFile, { force: true });
  }
}
