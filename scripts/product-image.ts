// Builds the product image (docker/product.Dockerfile) and prints its name. The build itself needs no network.
import { spawn } from "node:child_process";
import { cp, copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { bundleWorkflowCode } from "@temporalio/worker";
import { z } from "zod";
import { baseImage, endOfProgress, type ImageContext } from "../cli/up/base-image.ts";
import { toolEnvironment } from "../cli/up/child-environment.ts";
import type { Say } from "../cli/up/reporter.ts";
import { runCommand } from "../cli/up/run-command.ts";
import { ensureWebUi } from "../cli/up/web-ui.ts";
import { printResult } from "./image-context.ts";

const REPOSITORY = join(import.meta.dirname, "..");
const SOURCES = [
  "activities",
  "adapters",
  "api",
  "cli",
  "contracts",
  "db",
  "domain",
  "migrations",
  "workers",
  "workflows",
] as const;
const SCRIPTS = ["scripts/migrate.ts"] as const;
const IMAGE = "mosaic-fleet/product";
const NPM_TIMEOUT_MS = 600_000;

/** Tags it with the product's version and as `latest`. */
export async function buildProductImage(context: ImageContext, say: Say): Promise<string> {
  await mkdir(context.cacheDir, { recursive: true });
  const stage = await mkdtemp(join(context.cacheDir, "product-image-"));
  try {
    await ensureWebUi(context, say);
    say("installing the production dependencies (npm)");
    await layOut(stage, context);
    const base = await baseImage(context, say);
    const name = `${IMAGE}:${await version()}`;
    say(`building ${name} on ${base}`);
    await build(stage, { name, base }, context);
    return name;
  } finally {
    await rm(stage, { recursive: true, force: true });
  }
}

async function layOut(stage: string, { environment, signal }: ImageContext): Promise<void> {
  const app = join(stage, "app");
  await mkdir(join(app, "scripts"), { recursive: true });
  for (const file of ["package.json", "package-lock.json", ...SCRIPTS]) await copyFile(join(REPOSITORY, file), join(app, file));
  for (const folder of SOURCES) {
    const filter = (path: string): boolean => !path.endsWith(".test.ts");
    await cp(join(REPOSITORY, folder), join(app, folder), { recursive: true, filter });
  }
  const env = { ...toolEnvironment(environment), PATH: `${dirname(process.execPath)}:${environment["PATH"] ?? ""}` };
  const args = ["ci", "--ignore-scripts", "--omit=dev", "--no-audit", "--no-fund"];
  await runCommand("npm", args, { cwd: app, env, signal, timeoutMs: NPM_TIMEOUT_MS });
  await cp(join(REPOSITORY, "ui/dist"), join(app, "ui/dist"), { recursive: true });
  await copyFile(process.execPath, join(stage, "node"));
  const { code } = await bundleWorkflowCode({ workflowsPath: join(REPOSITORY, "workflows/index.ts") });
  await writeFile(join(app, "workflow-bundle.js"), code);
  await copyFile(join(REPOSITORY, "docker/product.Dockerfile"), join(stage, "Dockerfile"));
}

async function build(stage: string, image: { name: string; base: string }, { docker, signal }: ImageContext): Promise<void> {
  const tar = spawn("tar", ["-C", stage, "-c", "."], { stdio: ["ignore", "pipe", "inherit"], signal });
  const options = {
    t: image.name,
    buildargs: { BASE: image.base },
    networkmode: "none",
    rm: true,
    forcerm: true,
    abortSignal: signal,
  };
  await endOfProgress(docker, await docker.buildImage(tar.stdout, options));
  await docker.getImage(image.name).tag({ repo: IMAGE, tag: "latest" });
}

async function version(): Promise<string> {
  const manifest = JSON.parse(await readFile(join(REPOSITORY, "package.json"), "utf8"));
  return z.object({ version: z.string() }).parse(manifest).version;
}

const startedAs = process.argv[1];
if (startedAs !== undefined && import.meta.url === pathToFileURL(startedAs).href) {
  await printResult(buildProductImage);
}
