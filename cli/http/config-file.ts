// The file that `mosaic login` writes: where the installation is, and the key to use there. Mode 600.
import { chmod, mkdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { z } from "zod";
import { CliError } from "../terminal/cli-error.ts";
import { EXIT } from "../terminal/exit-codes.ts";
import type { CliIo } from "../terminal/io.ts";

const configSchema = z.strictObject({ url: z.url(), apiKey: z.string().min(1), keyId: z.string().optional() });
export type CliConfig = z.infer<typeof configSchema>;

export function configPath(io: CliIo): string {
  return join(io.env["XDG_CONFIG_HOME"] || join(io.homeDir, ".config"), "mosaic", "config.json");
}

/** Null when there is none. @throws CliError when others could read it, or when it cannot be understood. */
export async function readConfig(io: CliIo): Promise<CliConfig | null> {
  const path = configPath(io);
  const found = await stat(path).catch(absent);
  if (found === null) return null;
  if ((found.mode & 0o077) !== 0) {
    throw new CliError(`${path} holds a key and can be read by others.`, {
      exitCode: EXIT.configuration,
      cure: `chmod 600 ${path}`,
    });
  }
  const parsed = configSchema.safeParse(parseJson(await readFile(path, "utf8")));
  if (parsed.success) return parsed.data;
  throw new CliError(`${path} cannot be understood.`, { exitCode: EXIT.configuration, cure: "mosaic login" });
}

export async function writeConfig(io: CliIo, config: CliConfig): Promise<string> {
  const path = configPath(io);
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  // The mode of writeFile counts for new files only, and a half-written file would be of no use.
  const fresh = `${path}.new`;
  await writeFile(fresh, `${JSON.stringify(config, null, 2)}\n`, { mode: 0o600 });
  await chmod(fresh, 0o600);
  await rename(fresh, path);
  return path;
}

export async function removeConfig(io: CliIo): Promise<void> {
  await rm(configPath(io), { force: true });
}

function absent(error: NodeJS.ErrnoException): null {
  if (error.code === "ENOENT") return null;
  throw error;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null; // the schema says what is wrong with it
  }
}
