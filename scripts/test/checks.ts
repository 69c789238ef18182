// The checks that run before the tests; each counts as one.
import { rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Reporter } from "../../cli/up/reporter.ts";
import { findProgram, runCommand } from "../../cli/up/run-command.ts";
import type { Counts } from "./counts.ts";

const REPOSITORY = join(import.meta.dirname, "../..");
const TIMEOUT_MS = 900_000;
const COMPOSE_FILE = "docker-compose.temporal.yml";
/** `${VAR:?}` wants them all; the values do not matter. */
const COMPOSE_SECRETS = [
  "MOSAIC_SECRET_KEY",
  "MOSAIC_SETUP_TOKEN",
  "MOSAIC_DB_PASSWORD",
  "TEMPORAL_DB_PASSWORD",
  "MOSAIC_AGENT_IMAGE",
  "DOCKER_GID",
];

interface Check {
  readonly name: string;
  run(signal: AbortSignal): Promise<string>;
}

const npmScript = (name: string): Check => ({
  name,
  run: (signal) => runCommand("npm", ["run", "--silent", name], { cwd: REPOSITORY, signal, timeoutMs: TIMEOUT_MS }),
});

/** The first four are what `npm run check` runs. */
export const CHECKS: readonly Check[] = [
  ...["check:format", "check:lint", "check:types", "check:unused", "migration:check", "ui:budget", "docs:check"].map(npmScript),
  { name: "compose file", run: checkComposeFile },
];

export async function runCheck(check: Check, context: { reporter: Reporter; signal: AbortSignal }): Promise<Counts> {
  const { reporter, signal } = context;
  try {
    await reporter.step(check.name, async () => ({ value: await check.run(signal), result: "" }));
    return { passed: 1, failed: 0 };
  } catch (error) {
    reporter.line(error instanceof Error ? error.message : String(error));
    return { passed: 0, failed: 1 };
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
