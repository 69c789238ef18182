// A process that runs until it is stopped: started into a log file, watched, stopped with a deadline.
import { spawn } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { setTimeout as delay } from "node:timers/promises";
import { z } from "zod";
import { scrub } from "../../adapters/process/logger.ts";
import { FleetError, type ErrorCode } from "../../contracts/core/errors.ts";
import { identifyProcess, isAlive, signal, type ProcessIdentity } from "./proc.ts";
import type { Environment } from "./settings.ts";

const PROBE_EVERY_MS = 100;
const ADOPTED_CHECK_EVERY_MS = 500;
/** Exit codes of our own processes that cannot start (sysexits.h); only a database that does not answer is temporary. */
const EXIT_REASONS: ReadonlyMap<number | null, ErrorCode> = new Map([
  [78, "CONFIG_INVALID"],
  [75, "DATABASE_UNAVAILABLE"],
]);
const REASON_CHARS = 240;
const LINES_LOOKED_AT = 50;
const PINO_ERROR_LEVEL = 50;

export interface RunningProcess {
  readonly pid: number;
  /** Settles with a few words on how it ended. */
  readonly exited: Promise<string>;
  /** Asks it to end, and kills it when that takes too long. */
  stop(): Promise<void>;
  kill(): void;
}

export interface ProcessOptions {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Environment;
  readonly cwd: string;
  readonly logFile: string;
  /** True once it serves; asked again and again until then. */
  readonly isReady: () => Promise<boolean>;
  readonly startTimeoutMs: number;
  readonly stopTimeoutMs: number;
  /** Aborted: the start is given up, and what was started is stopped. */
  readonly signal: AbortSignal;
  /** Called immediately: a supervisor that is killed while it waits must already have recorded the process. */
  readonly noteProcess?: NoteProcess | undefined;
  /** It goes on when this process ends, and does not keep this process from ending. */
  readonly outlivesUs?: boolean;
}

/** Resolves when the process is on record. */
export type NoteProcess = (pid: number) => Promise<void>;

/**
 * Leaves no process running if it throws.
 * @throws FleetError if the process exits before it is ready (CONFIG_INVALID for exit code 78, DATABASE_UNAVAILABLE for 75) or
 *   is not ready in time; also what `noteProcess` throws.
 */
export async function startProcess(options: ProcessOptions): Promise<RunningProcess> {
  const { child, running } = launch(options);
  const deadline = Date.now() + options.startTimeoutMs;
  const ended: { how?: string } = {};
  void running.exited.then((how) => (ended.how = how));
  if (running.pid > 0) await putOnRecord(running, options.noteProcess);
  while (!(await options.isReady().catch(() => false))) {
    if (ended.how !== undefined) {
      const code = EXIT_REASONS.get(child.exitCode) ?? "INTERNAL";
      throw new FleetError(code, `${options.name} ended while starting: ${ended.how} (log: ${options.logFile})`);
    }
    if (options.signal.aborted) {
      await running.stop();
      throw new FleetError("INTERNAL", `The start of ${options.name} was cancelled.`);
    }
    if (Date.now() > deadline) {
      await running.stop();
      throw new FleetError(
        "INTERNAL",
        `${options.name} is not ready after ${options.startTimeoutMs / 1000} s; see ${options.logFile}`,
      );
    }
    await delay(PROBE_EVERY_MS);
  }
  return running;
}

/** What cannot be put on record is stopped: nobody would find it after a SIGKILL of the supervisor. */
export async function putOnRecord(
  running: Pick<RunningProcess, "pid" | "stop">,
  noteProcess: NoteProcess | undefined,
): Promise<void> {
  try {
    await noteProcess?.(running.pid);
  } catch (error) {
    await running.stop();
    throw error;
  }
}

function launch(options: ProcessOptions) {
  const log = openSync(options.logFile, "a", 0o600);
  // A process group of its own: Ctrl-C in the terminal reaches the supervisor alone, which stops all in order.
  const child = spawn(options.command, options.args, {
    cwd: options.cwd,
    env: { ...options.env },
    detached: true,
    stdio: ["ignore", log, log],
  });
  closeSync(log);
  if (options.outlivesUs === true) child.unref();
  const exited = new Promise<string>((resolve) => {
    child.once("error", (error) => resolve(error.message));
    child.once("exit", (code, by) => void explain(options.logFile, code ?? by ?? "unknown").then(resolve));
  });
  const pid = child.pid ?? 0;
  const kill = (): void => {
    if (pid > 0) signal(-pid, "SIGKILL");
  };
  const stop = async (): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null || pid === 0) return;
    child.kill("SIGTERM");
    const timer = setTimeout(kill, options.stopTimeoutMs);
    await exited;
    clearTimeout(timer);
  };
  return { child, running: { pid, exited, stop, kill } };
}

/** A process of an earlier start that is kept. It is no child of this one, so that its end has to be looked for. */
export function adoptProcess(target: ProcessIdentity, stopTimeoutMs: number): RunningProcess {
  const exited = (async () => {
    while (await isAlive(target)) await delay(ADOPTED_CHECK_EVERY_MS, undefined, { ref: false });
    return "it was gone";
  })();
  const kill = (): void => signal(-target.pid, "SIGKILL");
  const stop = async (): Promise<void> => {
    if ((await identifyProcess(target.pid))?.startTicks !== target.startTicks) return;
    signal(target.pid, "SIGTERM");
    const timer = setTimeout(kill, stopTimeoutMs);
    await exited;
    clearTimeout(timer);
  };
  return { pid: target.pid, exited, stop, kill };
}

/** `exit code 1: the last thing it complained about`, or the name of the signal. */
async function explain(logFile: string, code: number | string): Promise<string> {
  if (typeof code === "string") return code;
  const text = await readFile(logFile, "utf8").catch(() => "");
  const lines = text.trimEnd().split("\n").slice(-LINES_LOOKED_AT).toReversed();
  const complaint = lines.map(complaintIn).find((found) => found !== null);
  return complaint === undefined ? `exit code ${code}` : `exit code ${code}: ${scrub(complaint).slice(0, REASON_CHARS)}`;
}

/** The text of a log line at level error or above, or of a line that is no log entry and speaks of an error; null for others. */
function complaintIn(line: string): string | null {
  if (!line.startsWith("{")) return /error|fatal|panic|fail|settings/i.test(line) ? line.trim() : null;
  const entry = logEntrySchema.safeParse(parseJson(line));
  return entry.success ? entry.data.msg : null;
}

const logEntrySchema = z.looseObject({ level: z.number().min(PINO_ERROR_LEVEL), msg: z.string() });

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return null; // cut off in the middle: not a line to show
  }
}
