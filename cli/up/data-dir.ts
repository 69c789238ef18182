// The data directory of an installation: its lock, its secret key, its ports, the list of its processes, its logs.
import { randomBytes } from "node:crypto";
import { chmod, mkdir, open, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { FleetError } from "../../contracts/core/errors.ts";
import { Secret } from "../../contracts/core/secret.ts";
import { identifyProcess, isAlive, processIdentitySchema, type ProcessIdentity } from "./proc.ts";

export interface DataDir {
  readonly path: string;
  file(name: string): string;
  logFile(name: string): string;
}

const LOG_KEPT_MIN_BYTES = 1;
const SECRET_KEY_BYTES = 48;

/** Others may pass through it (PostgreSQL's own user must), but not look around; each secret file has mode 600. */
const DIRECTORY_MODE = 0o711;

export async function openDataDir(path: string): Promise<DataDir> {
  const logs = join(path, "logs");
  try {
    await mkdir(path, { recursive: true, mode: 0o755 });
    await refuseAnothers(path);
    await mkdir(logs, { recursive: true, mode: 0o755 });
    await chmod(path, DIRECTORY_MODE);
    await chmod(logs, 0o700);
  } catch (error) {
    if (error instanceof FleetError) throw error;
    const why = String(error).replace(/^Error: /, "");
    throw new FleetError("CONFIG_INVALID", `The data directory ${path} cannot be used (${why}); set MOSAIC_DATA_DIR.`, {
      cause: error,
    });
  }
  return { path, file: (name) => join(path, name), logFile: (name) => join(logs, `${name}.log`) };
}

/** Root could use it, and would leave files in it that its owner cannot use any more. */
async function refuseAnothers(path: string): Promise<void> {
  const { uid } = await stat(path);
  if (uid === process.getuid?.()) return;
  throw new FleetError(
    "CONFIG_INVALID",
    `The data directory ${path} belongs to another user (uid ${uid}); start as that user, or set MOSAIC_DATA_DIR.`,
  );
}

/** Takes the installation for this process. @throws FleetError CONFLICT when another one has it. */
export async function takeLock(dir: DataDir): Promise<() => Promise<void>> {
  const path = dir.file("up.lock");
  const me = await identifyProcess(process.pid);
  for (;;) {
    const file = await open(path, "wx", 0o600).catch((error: NodeJS.ErrnoException) => {
      if (error.code === "EEXIST") return null;
      throw error;
    });
    if (file !== null) {
      await file.writeFile(JSON.stringify(me));
      await file.close();
      return () => rm(path, { force: true });
    }
    const holder = await readJson(path, processIdentitySchema);
    if (holder !== null && (await isAlive(holder))) {
      const message = `This installation is already running (process ${holder.pid}, data in ${dir.path}).`;
      throw new FleetError("CONFLICT", message);
    }
    await rm(path, { force: true });
  }
}

/** The key in the data directory; made on first use. `isNew` asks for a warning. */
export async function ownSecretKey(dir: DataDir): Promise<{ key: Secret; path: string; isNew: boolean }> {
  const path = dir.file("secret.key");
  const found = await readFile(path, "utf8").catch(absent);
  if (found !== null) return { key: new Secret(found.trim()), path, isNew: false };
  const text = randomBytes(SECRET_KEY_BYTES).toString("base64");
  await writePrivate(path, `${text}\n`);
  return { key: new Secret(text), path, isNew: true };
}

/** Written beside and renamed: a reader or a crash never meets half a file. */
export async function writePrivate(path: string, text: string): Promise<void> {
  await writeFile(`${path}.new`, text, { mode: 0o600 });
  await chmod(`${path}.new`, 0o600);
  await rename(`${path}.new`, path);
}

/** Null when the file is missing or does not fit. */
export async function readJson<T>(path: string, schema: z.ZodType<T>): Promise<T | null> {
  const text = await readFile(path, "utf8").catch(absent);
  if (text === null) return null;
  try {
    const parsed = schema.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data : null;
  } catch {
    return null; // half-written by a crash of an older kind: as good as missing
  }
}

const childrenSchema = z.record(z.string(), processIdentitySchema);

/** The processes that were started, so that a start after a SIGKILL finds what it left behind. */
export interface ChildList {
  read(): Promise<Record<string, ProcessIdentity>>;
  add(name: string, pid: number): Promise<void>;
  remove(name: string): Promise<void>;
}

export function createChildList(dir: DataDir): ChildList {
  const path = dir.file("processes.json");
  const read = async (): Promise<Record<string, ProcessIdentity>> => (await readJson(path, childrenSchema)) ?? {};
  let last: Promise<void> = Promise.resolve();
  /** One change after the other: several processes start at once. One that fails is its own caller's matter. */
  const change = (edit: (list: Record<string, ProcessIdentity>) => Promise<void>): Promise<void> => {
    const next = last.then(async () => {
      const list = await read();
      await edit(list);
      await writePrivate(path, JSON.stringify(list));
    });
    last = next.catch(() => undefined);
    return next;
  };
  return {
    read,
    add: (name, pid) =>
      change(async (list) => {
        const identity = await identifyProcess(pid);
        if (identity !== null) list[name] = identity;
      }),
    remove: (name) =>
      change(async (list) => {
        delete list[name];
      }),
  };
}

/** Puts the log of the last start aside, under `.1`. */
export async function rotateLog(path: string): Promise<void> {
  const size = await stat(path).then(
    (facts) => facts.size,
    () => 0,
  );
  if (size >= LOG_KEPT_MIN_BYTES) await rename(path, `${path}.1`);
}

function absent(error: NodeJS.ErrnoException): null {
  if (error.code === "ENOENT") return null;
  throw error;
}
