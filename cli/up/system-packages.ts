// Installs packages of the distribution, where this process may: as root on Debian or Ubuntu, unless forbidden.
import { readFile } from "node:fs/promises";
import { FleetError } from "../../contracts/core/errors.ts";
import { toolEnvironment } from "./child-environment.ts";
import type { Say } from "./reporter.ts";
import { runCommand } from "./run-command.ts";
import type { Environment } from "./settings.ts";

const UPDATE_TIMEOUT_MS = 300_000;
const INSTALL_TIMEOUT_MS = 900_000;
/** A machine that has just started updates itself, and mirrors have bad moments. */
const APT_PATIENCE = ["-o", "DPkg::Lock::Timeout=300", "-o", "Acquire::Retries=3"] as const;

export interface InstallContext {
  /** False after `--no-install`. */
  readonly mayInstall: boolean;
  readonly environment: Environment;
  readonly signal: AbortSignal;
}

/** Steps run side by side, and apt-get refuses a second one at the same time: one after the other. */
let lastInstallation: Promise<void> = Promise.resolve();

/** @throws FleetError CONFIG_INVALID that names the command, when it may not or cannot be done here. */
export async function installPackages(packages: readonly string[], context: InstallContext, say: Say): Promise<void> {
  const installation = lastInstallation.then(() => install(packages, context, say));
  lastInstallation = installation.catch(() => undefined);
  await installation;
}

async function install(packages: readonly string[], context: InstallContext, say: Say): Promise<void> {
  const names = packages.join(" ");
  if (!context.mayInstall || process.getuid?.() !== 0 || !(await isDebianLike())) {
    const why = context.mayInstall ? "" : " (--no-install was given)";
    throw new FleetError(
      "CONFIG_INVALID",
      `Missing: ${names}${why}. Install it, on Debian with: sudo apt-get install ${names}`,
    );
  }
  const env = { ...toolEnvironment(context.environment), DEBIAN_FRONTEND: "noninteractive" };
  const options = { env, signal: context.signal };
  say(`installing ${names} (apt-get)`);
  await runCommand("apt-get", ["update", "-q", ...APT_PATIENCE], { ...options, timeoutMs: UPDATE_TIMEOUT_MS }).catch(() => {
    // One unreachable source among several fails the update; the installation itself tells whether that matters.
    say("apt-get update was not complete; going on");
  });
  const args = ["install", "-q", "-y", "--no-install-recommends", ...APT_PATIENCE, ...packages];
  await runCommand("apt-get", args, { ...options, timeoutMs: INSTALL_TIMEOUT_MS });
}

async function isDebianLike(): Promise<boolean> {
  const text = await readFile("/etc/os-release", "utf8").catch(() => "");
  return /^ID(_LIKE)?=.*\b(debian|ubuntu)\b/m.test(text);
}
