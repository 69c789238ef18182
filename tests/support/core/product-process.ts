// The processes `api` and `worker` as they run in an installation, started with a test's database.
import { spawn, type ChildProcess } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { TestDatabase } from "./database.ts";
import { waitFor } from "./wait-for.ts";

const MAINS = { api: "../../../api/main.ts", worker: "../../../workers/main.ts" } as const;
const START_TIMEOUT_MS = 180_000;
const KIB_PER_MIB = 1024;

export interface ProductProcess {
  readonly process: ChildProcess;
  /** Everything it logged so far. */
  logged(): string;
  /** Resolves with the match when such a line was logged. */
  hasLogged(pattern: RegExp): Promise<RegExpExecArray>;
  /** Resident memory. */
  residentMib(): Promise<number>;
  /** SIGTERM, and waits for the end. */
  stop(): Promise<number | null>;
}

export function startProduct(
  which: keyof typeof MAINS,
  database: TestDatabase,
  change: Readonly<Record<string, string>> = {},
): ProductProcess {
  const main = join(import.meta.dirname, MAINS[which]);
  const env = {
    PATH: process.env["PATH"],
    DATABASE_URL: database.ownerUrl,
    MOSAIC_SECRET_KEY: database.rootKeyText,
    // Agents of tests are small images; isolation has tests of its own.
    ...(which === "worker" ? { MOSAIC_AGENT_ISOLATION: "off-agents-reach-my-network" } : {}),
    ...change,
  };
  const child = spawn(process.execPath, [main], { env, stdio: ["ignore", "pipe", "inherit"] });
  let printed = "";
  child.stdout.on("data", (chunk: Buffer) => (printed += chunk.toString()));
  const ended = new Promise<number | null>((resolve) => child.once("close", (code) => resolve(code)));
  return {
    process: child,
    logged: () => printed,
    hasLogged: (pattern) =>
      waitFor(() => pattern.exec(printed), { timeoutMs: START_TIMEOUT_MS, what: `${which} logs ${String(pattern)}` }),
    residentMib: async () => {
      const status = await readFile(`/proc/${child.pid}/status`, "utf8");
      return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]) / KIB_PER_MIB;
    },
    async stop() {
      child.kill("SIGTERM");
      return await ended;
    },
  };
}
