// Runs other programs to their end: package managers, builders, downloads.
import { spawn } from "node:child_process";
import { access, constants } from "node:fs/promises";
import { delimiter, join } from "node:path";
import type { Readable } from "node:stream";

const KEPT_OUTPUT_CHARS = 4_000;

export interface CommandOptions {
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  readonly cwd?: string;
  /** Replaces the environment as a whole. */
  readonly env?: Readonly<Record<string, string | undefined>>;
}

/** A program ended badly. The message has the end of what it printed. */
export class CommandError extends Error {
  constructor(command: string, reason: string, output: string) {
    super(`${command} ${reason}${output === "" ? "" : `: ${lastLines(output)}`}`);
    this.name = "CommandError";
  }
}

/** Resolves with what was printed on standard output. @throws CommandError */
export async function runCommand(command: string, args: readonly string[], options: CommandOptions): Promise<string> {
  const child = spawn(command, args, {
    cwd: options.cwd,
    ...(options.env === undefined ? {} : { env: { ...options.env } }),
    signal: AbortSignal.any([options.signal, AbortSignal.timeout(options.timeoutMs)]),
    killSignal: "SIGTERM",
    stdio: ["ignore", "pipe", "pipe"],
  });
  const [stdout, stderr] = [collect(child.stdout), collect(child.stderr)];
  const code = await new Promise<number | string | null>((resolve, reject) => {
    child.once("error", (error) => reject(new CommandError(command, `failed (${error.message})`, stderr())));
    child.once("close", (exitCode, signal) => resolve(exitCode ?? signal));
  });
  if (code !== 0) throw new CommandError(`${command} ${args[0] ?? ""}`, `ended with ${code}`, stderr() || stdout());
  return stdout();
}

function collect(stream: Readable): () => string {
  let text = "";
  stream.on("data", (chunk: Buffer) => (text = (text + chunk.toString()).slice(-KEPT_OUTPUT_CHARS)));
  return () => text;
}

function lastLines(output: string): string {
  return output.trim().split("\n").slice(-3).join(" | ").slice(-500);
}

/** The path of a program on PATH (and in the folders of system programs), or null. */
export async function findProgram(name: string, path: string | undefined): Promise<string | null> {
  const folders = [...(path ?? "").split(delimiter), "/usr/local/sbin", "/usr/sbin", "/sbin", "/usr/local/go/bin"];
  for (const folder of folders.filter((entry) => entry !== "")) {
    const candidate = join(folder, name);
    const isThere = await access(candidate, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (isThere) return candidate;
  }
  return null;
}
