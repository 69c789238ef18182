// Where the Temporal Web UI's files come from, and that a start goes on without them.
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { temporalUiArchive } from "./temporal-ui.ts";

let cacheDir: string;
let proxy: Server;
let asked: string[];
let status: number;

beforeEach(async () => {
  cacheDir = await mkdtemp(join(tmpdir(), "mosaic-cache-"));
  [asked, status] = [[], 200];
  proxy = createServer((request, response) => {
    asked.push(request.url ?? "");
    response.writeHead(status).end("something else");
  });
  await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
});
afterEach(async () => {
  proxy.close();
  await rm(cacheDir, { recursive: true, force: true });
});

const archive = async (signal = new AbortController().signal): Promise<string | null> => {
  const address = proxy.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  return await temporalUiArchive({ cacheDir, environment: { GOPROXY: `http://127.0.0.1:${port}/,direct` }, signal }, () => {});
};

test("what is not the archive of our version is neither used nor kept", async () => {
  expect(await archive()).toBeNull();
  expect(new Set(asked)).toEqual(new Set(["/github.com/temporalio/ui-server/v2/@v/v2.42.1.zip"]));
  expect(await readdir(cacheDir)).toEqual([]);
});

test("a changed file in the cache is fetched again", async () => {
  await writeFile(join(cacheDir, "temporal-ui-2.42.1.zip"), "changed");
  expect(await archive()).toBeNull();
  expect(asked).not.toEqual([]);
});

test("a proxy without it, or none that answers, leaves the start without the Web UI", async () => {
  status = 404;
  expect(await archive()).toBeNull();
  await new Promise((resolve) => proxy.close(resolve));
  expect(await archive()).toBeNull();
});

test("a start that is given up does not go on", async () => {
  await expect(archive(AbortSignal.abort())).rejects.toThrow(/abort/i);
});
