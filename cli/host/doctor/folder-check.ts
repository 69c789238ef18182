// Is the data directory there, writable, and closed to others?
import { access, constants, stat } from "node:fs/promises";
import { join } from "node:path";
import { fail, ok, warn, type Check, type Finding } from "./check.ts";

export function folderCheck(dataDir: string, privateFiles: readonly string[]): Check {
  return { name: "data directory", run: () => inspect(dataDir, privateFiles) };
}

async function inspect(dataDir: string, privateFiles: readonly string[]): Promise<Finding> {
  if ((await modeOf(dataDir)) === null) return warn(`${dataDir} does not exist yet`, "mosaic up creates it");
  if (!(await isWritable(dataDir)))
    return fail(`${dataDir} cannot be written`, `Run as its owner, or: chown -R "$USER" ${dataDir}`);
  for (const name of privateFiles) {
    const path = join(dataDir, name);
    const mode = await modeOf(path);
    if (mode !== null && (mode & 0o077) !== 0)
      return fail(`${path} holds a secret and can be read by others`, `chmod 600 ${path}`);
  }
  return ok(dataDir);
}

async function modeOf(path: string): Promise<number | null> {
  try {
    return (await stat(path)).mode;
  } catch {
    return null; // not there, or in a folder that is closed to us: the same for this check
  }
}

async function isWritable(path: string): Promise<boolean> {
  return access(path, constants.W_OK | constants.X_OK).then(
    () => true,
    () => false,
  );
}
