// Runs one of our own scripts to its end in a process of its own: what it loads is gone from memory with it.
import { join } from "node:path";
import { FleetError } from "../../contracts/core/errors.ts";
import type { Say } from "./reporter.ts";
import { CommandError, runCommand } from "./run-command.ts";
import type { Environment } from "./settings.ts";

const REPOSITORY = join(import.meta.dirname, "../..");
const EXIT_CONFIGURATION = 78;

export interface ScriptOptions {
  readonly args?: readonly string[];
  readonly env: Environment;
  readonly signal: AbortSignal;
  readonly timeoutMs: number;
  /** Told each line that the script prints on standard error. */
  readonly say?: Say;
}

/**
 * Resolves with what the script printed on standard output.
 * @throws FleetError CONFIG_INVALID with the script's last line for exit code 78, CommandError for any other end
 */
export async function runScript(file: string, options: ScriptOptions): Promise<string> {
  const { args = [], env, signal, timeoutMs, say } = options;
  const how = { env, signal, timeoutMs, cwd: REPOSITORY, ...(say === undefined ? {} : { onErrorLine: say }) };
  try {
    return (await runCommand(process.execPath, [join(REPOSITORY, file), ...args], how)).trim();
  } catch (error) {
    if (!(error instanceof CommandError) || error.exitCode !== EXIT_CONFIGURATION) throw error;
    throw new FleetError("CONFIG_INVALID", error.lastLine, { cause: error });
  }
}
