// A whole installation for end-to-end tests: `mosaic up` in a process of its own, with its own ports and data directory.
import { spawn, type ChildProcess } from "node:child_process";
import { randomInt } from "node:crypto";
import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { assertFree } from "../../../cli/up/ports.ts";
import type { OwnMachine } from "./own-machine.ts";
import { installationsInEngine, removeFirewall, removeInstallation, type InstallationInEngine } from "../containers/engine.ts";
import { waitFor } from "./wait-for.ts";

const REPOSITORY = join(import.meta.dirname, "../../..");
const START_TIMEOUT_MS = 600_000;
const STOP_TIMEOUT_MS = 180_000;

export interface Stack {
  readonly url: string;
  readonly internalPort: number;
  readonly dataDir: string;
  readonly setupToken: string;
  readonly environment: NodeJS.ProcessEnv;
  /** Its network in the engine, known once it is ready. */
  installation: InstallationInEngine | null;
  /** The process of `mosaic up`, the parent of all others. */
  readonly process: ChildProcess;
  /** What the start-up printed so far. */
  output(): string;
  /** Ctrl-C, and waits for the end. Containers and data stay. */
  stop(): Promise<number | null>;
}

export interface StackOptions {
  readonly dataDir?: string;
  readonly port?: number;
  readonly internalPort?: number;
  readonly arguments?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
}

const SETUP_TOKEN = "e2e-setup-token-0123456789abcdef";
const COMMAND = ["cli/bin.mjs", "up"];
const NETWORK_TIMEOUT_MS = 60_000;
const PROBE_TIMEOUT_MS = 10_000;

