// What a start that was killed left running: ended before anything is started again.
import { stopOrphan } from "../../adapters/postgres/embedded-postgres-orphan.ts";
import type { ChildList, DataDir } from "./data-dir.ts";
import { DOCKERD } from "./docker-engine.ts";
import { endProcess, isAlive } from "./proc.ts";

const END_TIMEOUT_MS = 10_000;
export interface LeftoverContext {
  readonly dir: DataDir;
  readonly children: ChildList;
  readonly say: (line: string) => void;
}

export async function endLeftovers({ dir, children, say }: LeftoverContext): Promise<void> {
  for (const [name, identity] of Object.entries(await children.read())) {
    // An engine that runs is used as it is.
    if (name === DOCKERD) continue;
    if (await isAlive(identity)) {
      say(`! ${name} (process ${identity.pid}) was left over from an earlier start; ending it`);
      // PostgreSQL wants another signal: at SIGTERM it would wait for its clients.
      if (name === "postgres") await stopOrphan(dir.file("postgres"));
      else await endProcess(identity, END_TIMEOUT_MS);
    }
    await children.remove(name);
  }
}
