// The base of our images: debian:bookworm-slim by its digest, or, where no image registry is reached, one made with debootstrap.
import { spawn } from "node:child_process";
import { access, mkdir, mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import type Docker from "dockerode";
import { FleetError } from "../../contracts/core/errors.ts";
import { toolEnvironment } from "./child-environment.ts";
import type { Say } from "./reporter.ts";
import { findProgram, runCommand } from "./run-command.ts";
import { installPackages, type InstallContext } from "./system-packages.ts";

/** bookworm-slim of 2026-09-13, for all processors; the Dockerfiles name the same. */
const USUAL_BASE = "debian@sha256:88200866dfff7ea7f5cbcb6ec7c8a701889efe6fe859fe64d6990e4b07ea4171";
const OWN_BASE = { repository: "mosaic-fleet/base", tag: "bookworm" } as const;
const KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg";
const PULL_TIMEOUT_MS = 300_000;
const DEBOOTSTRAP_TIMEOUT_MS = 600_000;
/** Caches and documents of the fresh system; nobody reads them in a container. */
const LEFT_OUT = [
  "dev/*",
  "usr/share/doc/*",
  "usr/share/man/*",
  "usr/share/locale/*",
  "var/cache/apt/*",
  "var/lib/apt/lists/*",
  "var/log/*",
];

export interface ImageContext extends InstallContext {
  readonly docker: Docker;
  readonly cacheDir: string;
}

export async function hasImage(docker: Docker, name: string): Promise<boolean> {
  return await docker
    .getImage(name)
    .inspect()
    .then(
      () => true,
      (error: { statusCode?: number }) => {
        if (error.statusCode === 404) return false;
        throw error;
      },
    );
}

/** The name of a base image that the engine has: pulled, or made here. */
export async function baseImage(context: ImageContext, say: Say): Promise<string> {
  const own = `${OWN_BASE.repository}:${OWN_BASE.tag}`;
  for (const name of [USUAL_BASE, own]) if (await hasImage(context.docker, name)) return name;
  say(`pulling ${USUAL_BASE}`);
  const problem = await pull(context).then(
    () => null,
    (error: unknown) => error,
  );
  if (problem === null) return USUAL_BASE;
  context.signal.throwIfAborted();
  say("no image registry is reached; making a base image with debootstrap");
  await makeBase(context, say, problem);
  return own;
}

async function pull({ docker, signal }: ImageContext): Promise<void> {
  const abortSignal = AbortSignal.any([signal, AbortSignal.timeout(PULL_TIMEOUT_MS)]);
  await endOfProgress(docker, await docker.pull(USUAL_BASE, { abortSignal }));
}

async function makeBase(context: ImageContext, say: Say, pullProblem: unknown): Promise<void> {
  if (process.getuid?.() !== 0) {
    const message = `The base image cannot be pulled, and only root can make one. Run: docker pull ${USUAL_BASE}`;
    throw new FleetError("CONFIG_INVALID", message, { cause: pullProblem });
  }
  const { docker, environment, signal } = context;
  const path = `${environment["PATH"] ?? ""}:/usr/sbin:/sbin`;
  const isComplete = (await findProgram("debootstrap", path)) !== null && (await exists(KEYRING));
  if (!isComplete) await installPackages(["debootstrap", "debian-archive-keyring"], context, say);
  await mkdir(context.cacheDir, { recursive: true });
  const root = await mkdtemp(join(context.cacheDir, "base-"));
  try {
    const env = { ...toolEnvironment(environment), PATH: path };
    // On distributions other than Debian, its signatures would otherwise not be looked at.
    const signed = ["--force-check-gpg", `--keyring=${KEYRING}`];
    await runCommand("debootstrap", ["--variant=minbase", ...signed, "bookworm", root], {
      env,
      signal,
      timeoutMs: DEBOOTSTRAP_TIMEOUT_MS,
    });
    const excluded = LEFT_OUT.map((pattern) => `--exclude=./${pattern}`);
    const tar = spawn("tar", ["-C", root, ...excluded, "-c", "."], { stdio: ["ignore", "pipe", "inherit"], signal });
    const answer = await docker.importImage(tar.stdout, { repo: OWN_BASE.repository, tag: OWN_BASE.tag });
    await text(answer);
  } finally {
    await rm(root, { recursive: true, force: true });
  }
}

async function exists(path: string): Promise<boolean> {
  return await access(path).then(
    () => true,
    () => false,
  );
}

/** Waits for a pull or build to end. @throws Error with the engine's own message when it failed. */
export async function endOfProgress(docker: Docker, stream: NodeJS.ReadableStream): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    docker.modem.followProgress(stream, (error, output: { error?: string }[] | null) => {
      const failed = error ?? output?.find((line) => line.error !== undefined)?.error;
      if (failed) reject(failed instanceof Error ? failed : new Error(failed));
      else resolve();
    });
  });
}
