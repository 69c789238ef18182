// The data directory: lock, secret key, ports, processes.
import { chown, mkdir, mkdtemp, readdir, readFile, rm, rmdir, stat, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createChildList, openDataDir, ownSecretKey, takeLock, type DataDir } from "./data-dir.ts";
import { rememberedPorts } from "./ports.ts";

let dir: DataDir;

beforeEach(async () => {
  dir = await openDataDir(join(await mkdtemp(join(tmpdir(), "mosaic-data-")), "data"));
});

afterEach(async () => {
  await rm(join(dir.path, ".."), { recursive: true, force: true });
});

const modeOf = async (path: string) => (await stat(path)).mode & 0o777;

test("refuses a second start of the same installation and names the first", async () => {
  const unlock = await takeLock(dir);
  await expect(takeLock(dir)).rejects.toMatchObject({
    code: "CONFLICT",
    message: expect.stringContaining(String(process.pid)),
  });
  await unlock();
  await (
    await takeLock(dir)
  )();
});

test("takes over the lock of a process that is gone, even when its number is used again", async () => {
  await writeFile(dir.file("up.lock"), JSON.stringify({ pid: process.pid, startTicks: "1" }));
  await takeLock(dir);
  expect(JSON.parse(await readFile(dir.file("up.lock"), "utf8"))).not.toMatchObject({ startTicks: "1" });
});

test("makes the secret key once, readable by its owner only", async () => {
  const first = await ownSecretKey(dir);
  const second = await ownSecretKey(dir);
  expect([first.isNew, second.isNew]).toEqual([true, false]);
  expect(second.key.reveal()).toBe(first.key.reveal());
  expect(first.key.reveal().length).toBeGreaterThanOrEqual(32);
  expect(await modeOf(first.path)).toBe(0o600);
});

test("lets others pass through, which PostgreSQL's own user must, but look at nothing", async () => {
  expect(await modeOf(dir.path)).toBe(0o711);
  expect(await modeOf(join(dir.path, "logs"))).toBe(0o700);
});

test("keeps its ports from start to start, and takes another when one is in use", async () => {
  const first = await rememberedPorts(dir, ["one", "two"]);
  expect(await rememberedPorts(dir, ["one", "two"])).toEqual(first);
  const taken = createServer();
  await new Promise<void>((resolve) => taken.listen(first.one, "127.0.0.1", () => resolve()));
  const second = await rememberedPorts(dir, ["one", "two"]);
  expect(second.one).not.toBe(first.one);
  expect(second.two).toBe(first.two);
  await new Promise((resolve) => taken.close(resolve));
});

test("knows the processes of a start that was killed, in spite of changes at the same moment", async () => {
  const list = createChildList(dir);
  await Promise.all([list.add("api", process.pid), list.add("worker", process.pid), list.add("gone", 2 ** 22)]);
  await list.remove("worker");
  expect(Object.keys(await createChildList(dir).read())).toEqual(["api"]);
  expect(JSON.parse(await readFile(dir.file("processes.json"), "utf8")).api.pid).toBe(process.pid);
});

test("goes on recording processes after a change that could not be written", async () => {
  const list = createChildList(dir);
  const inTheWay = dir.file("processes.json.new");
  await mkdir(inTheWay);
  await expect(list.add("api", process.pid)).rejects.toMatchObject({ code: "EISDIR" });
  await rmdir(inTheWay);
  await list.add("worker", process.pid);
  expect(Object.keys(await createChildList(dir).read())).toEqual(["worker"]);
});

test("a directory of another user is refused, and nothing is left in it", async () => {
  // Only root can make one for the test.
  if (process.getuid?.() !== 0) return;
  const path = join(dir.path, "../anothers");
  await mkdir(path);
  await chown(path, 1234, 1234);
  await expect(openDataDir(path)).rejects.toMatchObject({
    code: "CONFIG_INVALID",
    message: expect.stringMatching(/anothers belongs to another user \(uid 1234\).*MOSAIC_DATA_DIR/),
  });
  expect(await readdir(path)).toEqual([]);
});

test("one that cannot be made says why", async () => {
  await writeFile(join(dir.path, "file"), "");
  await expect(openDataDir(join(dir.path, "file/data"))).rejects.toMatchObject({
    code: "CONFIG_INVALID",
    message: expect.stringMatching(/cannot be used \(ENOTDIR.*MOSAIC_DATA_DIR/),
  });
});
