// What /proc says about a process: enough to tell it from a later one with the same number.
import { readFile } from "node:fs/promises";
import { setTimeout as delay } from "node:timers/promises";
import { z } from "zod";

/** A process, recognisable after its number was used again. */
export const processIdentitySchema = z.strictObject({ pid: z.number().int().min(2), startTicks: z.string() });
export type ProcessIdentity = z.infer<typeof processIdentitySchema>;

const CHECK_EVERY_MS = 50;
const STATE_FIELD = 0;
const START_TIME_FIELD = 19;

/** Null when there is no such process, or only what is left of it. */
export async function identifyProcess(pid: number): Promise<ProcessIdentity | null> {
  const stat = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => null);
  // The name in parentheses may hold anything, so that the fields are counted from its end.
  const fields = stat?.slice(stat.lastIndexOf(")") + 2).split(" ");
  const startTicks = fields?.[START_TIME_FIELD];
  if (startTicks === undefined || fields?.[STATE_FIELD] === "Z") return null;
  return { pid, startTicks };
}

export async function isAlive(process: ProcessIdentity): Promise<boolean> {
  return (await identifyProcess(process.pid))?.startTicks === process.startTicks;
}

/** True when the process ended in time. */
export async function endsWithin(target: ProcessIdentity, timeoutMs: number): Promise<boolean> {
  const deadline = Date.now() + timeoutMs;
  while (Date.now() < deadline) {
    if (!(await isAlive(target))) return true;
    await delay(CHECK_EVERY_MS);
  }
  return !(await isAlive(target));
}

/** SIGTERM, then SIGKILL to it and its children when it takes longer. Fine when it is gone already. */
export async function endProcess(target: ProcessIdentity, timeoutMs: number): Promise<void> {
  if (!(await isAlive(target))) return;
  signal(target.pid, "SIGTERM");
  if (await endsWithin(target, timeoutMs)) return;
  signal(-target.pid, "SIGKILL");
  await endsWithin(target, timeoutMs);
}

/** Sends a signal; a process (or group) that ended meanwhile is no error. */
export function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ESRCH")) throw error;
  }
}
