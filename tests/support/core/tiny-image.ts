// A small agent image for tests: this machine's node and a server with the gateway's probes, made without any registry.
import { execFile, spawn } from "node:child_process";
import { copyFile, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import Docker from "dockerode";
import { GATEWAY_PORT } from "../../../contracts/containers/agent-container.ts";

const run = promisify(execFile);

/**
 * Answers the probes; `/exit/<code>` ends it, `/hang` makes the probes fail, `/eat` takes all memory. Speaks TLS when there is
 * an api to fetch a certificate from, as a gateway does; else plain HTTP (see plain-probe.ts).
 */
const SERVER = `
import { createServer } from "node:http";
import { createServer as createTlsServer } from "node:https";
import { setTimeout as delay } from "node:timers/promises";
let healthy = true;
process.on("SIGTERM", () => process.exit(0));
async function fetchTls() {
  const { MOSAIC_API_URL: api, AGENT_TOKEN: token, AGENT_ID: id } = process.env;
  for (let attempt = 1; api !== undefined && !api.includes("127.0.0.1"); attempt += 1) {
    const headers = { authorization: "Bearer " + token };
    const answer = await fetch(api + "/api/internal/agent-config/" + id + "/files", { headers }).catch(() => null);
    if (answer?.ok) return (await answer.json()).tls;
    if (answer !== null && answer.status < 500) process.exit(78);
    if (attempt > 100) process.exit(69);
    await delay(100);
  }
}
const tls = await fetchTls();
const serve = (request, response) => {
  const [, word, code] = request.url.split("/");
  if (word === "exit") { console.error("told to exit with " + code); process.exit(Number(code)); }
  if (word === "hang") healthy = false;
  if (word === "eat") for (const eaten = []; ; ) eaten.push(Buffer.alloc(16 << 20, 1));
  response.statusCode = healthy ? 200 : 503;
  response.end("ok");
};
const server = tls === undefined ? createServer(serve) : createTlsServer({ cert: tls.certificate, key: tls.key }, serve);
server.listen(${GATEWAY_PORT}, "0.0.0.0", () => console.log("tiny agent listens"));
`;

export interface TinyImage {
  readonly tag: string;
  remove(): Promise<void>;
}

export async function makeTinyImage(name: string, { withChroot = false } = {}): Promise<TinyImage> {
  return await makeNodeImage(new Docker(), {
    name,
    entrypoint: "/server.mjs",
    async fill(root) {
      await writeFile(path.join(root, "server.mjs"), SERVER);
      if (withChroot) await copyProgram(root, await findChroot(), "bin/chroot");
    },
  });
}

/** The program by which the agents' firewall reaches this host's iptables. */
async function findChroot(): Promise<string> {
  const { stdout } = await run("sh", ["-c", "PATH=$PATH:/usr/sbin:/sbin command -v chroot"]);
  return stdout.trim();
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
  for (const folder of ["bin", "tmp", "run/mosaic", "proc", "sys", "dev", "etc", "home/node/.openclaw"]) {
    await mkdir(path.join(root, folder), { recursive: true });
  }
  await copyProgram(root, process.execPath, "bin/node");
}

/** With the libraries that it is linked against. */
async function copyProgram(root: string, program: string, to: string): Promise<void> {
  const { stdout } = await run("ldd", [program]);
  const libraries = [...stdout.matchAll(/(\/\S+) \(0x/g)].flatMap(([, file]) => (file === undefined ? [] : [file]));
  for (const file of libraries) {
    await mkdir(path.join(root, path.dirname(file)), { recursive: true });
    await copyFile(file, path.join(root, file));
  }
  await copyFile(program, path.join(root, to));
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
