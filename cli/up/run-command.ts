// Runs other programs to their end: package managers, builders, downloads.
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { access, constants } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";

const KEPT_OUTPUT_CHARS = 4_000;
/** For a program that is told to end; then it is killed. */
const CLEAN_UP_TIMEOUT_MS = 10_000;

export interface CommandOptions {
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  readonly cwd?: string;
  /** Replaces the environment as a whole. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Given each line of standard error as it comes. */
  readonly onErrorLine?: (line: string) => void;
}

interface Ending {
  /** The exit code, or the name of the signal. */
  readonly code: number | string | null;
  readonly output: string;
}

/** A program ended badly. The message has the end of what it printed. */
export class CommandError extends Error {
  readonly exitCode: number | null;
  /** The last line that it printed. */
  readonly lastLine: string;

  constructor(command: string, reason: string, { code, output }: Ending) {
    super(`${command} ${reason}${output === "" ? "" : `: ${lastLines(output)}`}`);
    this.name = "CommandError";
    this.exitCode = typeof code === "number" ? code : null;
    this.lastLine = output.trim().split("\n").at(-1) ?? "";
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
  const { onErrorLine } = options;
  if (onErrorLine !== undefined) createInterface({ input: child.stderr }).on("line", onErrorLine);
  const { problem, code } = await endOf(child);
  if (problem !== null) throw new CommandError(command, reasonOf(problem, options), { code, output: stderr() });
  if (code !== 0) {
    throw new CommandError(`${command} ${args[0] ?? ""}`, `ended with ${code}`, { code, output: stderr() || stdout() });
  }
  return stdout();
}

interface End {
  readonly code: Ending["code"];
  /** Why it could not be started, or was stopped. */
  readonly problem: Error | null;
}

/** After an abort it has ended as well, for it may have something to tidy up. */
async function endOf(child: ChildProcess): Promise<End> {
  const closed = new Promise<End>((resolve) => {
    child.once("close", (exitCode, signal) => resolve({ code: exitCode ?? signal, problem: null }));
  });
  const failed = new Promise<End>((resolve) => child.once("error", (problem) => resolve({ code: null, problem })));
  const end = await Promise.race([closed, failed]);
  if (end.problem !== null && child.pid !== undefined && child.exitCode === null && child.signalCode === null) {
    const exited = once(child, "exit");
    const timer = setTimeout(() => child.kill("SIGKILL"), CLEAN_UP_TIMEOUT_MS);
    await exited;
    clearTimeout(timer);
  }
  return end;
}

function reasonOf(problem: Error, { signal, timeoutMs }: CommandOptions): string {
  if (signal.aborted) return "was stopped";
  return problem.name === "AbortError" ? `took longer than ${timeoutMs / 1000} s` : `failed (${problem.message})`;
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
