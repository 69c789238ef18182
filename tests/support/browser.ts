// Debian's Chromium, driven by playwright-core; it talks to nobody but the page under test.
import { chromium, type Browser } from "playwright-core";

const EXECUTABLES = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"] as const;
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

/** @throws Error when there is no Chromium; `npm test` installs it */
export async function openBrowser(): Promise<Browser> {
  const { access } = await import("node:fs/promises");
  for (const executablePath of EXECUTABLES) {
    const isThere = await access(executablePath).then(
      () => true,
      () => false,
    );
    if (isThere) return await chromium.launch({ executablePath, args: [...FLAGS] });
  }
  throw new Error("There is no Chromium. On Debian: apt-get install chromium");
}
