// A process of the product that comes back after it was killed, as a supervisor would bring it back.
import { spawn, type ChildProcess } from "node:child_process";

export interface RespawningProcess {
  readonly name: string;
  /** SIGKILL: it has no time for anything. Resolves when it is gone; the next one is on its way then. */
  kill(): Promise<void>;
  stop(): Promise<void>;
  /** Everything that all of its lives printed. */
  output(): string;
}

export function startRespawning(name: string, main: string, env: NodeJS.ProcessEnv): RespawningProcess {
  let printed = "";
  let isStopping = false;
  let current = begin();

  function begin(): { readonly child: ChildProcess; readonly gone: Promise<void> } {
    const child = spawn(process.execPath, [main], {
      env: { PATH: process.env["PATH"], ...env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    child.stdout.on("data", (chunk: Buffer) => (printed += chunk.toString()));
    child.stderr.on("data", (chunk: Buffer) => (printed += chunk.toString()));
    const gone = new Promise<void>((resolve) => {
      child.once("exit", () => {
        if (!isStopping) current = begin();
        resolve();
      });
    });
    return { child, gone };
  }

  async function kill(): Promise<void> {
    const { child, gone } = current;
    child.kill("SIGKILL");
    await gone;
  }

  return {
    name,
    kill,
    async stop() {
      isStopping = true;
      await kill();
    },
    output: () => printed,
  };
}
