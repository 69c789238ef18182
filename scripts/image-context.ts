// What the scripts that build work with: the engine, the cache, the environment. Progress goes to standard error.
import Docker from "dockerode";
import { FleetError } from "../contracts/core/errors.ts";
import type { ImageContext } from "../cli/up/base-image.ts";
import type { Say } from "../cli/up/reporter.ts";
import { readUpSettings } from "../cli/up/settings.ts";

const EXIT_CONFIGURATION = 78;
const EXIT_FAILED = 1;
const STOP_SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** DOCKER_HOST and its siblings are honoured. */
export function createDockerClient(): Docker {
  return new Docker();
}

export function imageContext(signal = new AbortController().signal): ImageContext {
  const { cacheDir, environment } = readUpSettings(process.env);
  const mayInstall = !process.argv.includes("--no-install");
  return { docker: createDockerClient(), cacheDir, environment, mayInstall, signal };
}

/** Prints what it makes: a name or a path, for scripts. What cannot be done here ends with one line and status 78. */
export async function printResult(make: (context: ImageContext, say: Say) => Promise<string>): Promise<void> {
  try {
    console.log(await make(imageContext(signalOfAnEnd()), sayOnStderr));
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = error instanceof FleetError ? EXIT_CONFIGURATION : EXIT_FAILED;
  }
}

function sayOnStderr(doing: string): void {
  console.error(doing);
}

/** Programs under way are ended, and temporary folders removed, before this one ends. */
function signalOfAnEnd(): AbortSignal {
  const controller = new AbortController();
  for (const name of STOP_SIGNALS) process.once(name, () => controller.abort());
  return controller.signal;
}
