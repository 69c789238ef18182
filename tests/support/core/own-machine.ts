// A machine of its own for a test, made of namespaces: its own processes, network, mounts and /run, and no Docker Engine
// yet. What runs in it can be killed without touching the engine that everybody else on this machine uses.
import { execFile, spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { access, chmod, mkdir, mkdtemp, readFile, rm } from "node:fs/promises";
import { connect, createServer, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import Docker from "dockerode";
import { waitFor } from "./wait-for.ts";

const run = promisify(execFile);
const START_TIMEOUT_MS = 120_000;
const NAMESPACES = ["--net", "--mount", "--pid", "--ipc", "--uts"] as const;

/**
 * What the first process of the machine does. It reads standard input for ever, which ends with the test's process, however
 * that ends; with the first process the kernel ends all others, and undoes mounts and network with the last of them.
 */
const INIT = `set -e
mount --make-rprivate /
mount -t proc proc /proc
mount -t tmpfs tmpfs /run
mount --bind "$1" /var/lib/docker
ip link set lo up
exec docker-init -s -- cat`;

/** Runs inside: takes connections on a socket of the file system, which both sides see, and passes them on to loopback. */
const PORTAL = `
const { connect, createServer } = require("node:net");
createServer((outside) => {
  outside.once("data", (port) => {
    const inside = connect(Number(port), "127.0.0.1");
    inside.once("connect", () => outside.write("+"));
    for (const [a, b] of [[inside, outside], [outside, inside]]) {
      a.on("error", () => b.destroySoon());
      a.once("close", () => b.destroySoon());
    }
    inside.pipe(outside);
    outside.pipe(inside);
  });
}).listen(process.argv[1]);`;

export interface OwnMachine {
  /** For the data of what runs in it; removed at the end. */
  readonly folder: string;
  /** Its own engine, once something has started it. */
  readonly docker: Docker;
  spawn(command: string, args: readonly string[], options: { cwd: string; env: NodeJS.ProcessEnv }): ChildProcess;
  /** `pid` as it is inside. */
  signal(pid: number, name: "INT" | "KILL" | "STOP" | "CONT"): Promise<void>;
  /** A port of this machine's loopback that leads to one of its own. */
  reach(port: number): Promise<number>;
  /** Ends everything in it. */
  remove(): Promise<void>;
}

/** @throws Error when it does not run as root, or the system has no namespaces for it. */
export async function makeOwnMachine(): Promise<OwnMachine> {
  if (process.getuid?.() !== 0) throw new Error("A machine of its own is made of namespaces, which only root may make.");
  const folder = await mkdtemp(join(tmpdir(), "mosaic-machine-"));
  // PostgreSQL does not run as root: its own user must be able to pass through.
  await chmod(folder, 0o711);
  const engineData = join(folder, "engine");
  await Promise.all([mkdir(engineData), mkdir("/var/lib/docker", { recursive: true })]);
  const holder = spawn("unshare", [...NAMESPACES, "--fork", "--kill-child", "sh", "-c", INIT, "init", engineData], {
    stdio: ["pipe", "ignore", "inherit"],
  });
  const init = await waitFor(() => firstProcess(holder), {
    timeoutMs: START_TIMEOUT_MS,
    everyMs: 20,
    what: "the machine's first process runs",
  }).catch((error: unknown) => {
    holder.kill("SIGKILL");
    throw error;
  });
  const enter = [`--target=${init}`, ...NAMESPACES];
  const inside: OwnMachine["spawn"] = (command, args, options) =>
    spawn("nsenter", [...enter, `--wdns=${options.cwd}`, "--", command, ...args], {
      ...options,
      stdio: ["ignore", "pipe", "pipe"],
    });
  const portal = join(folder, "portal.sock");
  const listening = inside(process.execPath, ["-e", PORTAL, portal], { cwd: folder, env: {} });
  const servers: Server[] = [];
  return {
    folder,
    docker: new Docker({ socketPath: `/proc/${init}/root/run/docker.sock` }),
    spawn: inside,
    async signal(pid, name) {
      await run("nsenter", [...enter, "--", "kill", "-s", name, String(pid)]);
    },
    async reach(port) {
      const { server, port: ownPort } = await forward(portal, port);
      servers.push(server);
      return ownPort;
    },
    async remove() {
      for (const server of servers) server.close();
      const ended = Promise.all([holder, listening].map(hasEnded));
      holder.kill("SIGKILL");
      await ended;
      await waitFor(() => isGone(init), {
        timeoutMs: START_TIMEOUT_MS,
        everyMs: 20,
        what: "everything in the machine has ended",
      });
      await rm(folder, { recursive: true, force: true, maxRetries: 10 });
    },
  };
}

/** Null while it still prepares the machine. */
async function firstProcess({ pid, exitCode }: ChildProcess): Promise<number | null> {
  if (exitCode !== null) throw new Error(`The machine could not be made (exit code ${exitCode}).`);
  const children = await readFile(`/proc/${pid}/task/${pid}/children`, "utf8");
  const first = Number(children.trim());
  if (first === 0) return null;
  return (await readFile(`/proc/${first}/cmdline`, "utf8")).startsWith("docker-init") ? first : null;
}

async function hasEnded(child: ChildProcess): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
}

async function isGone(pid: number): Promise<boolean> {
  return await access(`/proc/${pid}`).then(
    () => false,
    () => true,
  );
}

/** Connects through as soon as the other side has: a refusal inside is one outside. */
async function forward(portal: string, target: number): Promise<{ server: Server; port: number }> {
  const server = createServer({ pauseOnConnect: true }, (client) => {
    const inside = connect(portal, () => inside.write(String(target)));
    link(client, inside);
    inside.once("data", (connected: Buffer) => {
      client.write(connected.subarray(1));
      client.pipe(inside);
      inside.pipe(client);
    });
  });
  server.unref();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (typeof address !== "object" || address === null) throw new Error("The forwarder has no port.");
  return { server, port: address.port };
}

function link(a: Socket, b: Socket): void {
  for (const [one, other] of [
    [a, b],
    [b, a],
  ] as const) {
    one.on("error", () => other.destroySoon());
    one.once("close", () => other.destroySoon());
  }
}
