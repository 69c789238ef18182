// Finds the Temporal CLI, whose development server we run, or fetches it into the cache.
import { access, chmod, constants, copyFile, mkdir, mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import { arch } from "node:os";
import { join } from "node:path";
import { FleetError } from "../../contracts/errors.ts";
import type { Say } from "./reporter.ts";
import { findProgram, runCommand } from "./run-command.ts";
import type { UpSettings } from "./settings.ts";

/** The last version that installs as a Go module; later ones carry a `replace` directive. */
const VERSION = "1.5.1";
const CONNECT_TIMEOUT_MS = 5_000;
const DOWNLOAD_TIMEOUT_MS = 300_000;
const BUILD_TIMEOUT_MS = 1_800_000;
const UNPACK_TIMEOUT_MS = 60_000;

type Context = Pick<UpSettings, "cacheDir" | "environment"> & { readonly signal: AbortSignal };

/** `temporal` on PATH, else in the cache, else downloaded, else built with Go. @throws FleetError CONFIG_INVALID */
export async function temporalBinary(context: Context, say: Say): Promise<string> {
  const onPath = await findProgram("temporal", context.environment["PATH"]);
  if (onPath !== null) return onPath;
  const cached = join(context.cacheDir, "bin", "temporal");
  if (await isProgram(cached)) return cached;
  await mkdir(join(context.cacheDir, "bin"), { recursive: true });
  const work = await mkdtemp(join(context.cacheDir, "temporal-"));
  try {
    const fetched = (await downloaded(work, context, say)) ?? (await built(work, context, say));
    await chmod(fetched, 0o755);
    await copyFile(fetched, `${cached}.${process.pid}`);
    await rename(`${cached}.${process.pid}`, cached);
    return cached;
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

/** Null when the download site is not reached from here. */
async function downloaded(work: string, { signal, environment: env }: Context, say: Say): Promise<string | null> {
  const platform = arch() === "arm64" ? "arm64" : "amd64";
  const url = `https://temporal.download/cli/archive/v${VERSION}?platform=linux&arch=${platform}`;
  say(`downloading Temporal CLI ${VERSION}`);
  try {
    await fetch(url, { method: "HEAD", signal: AbortSignal.any([signal, AbortSignal.timeout(CONNECT_TIMEOUT_MS)]) });
    const response = await fetch(url, { signal: AbortSignal.any([signal, AbortSignal.timeout(DOWNLOAD_TIMEOUT_MS)]) });
    if (!response.ok) return null;
    const archive = join(work, "temporal.tar.gz");
    await writeFile(archive, Buffer.from(await response.arrayBuffer()));
    await runCommand("tar", ["-xzf", archive, "-C", work, "temporal"], { env, signal, timeoutMs: UNPACK_TIMEOUT_MS });
    return join(work, "temporal");
  } catch {
    signal.throwIfAborted();
    return null; // the other way is tried next, and says what is missing if it fails as well
  }
}

async function built(work: string, { signal, environment }: Context, say: Say): Promise<string> {
  const go = await findProgram("go", environment["PATH"]);
  if (go === null) {
    const message = "Temporal's download site is not reached from here, and there is no Go to build the Temporal CLI with.";
    throw new FleetError(
      "CONFIG_INVALID",
      `${message} Put \`temporal\` on PATH (https://docs.temporal.io/cli) or set TEMPORAL_ADDRESS.`,
    );
  }
  say(`the download site is not reached; building Temporal CLI ${VERSION} with Go (some minutes, once)`);
  const module = `github.com/temporalio/cli/cmd/temporal@v${VERSION}`;
  // Its caches hold more than a gigabyte that nobody needs afterwards: they go with the folder.
  const folders = { GOBIN: work, GOPATH: join(work, "go"), GOCACHE: join(work, "go-build"), GOFLAGS: "-modcacherw" };
  await runCommand(go, ["install", module], { env: { ...environment, ...folders }, signal, timeoutMs: BUILD_TIMEOUT_MS });
  return join(work, "temporal");
}

async function isProgram(path: string): Promise<boolean> {
  return await access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}
