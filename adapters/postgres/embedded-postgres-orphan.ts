// A PostgreSQL server that outlived the process that started it (SIGKILL): found by its pid file, and stopped.
import { readFile, readlink } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { FleetError } from "../../contracts/core/errors.ts";

const FAST_TIMEOUT_MS = 15_000;
const IMMEDIATE_TIMEOUT_MS = 5_000;
const CHECK_EVERY_MS = 50;

/** Stops the server that runs on this data directory, if one does. The next start recovers what it had not written. */
export async function stopOrphan(dataDir: string): Promise<void> {
  const pid = await serverPid(dataDir);
  if (pid === null) return;
  process.kill(pid, "SIGINT");
  if (await endsWithin(dataDir, pid, FAST_TIMEOUT_MS)) return;
  process.kill(pid, "SIGQUIT");
  if (await endsWithin(dataDir, pid, IMMEDIATE_TIMEOUT_MS)) return;
  throw new FleetError("DATABASE_UNAVAILABLE", `A PostgreSQL server (process ${pid}) holds ${dataDir} and does not stop.`);
}

/** The pid file's first line, if that process really is a server on this directory: pids are used again. */
async function serverPid(dataDir: string): Promise<number | null> {
  const text = await readFile(join(dataDir, "postmaster.pid"), "utf8").catch(() => "");
  const pid = Number(text.split("\n")[0]);
  if (!Number.isInteger(pid) || pid <= 1) return null;
  return (await worksIn(pid, dataDir)) ? pid : null;
}

/** A postmaster makes its data directory its working directory. */
async function worksIn(pid: number, dataDir: string): Promise<boolean> {
  const [cwd, state] = await Promise.all([
    readlink(`/proc/${pid}/cwd`).catch(() => null),
    readFile(`/proc/${pid}/stat`, "utf8").catch(() => ""),
  ]);
  const isZombie = /\) Z /.test(state);
  return cwd === dataDir && !isZombie;
}

async function endsWithin(dataDir: string, pid: number, timeoutMs: number): Promise<boolean> {
  const deadline = Date.now() + timeoutMs;
  while (Date.now() < deadline) {
    if (!(await worksIn(pid, dataDir))) return true;
    await delay(CHECK_EVERY_MS);
  }
  return false;
}
