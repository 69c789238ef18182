// When the largest thing of a page stands there, on a processor slowed down by four: cold, without cache, real headers.
import type { Browser } from "playwright-core";
import { z } from "zod";
import { openBrowser, PAGE_PATIENCE_MS } from "../../tests/support/browser/browser.ts";
import { NOW, type PageAtRest } from "../../tests/support/browser/ui-fixtures.ts";
import { startUiStage, type UiStage } from "../../tests/support/browser/ui-stage.ts";
import { waitFor } from "../../tests/support/core/wait-for.ts";

const SLOWED_DOWN_BY = 4;
const LOADS = 5;
const PAINT_TIMEOUT_MS = 120_000;

const OBSERVER = `globalThis.largestPaintMs = 0;
new PerformanceObserver((list) => {
  for (const { startTime } of list.getEntries()) globalThis.largestPaintMs = startTime;
}).observe({ type: "largest-contentful-paint", buffered: true });`;

export interface LargestPaint {
  readonly page: string;
  /** The one in the middle of five. */
  readonly ms: number;
}

/** @throws Error when the interface has not been built, or there is no browser */
export async function measureLargestPaints(pages: readonly PageAtRest[]): Promise<readonly LargestPaint[]> {
  const stage = await startUiStage();
  const browser = await openBrowser();
  try {
    const measured: LargestPaint[] = [];
    for (const page of pages) {
      const loads: number[] = [];
      for (let load = 0; load < LOADS; load += 1) loads.push(await loadOnce(browser, stage, page));
      measured.push({ page: page.name, ms: Math.round(loads.toSorted((a, b) => a - b)[Math.floor(LOADS / 2)] ?? 0) });
    }
    return measured;
  } finally {
    await browser.close();
    await stage.close();
  }
}

async function loadOnce(browser: Browser, stage: UiStage, page: PageAtRest): Promise<number> {
  stage.play(page.answers);
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, locale: "en-GB", timezoneId: "UTC" });
  try {
    context.setDefaultTimeout(PAGE_PATIENCE_MS);
    await context.addInitScript(OBSERVER);
    const tab = await context.newPage();
    await tab.clock.setFixedTime(NOW);
    const session = await context.newCDPSession(tab);
    await session.send("Emulation.setCPUThrottlingRate", { rate: SLOWED_DOWN_BY });
    await tab.goto(stage.url + page.path);
    await tab.locator("h1").first().waitFor();
    await tab.waitForLoadState("networkidle");
    const told = async (): Promise<number> => z.number().parse(await tab.evaluate("largestPaintMs"));
    return await waitFor(async () => (await told()) || null, { timeoutMs: PAINT_TIMEOUT_MS, what: "a paint is told of" });
  } finally {
    await context.close();
  }
}
