// Finds the Chromium that the browser tests drive, or brings it: Playwright's own build first, the distribution's otherwise.
import { access, constants } from "node:fs/promises";
import { join } from "node:path";
import { chromium } from "playwright-core";
import type { Say } from "../cli/up/reporter.ts";
import { runCommand } from "../cli/up/run-command.ts";
import { installPackages, type InstallContext } from "../cli/up/system-packages.ts";

const PLAYWRIGHT = join(import.meta.dirname, "../node_modules/playwright-core/cli.js");
const OF_THE_SYSTEM = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"] as const;
/** Without a font, Chromium draws no text at all. */
const PACKAGES = ["chromium", "fonts-dejavu-core"] as const;
const DOWNLOAD_TIMEOUT_MS = 300_000;
const VERSION_TIMEOUT_MS = 90_000;

/** Null when there is none that starts. */
export async function findBrowser(signal: AbortSignal): Promise<string | null> {
  for (const path of [chromium.executablePath(), ...OF_THE_SYSTEM]) if (await starts(path, signal)) return path;
  return null;
}

/** @throws FleetError CONFIG_INVALID that names the package, when neither way is open on this machine */
export async function ensureBrowser(context: InstallContext, say: Say): Promise<string> {
  const { signal } = context;
  const found = (await findBrowser(signal)) ?? (await downloaded(signal, say));
  if (found !== null) return found;
  await installPackages(PACKAGES, context, say);
  const installed = await findBrowser(signal);
  if (installed === null) throw new Error("Chromium was installed and does not start.");
  return installed;
}

async function downloaded(signal: AbortSignal, say: Say): Promise<string | null> {
  say("downloading Chromium");
  try {
    const args = [PLAYWRIGHT, "install", "--no-shell", "chromium"];
    await runCommand(process.execPath, args, { signal, timeoutMs: DOWNLOAD_TIMEOUT_MS });
  } catch {
    say("Playwright's download does not answer; taking the distribution's Chromium");
  }
  return await findBrowser(signal);
}

/** A download may be there without the system's libraries that it needs. */
async function starts(path: string, signal: AbortSignal): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    await runCommand(path, ["--version"], { signal, timeoutMs: VERSION_TIMEOUT_MS });
    return true;
  } catch {
    return false;
  }
}
