// What the scripts that build images work with: the engine, the cache, the environment; progress on standard error.
import { createDockerClient } from "../cli/up/docker-engine.ts";
import type { ImageContext } from "../cli/up/base-image.ts";
import { readUpSettings } from "../cli/up/settings.ts";

export function imageContext(): ImageContext {
  const { cacheDir, environment } = readUpSettings(process.env);
  const mayInstall = !process.argv.includes("--no-install");
  // Ctrl-C ends the programs under way by itself: they share the terminal.
  return { docker: createDockerClient(), cacheDir, environment, mayInstall, signal: new AbortController().signal };
}

export function sayOnStderr(doing: string): void {
  console.error(doing);
}
