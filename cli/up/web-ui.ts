// Builds the web interface when it is missing, or older than its sources; a few seconds, once.
import { createHash } from "node:crypto";
import { mkdtemp, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { FleetError } from "../../contracts/core/errors.ts";
import { toolEnvironment } from "./child-environment.ts";
import type { Say } from "./reporter.ts";
import { runScript } from "./run-script.ts";
import type { Environment } from "./settings.ts";

const REPOSITORY = join(import.meta.dirname, "../..");
const UI = join(REPOSITORY, "ui");
const BUILT = join(UI, "dist");
/** What the interface is made from, beside the packages that the lock file names. */
const SOURCES = ["ui/src", "ui/public", "contracts"] as const;
const SOURCE_FILES = ["ui/index.html", "ui/vite.config.ts", "package-lock.json"] as const;
/** In the built folder: the digest of what it was built from. */
const MARK = ".built-from";
const BUILD_TIMEOUT_MS = 600_000;

export interface WebUi {
  readonly built: boolean;
}

/**
 * Builds it in a process of its own: the builder takes half a gigabyte, which this process would keep.
 * @throws CommandError when it is missing and cannot be built here
 */
export async function ensureWebUi(
  { environment, signal }: { readonly environment: Environment; readonly signal: AbortSignal },
  say: Say,
): Promise<WebUi> {
  const wanted = await digestOfSources();
  if (wanted === null || wanted === (await readMark())) return { built: false };
  say("building the web interface");
  await runScript("scripts/ui-build.ts", { env: toolEnvironment(environment), signal, timeoutMs: BUILD_TIMEOUT_MS });
  return { built: true };
}

/** Into a folder of its own first, so that an api that starts meanwhile finds the old one or the new one whole. */
export async function buildWebUi(): Promise<void> {
  const { build } = await import("vite").catch((cause: unknown) => {
    throw new FleetError("CONFIG_INVALID", "The web interface cannot be built without its packages. Run: npm ci", { cause });
  });
  const stage = await mkdtemp(join(UI, ".dist-"));
  try {
    const outDir = join(stage, "dist");
    await build({ configFile: join(UI, "vite.config.ts"), logLevel: "warn", mode: "production", build: { outDir } });
    await writeFile(join(outDir, MARK), (await digestOfSources()) ?? "");
    await rm(BUILT, { recursive: true, force: true });
    await rename(outDir, BUILT);
  } finally {
    await rm(stage, { recursive: true, force: true });
  }
}

async function readMark(): Promise<string | null> {
  return await readFile(join(BUILT, MARK), "utf8").catch(() => null);
}

/** Null where there are no sources: in the product image, which brings the built one. */
async function digestOfSources(): Promise<string | null> {
  const folders = await Promise.all(SOURCES.map((folder) => filesUnder(join(REPOSITORY, folder)).catch(() => null)));
  if (folders.includes(null)) return null;
  const files = [...folders.flatMap((found) => found ?? []), ...SOURCE_FILES.map((file) => join(REPOSITORY, file))];
  const hash = createHash("sha256");
  for (const file of files.toSorted()) hash.update(`${relative(REPOSITORY, file)}\0`).update(await readFile(file));
  return hash.digest("hex");
}

async function filesUnder(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}
