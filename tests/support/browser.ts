// A headless Chromium that talks to nobody but the page under test.
import { chromium, type Browser } from "playwright-core";
import { findBrowser } from "../../scripts/browser-binary.ts";

const FIND_TIMEOUT_MS = 60_000;
const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--disable-dev-shm-usage",
] as const;

/** @throws Error when there is no Chromium; `npm run test:browser` installs it */
export async function openBrowser(): Promise<Browser> {
  const executablePath = await findBrowser(AbortSignal.timeout(FIND_TIMEOUT_MS));
  if (executablePath === null) throw new Error("There is no Chromium that starts. On Debian: apt-get install chromium");
  return await chromium.launch({ executablePath, args: [...FLAGS] });
}
