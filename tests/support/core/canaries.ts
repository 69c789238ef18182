// Looks for planted secrets where none may be: files, process list, texts.
import { execFile } from "node:child_process";
import { readdir, readFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

/** Paths, relative to the folder, of the files that hold one of the secrets, with the secret's name. */
export async function filesWithCanaries(
  folder: string,
  canaries: Readonly<Record<string, string>>,
  isExempt: (path: string) => boolean,
): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const found: string[] = [];
  for (const entry of entries) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    if (isExempt(relative(folder, path))) continue;
    // A running database removes and renames files while we look.
    const bytes = await readFile(path).catch((error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT") return Buffer.alloc(0);
      throw error;
    });
    for (const [name, value] of Object.entries(canaries)) {
      if (bytes.includes(value)) found.push(`${name} in ${relative(folder, path)}`);
    }
  }
  return found;
}

/** The names of the secrets that a text holds. */
export function canariesIn(text: string, canaries: Readonly<Record<string, string>>): string[] {
  return Object.entries(canaries)
    .filter(([, value]) => text.includes(value))
    .map(([name]) => name);
}

/** The arguments of every process on this machine. */
export async function processList(): Promise<string> {
  const { stdout } = await run("ps", ["-axww", "-o", "args"], { maxBuffer: 64 * 1024 * 1024 });
  return stdout;
}
