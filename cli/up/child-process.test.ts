// A process that is started and watched.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startProcess, type NoteProcess } from "./child-process.ts";
import { identifyProcess, isAlive, type ProcessIdentity } from "./proc.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "mosaic-child-"));
});
afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

const startIdler = (noteProcess: NoteProcess) =>
  startProcess({
    name: "idler",
    command: process.execPath,
    args: ["-e", "setInterval(() => undefined, 1_000)"],
    env: {},
    cwd: folder,
    logFile: join(folder, "idler.log"),
    isReady: () => Promise.resolve(true),
    startTimeoutMs: 120_000,
    stopTimeoutMs: 60_000,
    signal: new AbortController().signal,
    noteProcess,
  });

test("is on record before it is ready", async () => {
  const noted: number[] = [];
  const running = await startIdler(async (pid) => void noted.push(pid));
  expect(noted).toEqual([running.pid]);
  await running.stop();
});

test.each([
  [78, "CONFIG_INVALID"],
  [75, "DATABASE_UNAVAILABLE"],
  [1, "INTERNAL"],
])("a process that exits with %i before it is ready is reported as %s", async (exitCode, code) => {
  const starting = startProcess({
    ...{ name: "failing", command: process.execPath, args: ["-e", `process.exit(${exitCode})`], env: {}, cwd: folder },
    ...{ logFile: join(folder, "failing.log"), isReady: () => Promise.resolve(false) },
    ...{ startTimeoutMs: 120_000, stopTimeoutMs: 60_000, signal: new AbortController().signal },
  });
  await expect(starting).rejects.toMatchObject({ code });
});

test("does not go on running when it could not be put on record", async () => {
  const seen: ProcessIdentity[] = [];
  const starting = startIdler(async (pid) => {
    const identity = await identifyProcess(pid);
    if (identity !== null) seen.push(identity);
    throw new Error("no space left on the device");
  });
  await expect(starting).rejects.toThrow("no space left on the device");
  expect(seen).toHaveLength(1);
  expect(await Promise.all(seen.map(isAlive))).toEqual([false]);
});
