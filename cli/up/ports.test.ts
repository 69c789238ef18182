import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openDataDir, type DataDir } from "./data-dir.ts";
import { rememberedPorts } from "./ports.ts";

let dir: DataDir;

beforeEach(async () => void (dir = await openDataDir(await mkdtemp(join(tmpdir(), "mosaic-ports-")))));
afterEach(async () => await rm(dir.path, { recursive: true, force: true }));

test("a port is the same from start to start, unless somebody else has it", async () => {
  const first = await rememberedPorts(dir, ["postgres", "temporal"]);
  expect(await rememberedPorts(dir, ["postgres", "temporal"])).toEqual(first);
  const somebodyElse = createServer().listen(first.postgres, "127.0.0.1");
  await once(somebodyElse, "listening");
  const second = await rememberedPorts(dir, ["postgres", "temporal"]);
  expect(second.temporal).toBe(first.temporal);
  expect(second.postgres).not.toBe(first.postgres);
  somebodyElse.close();
});
