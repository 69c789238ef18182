// A whole installation for end-to-end tests: `mosaic up` in a process of its own, with its own ports and data directory.
import { spawn, type ChildProcess } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { installationsInEngine, removeInstallation, type InstallationInEngine } from "./engine.ts";
import { waitFor } from "./wait-for.ts";

const REPOSITORY = join(import.meta.dirname, "../..");
const START_TIMEOUT_MS = 300_000;
const STOP_TIMEOUT_MS = 60_000;

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

/** Starts an installation and waits until every part of `/readyz` is ok. */
export async function startStack(options: StackOptions = {}): Promise<Stack> {
  const dataDir = options.dataDir ?? (await mkdtemp(join(tmpdir(), "mosaic-e2e-")));
  const port = options.port ?? (await freePort());
  const internalPort = options.internalPort ?? (await freePort());
  const setupToken = "e2e-setup-token-0123456789abcdef";
  const environment: NodeJS.ProcessEnv = {
    ...process.env,
    MOSAIC_PORT: String(port),
    MOSAIC_INTERNAL_PORT: String(internalPort),
    MOSAIC_DATA_DIR: dataDir,
    MOSAIC_SETUP_TOKEN: setupToken,
    ...options.environment,
  };
  delete environment["NODE_OPTIONS"];
  const before = await installationsInEngine().catch(() => new Map<string, InstallationInEngine>());
  const child = spawn(process.execPath, ["cli/bin.mjs", "up", ...(options.arguments ?? [])], {
    cwd: REPOSITORY,
    env: environment,
    stdio: ["ignore", "pipe", "pipe"],
  });
  let printed = "";
  child.stdout.on("data", (chunk: Buffer) => (printed += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (printed += chunk.toString()));
  const stack: Stack = {
    url: `http://127.0.0.1:${port}`,
    internalPort,
    dataDir,
    setupToken,
    environment,
    installation: null,
    process: child,
    output: () => printed,
    stop: () => stopProcess(child),
  };
  try {
    await waitUntilReady(stack);
    const after = await installationsInEngine();
    stack.installation = [...after.values()].find((found) => !before.has(found.installation)) ?? null;
  } catch (error) {
    await stack.stop();
    throw error;
  }
  return stack;
}

async function waitUntilReady(stack: Stack): Promise<void> {
  await waitFor(
    async () => {
      if (stack.process.exitCode !== null) return true;
      const answer = await fetch(`${stack.url}/readyz`, { signal: AbortSignal.timeout(3_000) });
      const body: unknown = await answer.json();
      return typeof body === "object" && body !== null && "status" in body && body.status === "ok";
    },
    { timeoutMs: START_TIMEOUT_MS, everyMs: 250, what: "every part of the stack is ready" },
  );
  if (stack.process.exitCode !== null) throw new Error(`mosaic up ended with ${stack.process.exitCode}:\n${stack.output()}`);
}

async function stopProcess(child: ChildProcess): Promise<number | null> {
  if (child.exitCode !== null) return child.exitCode;
  const ended = new Promise<number | null>((resolve) => child.once("exit", (code) => resolve(code)));
  child.kill("SIGINT");
  const timer = setTimeout(() => child.kill("SIGKILL"), STOP_TIMEOUT_MS);
  const code = await ended;
  clearTimeout(timer);
  return code;
}

/** Ends an installation and removes what it leaves on purpose: containers, volumes, network and data directory. */
export async function removeStack(stack: Stack): Promise<void> {
  await stack.stop();
  if (stack.installation !== null) await removeInstallation(stack.installation.installation);
  await rm(stack.dataDir, { recursive: true, force: true });
}

/** A port of loopback that is free now. */
export async function freePort(): Promise<number> {
  return await new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => (typeof address === "object" && address ? resolve(address.port) : reject(new Error("no port"))));
    });
  });
}
