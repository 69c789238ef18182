// Finds the Temporal CLI, whose development server we run, or fetches it into the cache.
import { createHash } from "node:crypto";
import { access, chmod, constants, copyFile, mkdir, mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import { arch } from "node:os";
import { join } from "node:path";
import { FleetError } from "../../contracts/core/errors.ts";
import { boundedBytes } from "../http/bounded-body.ts";
import { toolEnvironment } from "./child-environment.ts";
import type { Say } from "./reporter.ts";
import { findProgram, runCommand } from "./run-command.ts";
import type { UpSettings } from "./settings.ts";

/** The last version that installs as a Go module; later ones carry a `replace` directive. */
const VERSION = "1.5.1";
/** Of the release's archives. What Go builds is compared with Go's own database of checksums instead. */
const ARCHIVE_SHA256 = {
  amd64: "ddc95e08b0b076efd4ea9733a3f488eb7d2be875f8834e616cd2a37358b4852d",
  arm64: "bd1b0db9f18b051026de8bf6cc1505f2510f14bbb7a8b9a4a91fff46c77454f5",
} as const;
const CONNECT_TIMEOUT_MS = 5_000;
/** Far more than the archive of any version. */
const ARCHIVE_MAX_BYTES = 300 * 1024 * 1024;
const DOWNLOAD_TIMEOUT_MS = 300_000;
const BUILD_TIMEOUT_MS = 1_800_000;
const UNPACK_TIMEOUT_MS = 60_000;

type Context = Pick<UpSettings, "cacheDir" | "environment"> & { readonly signal: AbortSignal };

/** `temporal` on PATH, else in the cache, else null. */
export async function findTemporalBinary({ cacheDir, environment }: Omit<Context, "signal">): Promise<string | null> {
  const onPath = await findProgram("temporal", environment["PATH"]);
  if (onPath !== null) return onPath;
  const cached = cachedBinary(cacheDir);
  return (await isProgram(cached)) ? cached : null;
}

function cachedBinary(cacheDir: string): string {
  return join(cacheDir, "bin", "temporal");
}

/** What is found, else downloaded, else built with Go. @throws FleetError CONFIG_INVALID */
export async function temporalBinary(context: Context, say: Say): Promise<string> {
  const found = await findTemporalBinary(context);
  if (found !== null) return found;
  const cached = cachedBinary(context.cacheDir);
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

/** Null when the download site is not reached from here, or does not send what was released. */
async function downloaded(work: string, { signal, environment }: Context, say: Say): Promise<string | null> {
  const platform = arch() === "arm64" ? "arm64" : "amd64";
  const name = `temporal_cli_${VERSION}_linux_${platform}.tar.gz`;
  say(`downloading Temporal CLI ${VERSION}`);
  const content = await fetched(`https://github.com/temporalio/cli/releases/download/v${VERSION}/${name}`, signal);
  if (content === null) return null;
  if (!hasDigest(content, ARCHIVE_SHA256[platform])) {
    say("the download does not match the published checksum and is not used");
    return null;
  }
  const archive = join(work, name);
  await writeFile(archive, content);
  const env = toolEnvironment(environment);
  await runCommand("tar", ["-xzf", archive, "-C", work, "temporal"], { env, signal, timeoutMs: UNPACK_TIMEOUT_MS });
  return join(work, "temporal");
}

/** Null for every failure except an abort by the caller, who then falls back to another way and says so. */
export async function fetched(url: string, signal: AbortSignal): Promise<Buffer | null> {
  try {
    await fetch(url, { method: "HEAD", signal: AbortSignal.any([signal, AbortSignal.timeout(CONNECT_TIMEOUT_MS)]) });
    const response = await fetch(url, { signal: AbortSignal.any([signal, AbortSignal.timeout(DOWNLOAD_TIMEOUT_MS)]) });
    return response.ok ? await boundedBytes(response, ARCHIVE_MAX_BYTES) : null;
  } catch {
    signal.throwIfAborted();
    return null;
  }
}

export function hasDigest(content: Uint8Array, sha256: string): boolean {
  return createHash("sha256").update(content).digest("hex") === sha256;
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
  // Without a C compiler, and without the tables of a debugger: a third smaller and sooner done.
  const pure = { CGO_ENABLED: "0" };
  await runCommand(go, ["install", "-ldflags=-s -w", module], {
    env: { ...toolEnvironment(environment), ...folders, ...pure },
    signal,
    timeoutMs: BUILD_TIMEOUT_MS,
  });
  return join(work, "temporal");
}

async function isProgram(path: string): Promise<boolean> {
  return await access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}
