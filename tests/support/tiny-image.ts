// A small agent image for tests: this machine's node and a server with the gateway's probes, made without any registry.
import { execFile, spawn } from "node:child_process";
import { copyFile, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import Docker from "dockerode";
import { GATEWAY_PORT } from "../../contracts/agent-container.ts";

const run = promisify(execFile);

/** Answers the probes; `/exit/<code>` ends it, `/hang` makes the probes fail, `/eat` takes all memory. */
const SERVER = `
import { createServer } from "node:http";
let healthy = true;
process.on("SIGTERM", () => process.exit(0));
console.log("tiny agent listens");
createServer((request, response) => {
  const [, word, code] = request.url.split("/");
  if (word === "exit") { console.error("told to exit with " + code); process.exit(Number(code)); }
  if (word === "hang") healthy = false;
  if (word === "eat") for (const eaten = []; ; ) eaten.push(Buffer.alloc(16 << 20, 1));
  response.statusCode = healthy ? 200 : 503;
  response.end("ok");
}).listen(${GATEWAY_PORT}, "0.0.0.0");
`;

export interface TinyImage {
  readonly tag: string;
  remove(): Promise<void>;
}

export async function makeTinyImage(name: string): Promise<TinyImage> {
  return await makeNodeImage(new Docker(), {
    name,
    entrypoint: "/server.mjs",
    fill: (root) => writeFile(path.join(root, "server.mjs"), SERVER),
  });
}

export interface NodeImageOptions {
  readonly name: string;
  /** What node runs in it. */
  readonly entrypoint: string;
  /** Puts files beside those that node needs. */
  readonly fill: (root: string) => Promise<void>;
}

/** An image with this machine's node, and folders as the agent image has them. */
export async function makeNodeImage(docker: Docker, { name, entrypoint, fill }: NodeImageOptions): Promise<TinyImage> {
  const tag = `mosaic-test-${name}:${process.pid}`;
  const root = await mkdtemp(path.join(tmpdir(), "mosaic-tiny-image-"));
  try {
    await fillRoot(root);
    await fill(root);
    await importRoot(docker, root, { tag, entrypoint });
  } finally {
    await rm(root, { recursive: true, force: true });
  }
  return {
    tag,
    async remove() {
      await docker.getImage(tag).remove({ force: true });
    },
  };
}

async function fillRoot(root: string): Promise<void> {
  const { stdout } = await run("ldd", [process.execPath]);
  const libraries = [...stdout.matchAll(/(\/\S+) \(0x/g)].flatMap(([, file]) => (file === undefined ? [] : [file]));
  for (const file of libraries) {
    await mkdir(path.join(root, path.dirname(file)), { recursive: true });
    await copyFile(file, path.join(root, file));
  }
  for (const folder of ["bin", "tmp", "run/mosaic", "proc", "sys", "dev", "etc", "home/node/.openclaw"]) {
    await mkdir(path.join(root, folder), { recursive: true });
  }
  await copyFile(process.execPath, path.join(root, "bin/node"));
}

async function importRoot(docker: Docker, root: string, image: { tag: string; entrypoint: string }): Promise<void> {
  const tar = spawn("tar", ["-C", root, "--owner=1000", "--group=1000", "-cf", "-", "."], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [repo, version] = image.tag.split(":");
  const progress = await docker.importImage(tar.stdout, {
    repo,
    tag: version,
    changes: [`ENTRYPOINT ["/bin/node","${image.entrypoint}"]`, "ENV PATH=/bin", "USER 1000:1000"],
  });
  await new Promise<void>((resolve, reject) => {
    docker.modem.followProgress(progress, (error) => (error ? reject(error) : resolve()));
  });
}
