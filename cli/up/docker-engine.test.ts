// Finding the engine: the message if it cannot be used, and what happens to an engine that an earlier start began.
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createChildList, openDataDir, type DataDir } from "./data-dir.ts";
import { DOCKERD, findEngine, type DockerContext } from "./docker-engine.ts";

let folder: string;
let dir: DataDir;
let engine: Server;
let status: number;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "mosaic-engine-"));
  dir = await openDataDir(join(folder, "data"));
  status = 200;
  engine = createServer((_request, response) => {
    response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify({ Version: "20.10.24" }));
  });
  engine.listen(socketPath());
  await once(engine, "listening");
});

afterEach(async () => {
  engine.close();
  await rm(folder, { recursive: true, force: true });
});

const socketPath = (): string => join(folder, "docker.sock");

function find(environment: Record<string, string>) {
  const context: DockerContext = {
    ...{ dir, children: createChildList(dir), environment: { PATH: "/usr/bin:/bin", ...environment } },
    ...{ mayInstall: false, signal: new AbortController().signal },
  };
  return findEngine(context, () => undefined);
}

test("an engine that runs is used, and is not ours to start", async () => {
  expect(await find({ DOCKER_HOST: `unix://${socketPath()}` })).toEqual({ start: null });
});

test("one that an earlier start began is watched again, and goes on when this start stops", async () => {
  const earlier: ChildProcess = spawn("sleep", ["600"], { stdio: "ignore" });
  const ended = once(earlier, "exit");
  try {
    await createChildList(dir).add(DOCKERD, earlier.pid ?? 0);
    const { start } = await find({ DOCKER_HOST: `unix://${socketPath()}` });
    expect((await start?.())?.pid).toBe(earlier.pid);
  } finally {
    earlier.kill("SIGKILL");
    await ended;
  }
});

test.each([
  ["unix:///nowhere/docker.sock", /at DOCKER_HOST \(unix:\/\/\/nowhere\/docker\.sock\) does not answer/],
  ["tcp://127.0.0.1:1", /at DOCKER_HOST \(tcp:\/\/127\.0\.0\.1:1\) does not answer/],
  ["ssh://elsewhere", /DOCKER_HOST: Give a URL that begins with unix:\/\/ or tcp:\/\//],
])("DOCKER_HOST=%s is refused in one line", async (host, message) => {
  await expect(find({ DOCKER_HOST: host })).rejects.toMatchObject({
    code: "CONFIG_INVALID",
    message: expect.stringMatching(message),
  });
});

test("what answers and is no engine is refused as well", async () => {
  status = 500;
  engine.removeAllListeners("request").on("request", (_request, response) => response.writeHead(500).end("oops"));
  await expect(find({ DOCKER_HOST: `unix://${socketPath()}` })).rejects.toThrow(/The Docker Engine answers 500/);
});