/** Starts an installation and waits until every part of `/readyz` is ok. */
export async function startStack(options: StackOptions = {}): Promise<Stack> {
  const dataDir = options.dataDir ?? (await mkdtemp(join(tmpdir(), "mosaic-e2e-")));
  const port = options.port ?? (await freePort());
  const internalPort = options.internalPort ?? (await freePort());
  const environment = stackEnvironment({ port, internalPort, dataDir, more: options.environment });
  const child = spawn(process.execPath, [...COMMAND, ...(options.arguments ?? [])], {
    cwd: REPOSITORY,
    env: environment,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const stop = () => stopProcess(child, () => child.kill("SIGINT"));
  const facts = { url: `http://127.0.0.1:${port}`, internalPort, dataDir, environment, stop };
  const stack = stackOf(child, facts);
  try {
    await waitUntilReady(stack);
    const what = "its internal listener answers on the network that it made";
    stack.installation = await waitFor(() => findInstallation(internalPort), { timeoutMs: NETWORK_TIMEOUT_MS, what });
  } catch (error) {
    await stack.stop();
    throw error;
  }
  return stack;
}

/** Others start beside it: its network is the one at whose gateway it listens for its agents. */
async function findInstallation(internalPort: number): Promise<InstallationInEngine | null> {
  for (const found of (await installationsInEngine()).values()) {
    const address = `http://${found.gatewayAddress}:${internalPort}/healthz`;
    const answer = await fetch(address, { signal: AbortSignal.timeout(PROBE_TIMEOUT_MS) }).catch(() => null);
    if (answer?.ok === true) return found;
  }
  return null;
}

/** The same on a machine of its own, where the start-up has to bring an engine up as well. Removing the machine ends it. */
export async function startStackOn(
  machine: OwnMachine,
  options: Pick<StackOptions, "arguments" | "environment">,
): Promise<Stack> {
  const [port, internalPort] = [4000, 4001];
  const dataDir = join(machine.folder, "data");
  const environment = stackEnvironment({ port, internalPort, dataDir, more: options.environment });
  const command = [...COMMAND, ...(options.arguments ?? [])];
  const child = machine.spawn(process.execPath, command, { cwd: REPOSITORY, env: environment });
  const interrupt = async (): Promise<void> => {
    const { pid } = JSON.parse(await readFile(join(dataDir, "up.lock"), "utf8"));
    await machine.signal(pid, "INT");
  };
  const stop = () => stopProcess(child, () => void interrupt().catch(() => child.kill("SIGKILL")));
  const facts = { url: `http://127.0.0.1:${await machine.reach(port)}`, internalPort, dataDir, environment, stop };
  const stack = stackOf(child, facts);
  await waitUntilReady(stack);
  return stack;
}

interface StackPlaces {
  readonly port: number;
  readonly internalPort: number;
  readonly dataDir: string;
  readonly more: Readonly<Record<string, string>> | undefined;
}

function stackEnvironment({ port, internalPort, dataDir, more }: StackPlaces): NodeJS.ProcessEnv {
  const environment: NodeJS.ProcessEnv = {
    ...process.env,
    MOSAIC_PORT: String(port),
    MOSAIC_INTERNAL_PORT: String(internalPort),
    MOSAIC_DATA_DIR: dataDir,
    MOSAIC_SETUP_TOKEN: SETUP_TOKEN,
    ...more,
  };
  delete environment["NODE_OPTIONS"];
  return environment;
}

function stackOf(child: ChildProcess, facts: Pick<Stack, "url" | "internalPort" | "dataDir" | "environment" | "stop">): Stack {
  let printed = "";
  child.stdout?.on("data", (chunk: Buffer) => (printed += chunk.toString()));
  child.stderr?.on("data", (chunk: Buffer) => (printed += chunk.toString()));
  return { ...facts, setupToken: SETUP_TOKEN, installation: null, process: child, output: () => printed };
}

/** By its own word first: what an earlier start left behind may answer in its place. */
async function waitUntilReady(stack: Stack): Promise<void> {
  await waitFor(
    async () => {
      if (stack.process.exitCode !== null) return true;
      if (!stack.output().includes("Ready. Ctrl-C stops it")) return false;
      const answer = await fetch(`${stack.url}/readyz`, { signal: AbortSignal.timeout(10_000) });
      const body: unknown = await answer.json();
      return typeof body === "object" && body !== null && "status" in body && body.status === "ok";
    },
    { timeoutMs: START_TIMEOUT_MS, everyMs: 250, what: "every part of the stack is ready" },
  );
  if (stack.process.exitCode !== null) throw new Error(`mosaic up ended with ${stack.process.exitCode}:\n${stack.output()}`);
}

async function stopProcess(child: ChildProcess, interrupt: () => void): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
  const ended = new Promise<number | null>((resolve) => child.once("exit", (code) => resolve(code)));
  interrupt();
  const timer = setTimeout(() => child.kill("SIGKILL"), STOP_TIMEOUT_MS);
  const code = await ended;
  clearTimeout(timer);
  return code;
}

/** Ends an installation and removes what it leaves on purpose: containers, volumes, network and data directory. */
export async function removeStack(stack: Stack): Promise<void> {
  await stack.stop();
  if (stack.installation !== null) {
    const { installation } = stack.installation;
    await removeFirewall(installation);
    await removeInstallation(installation);
  }
  await rm(stack.dataDir, { recursive: true, force: true, maxRetries: 5 });
}

/** Below the ports that installations choose themselves. */
const PORTS = { first: 10_000, end: 20_000 } as const;
const PORT_CHOICES = 1_000;
const PORT_FORGOTTEN_AFTER_MS = 3_600_000;

/** A loopback port that is free now and was not given to another caller, in this process or a parallel one. */
export async function freePort(): Promise<number> {
  const given = join(tmpdir(), "mosaic-test-ports");
  await mkdir(given, { recursive: true });
  for (let choice = 0; choice < PORT_CHOICES; choice += 1) {
    const port = randomInt(PORTS.first, PORTS.end);
    if ((await isFree(port)) && (await putOnRecord(join(given, String(port))))) return port;
  }
  throw new Error("No port is free.");
}

async function isFree(port: number): Promise<boolean> {
  return await assertFree(port, "127.0.0.1").then(
    () => true,
    () => false,
  );
}

/** False if someone else did. */
async function putOnRecord(file: string): Promise<boolean> {
  const found = await stat(file).catch(() => null);
  if (found !== null && Date.now() - found.mtimeMs > PORT_FORGOTTEN_AFTER_MS) await rm(file, { force: true });
  return await writeFile(file, "", { flag: "wx" }).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (error.code === "EEXIST") return false;
      throw error;
    },
  );
}
