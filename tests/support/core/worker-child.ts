// The process `worker` as a child of a test.
import { spawn, type ChildProcess } from "node:child_process";
import { join } from "node:path";
import type { TestDatabase } from "./database.ts";

const MAIN = join(import.meta.dirname, "../../../workers/main.ts");

export interface WorkerChild {
  readonly process: ChildProcess;
  readonly printed: { readonly out: string; readonly err: string };
  /** The exit code; null after a signal. */
  readonly ended: Promise<number | null>;
  /** True once it takes tasks. */
  isReady(): boolean;
}

export interface WorkerChildOptions {
  readonly database: TestDatabase;
  readonly image: string;
  readonly temporalPort: number;
  /** Where its agents fetch their files. */
  readonly internalPort: number;
  readonly environment?: Readonly<Record<string, string>>;
}

export function startWorkerChild({
  database,
  image,
  temporalPort,
  internalPort,
  environment,
}: WorkerChildOptions): WorkerChild {
  const env = {
    PATH: process.env["PATH"],
    DATABASE_URL: database.ownerUrl,
    MOSAIC_SECRET_KEY: database.rootKeyText,
    MOSAIC_AGENT_IMAGE: image,
    MOSAIC_AGENT_MEMORY_MB: "256",
    // Tests of isolation ask for it.
    MOSAIC_AGENT_ISOLATION: "off-agents-reach-my-network",
    MOSAIC_INTERNAL_PORT: String(internalPort),
    TEMPORAL_ADDRESS: `127.0.0.1:${temporalPort}`,
    ...environment,
  };
  const child = spawn(process.execPath, [MAIN], { env, stdio: ["ignore", "pipe", "pipe"] });
  const printed = { out: "", err: "" };
  child.stdout.on("data", (chunk: Buffer) => (printed.out += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (printed.err += chunk.toString()));
  const ended = new Promise<number | null>((resolve) => child.once("close", (code) => resolve(code)));
  return { process: child, printed, ended, isReady: () => printed.out.includes('"event":"worker.ready"') };
}
