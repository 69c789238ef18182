// Processor time of a process, all its threads together.
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

const NS_PER_MS = 1e6;

/** As the kernel's scheduler counts it, to the nanosecond, without threads that have ended. */
export async function cpuTimeMs(pid: number): Promise<number> {
  const tasks = `/proc/${pid}/task`;
  const lines = await Promise.all((await readdir(tasks)).map((task) => readFile(join(tasks, task, "schedstat"), "utf8")));
  return lines.reduce((total, line) => total + Number(line.split(" ")[0]) / NS_PER_MS, 0);
}
