// The command that a lease is held for: started, sent the signals that we get, and stopped with everything it started.
import { spawn, type ChildProcess } from "node:child_process";
import { constants } from "node:os";
import { setTimeout as delay } from "node:timers/promises";
import { QaError } from "./qa-error.ts";
import type { SignalWatch } from "./signals.ts";

/** For what a command leaves running after it ended. */
const LEFTOVERS_GRACE_MS = 2_000;
/** As shells say it. */
const EXIT_NOT_FOUND = 127;
const EXIT_NOT_EXECUTABLE = 126;

export interface HeldCommand {
  /** Its exit code; 128 and the signal's number when a signal ended it. */
  readonly ended: Promise<number>;
  /** SIGTERM, and SIGKILL to what is left after `graceMs`. Also for what an ended command left running in its group. */
  stop(graceMs: number): Promise<void>;
}

export interface CommandLine {
  readonly words: readonly [string, ...string[]];
  readonly env: Readonly<Record<string, string | undefined>>;
  /** At a terminal the command shares our process group: it gets Ctrl-C from there, and may read the keyboard. */
  readonly atTerminal: boolean;
  /** Given to the command while it runs. */
  readonly signals: SignalWatch;
}

/** The command's output is ours. Resolves when it runs. @throws QaError COMMAND_NOT_STARTED, and when it was interrupted before */
export async function startCommand({ words, env, atTerminal, signals }: CommandLine): Promise<HeldCommand> {
  const [file, ...rest] = words;
  // Nothing is awaited from here until the command gets the signals: none falls between.
  signals.interrupted.throwIfAborted();
  // In a group of its own what it starts can be ended with it: a test runner's browser would go on with the credential.
  const child = spawn(file, rest, { env: { ...env }, stdio: "inherit", detached: !atTerminal });
  const ended = endOf(child);
  const endPassingOn = signals.handTo((signal) => {
    if (atTerminal && signal === "SIGINT") return;
    send(child, signal, atTerminal);
  });
  void ended.then(endPassingOn);
  await started(child, file);
  return {
    ended,
    async stop(graceMs) {
      if (!send(child, "SIGTERM", atTerminal)) return;
      await endedWithin(ended, graceMs);
      const hasEnded = child.exitCode !== null || child.signalCode !== null;
      if (hasEnded && send(child, 0, atTerminal)) await delay(Math.min(graceMs, LEFTOVERS_GRACE_MS));
      send(child, "SIGKILL", atTerminal);
      await ended;
    },
  };
}

/** Resolves at the end or after the time; a timer that went on would keep our process. */
async function endedWithin(ended: Promise<number>, milliseconds: number): Promise<void> {
  const timer = new AbortController();
  await Promise.race([ended, delay(milliseconds, undefined, { signal: timer.signal }).catch(() => undefined)]);
  timer.abort();
}

async function started(child: ChildProcess, file: string): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    child.once("spawn", resolve);
    child.once("error", (error: NodeJS.ErrnoException) =>
      reject(new QaError("COMMAND_NOT_STARTED", `${file} cannot be started (${error.code ?? "unknown"}).`)),
    );
  });
}

async function endOf(child: ChildProcess): Promise<number> {
  return await new Promise((resolve) => {
    child.once("error", (error: NodeJS.ErrnoException) => {
      if (child.pid === undefined) resolve(error.code === "ENOENT" ? EXIT_NOT_FOUND : EXIT_NOT_EXECUTABLE);
    });
    child.once("exit", (code, signal) => resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal])));
  });
}

/** To its whole group where it has one. False: nothing of it is left. */
function send(child: ChildProcess, signal: NodeJS.Signals | 0, atTerminal: boolean): boolean {
  const { pid, exitCode, signalCode } = child;
  if (pid === undefined || (atTerminal && (exitCode !== null || signalCode !== null))) return false;
  try {
    return process.kill(atTerminal ? pid : -pid, signal);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ESRCH") return false;
    throw error;
  }
}
