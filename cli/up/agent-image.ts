// The image of agent containers: built when the engine does not have the one that belongs to this version of docker/agent.
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { copyFile, mkdir, mkdtemp, readFile, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { z } from "zod";
import { baseImage, endOfProgress, hasImage, type ImageContext } from "./base-image.ts";
import { toolEnvironment } from "./child-environment.ts";
import type { Say } from "./reporter.ts";
import { runCommand } from "./run-command.ts";

const SOURCE = join(import.meta.dirname, "../../docker/agent");
const FILES = ["package.json", "package-lock.json", "Dockerfile", ".dockerignore", "entrypoint.mjs"] as const;
/** Packages whose install scripts are run; all others' are not. */
const SCRIPTS_ALLOWED = ["node", "openclaw"] as const;
const REPOSITORY = "mosaic-fleet/agent";
const HASH_CHARS = 12;
const NPM_TIMEOUT_MS = 600_000;

export interface AgentImage {
  readonly name: string;
  readonly built: boolean;
}

/** `mosaic-fleet/agent:<openclaw version>-<hash of docker/agent>`. */
export async function agentImageName(): Promise<string> {
  const hash = createHash("sha256").update(process.arch);
  for (const file of FILES) hash.update(`\0${file}\0`).update(await readFile(join(SOURCE, file)));
  const manifest = z.object({ dependencies: z.object({ openclaw: z.string() }) });
  const { dependencies } = manifest.parse(JSON.parse(await readFile(join(SOURCE, "package.json"), "utf8")));
  return `${REPOSITORY}:${dependencies.openclaw}-${hash.digest("hex").slice(0, HASH_CHARS)}`;
}

/** @throws FleetError CONFIG_INVALID when a base image cannot be had; CommandError when npm fails. */
export async function ensureAgentImage(context: ImageContext, say: Say): Promise<AgentImage> {
  const name = await agentImageName();
  if (await hasImage(context.docker, name)) return { name, built: false };
  await mkdir(context.cacheDir, { recursive: true });
  const stage = await mkdtemp(join(context.cacheDir, "agent-image-"));
  try {
    for (const file of FILES) await copyFile(join(SOURCE, file), join(stage, file));
    say("installing OpenClaw (npm)");
    await installDependencies(stage, context);
    const base = await baseImage(context, say);
    say(`building ${name} on ${base}`);
    await build(stage, { name, base }, context);
    return { name, built: true };
  } finally {
    await rm(stage, { recursive: true, force: true });
  }
}

async function installDependencies(stage: string, { environment, signal }: ImageContext): Promise<void> {
  // OpenClaw's scripts want the Node.js that it will run on, which is the one that runs this.
  const env = { ...toolEnvironment(environment), PATH: `${dirname(process.execPath)}:${environment["PATH"] ?? ""}` };
  const options = { cwd: stage, env, signal, timeoutMs: NPM_TIMEOUT_MS };
  await runCommand("npm", ["ci", "--ignore-scripts", "--omit=dev", "--omit=optional", "--no-audit", "--no-fund"], options);
  await runCommand("npm", ["rebuild", ...SCRIPTS_ALLOWED], options);
}

/** The classic builder reads the whole context as one tar, in which `.dockerignore` still counts. */
async function build(stage: string, image: { name: string; base: string }, { docker, signal }: ImageContext): Promise<void> {
  const args = ["-C", stage, "--exclude=./node_modules/node/node_modules", "-c", "."];
  const tar = spawn("tar", args, { stdio: ["ignore", "pipe", "inherit"], signal });
  const options = {
    t: image.name,
    buildargs: { BASE: image.base },
    networkmode: "none",
    rm: true,
    forcerm: true,
    abortSignal: signal,
  };
  await endOfProgress(docker, await docker.buildImage(tar.stdout, options));
}
