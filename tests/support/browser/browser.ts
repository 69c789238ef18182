// A headless Chromium that talks to nobody but the page under test.
import { chromium, type Browser } from "playwright-core";
import { join } from "node:path";
import { findProgram } from "../../../cli/up/run-command.ts";
import { useWorld } from "../core/use-world.ts";
import { findBrowser } from "../../../scripts/browser-binary.ts";

/** For whatever is waited for in a page: an agent's start is among it, on a machine with much else to do. */
export const PAGE_PATIENCE_MS = 120_000;
/** Cold, a Chromium is read from the disk for a while. */
const START_TIMEOUT_MS = 120_000;
/** On Linux: a Chromium that gets no notifications about networks that come and go. */
const DEAF = join(import.meta.dirname, "deaf-chromium");
const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--disable-dev-shm-usage",
  // The identity provider's pages ask for a font from far away, without which they are not loaded.
  "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
] as const;

export const useBrowser = () => useWorld(async (ends) => ends.adopt(await openBrowser(), (browser) => browser.close()));

/** @throws Error when there is no Chromium; `npm run test:browser` installs it */
export async function openBrowser(): Promise<Browser> {
  const executablePath = await findBrowser(AbortSignal.timeout(START_TIMEOUT_MS));
  if (executablePath === null) throw new Error("There is no Chromium that starts. On Debian: apt-get install chromium");
  const isDeaf = process.platform === "linux" && (await findProgram("perl", process.env["PATH"])) !== null;
  return await chromium.launch({
    ...(isDeaf ? { executablePath: DEAF, env: { ...process.env, MOSAIC_TEST_CHROMIUM: executablePath } } : { executablePath }),
    args: [...FLAGS],
    timeout: START_TIMEOUT_MS,
  });
}
