// For each test of a file a browser of its own, at the played interface, with somebody signed in.
import type { Browser, BrowserContext, Page } from "playwright-core";
import { openBrowser } from "./browser.ts";
import { openWindow } from "./browser-world.ts";
import { SIGNED_IN } from "./ui-fixtures.ts";
import { startUiStage, type UiStage } from "./ui-stage.ts";

const PATIENCE_MS = 300_000;

export interface PlayedTab {
  readonly stage: UiStage;
  readonly context: BrowserContext;
  readonly tab: Page;
}

/** To be called once, outside of the tests; what it gives is there while one runs. */
export function playTab(): PlayedTab {
  let stage: UiStage;
  let browser: Browser;
  let tab: Page;
  beforeAll(async () => {
    stage = await startUiStage();
    browser = await openBrowser();
  }, PATIENCE_MS);
  afterAll(async () => {
    await browser?.close();
    await stage?.close();
  }, PATIENCE_MS);
  beforeEach(async () => {
    stage.play(SIGNED_IN);
    tab = await openWindow(browser, stage.url);
  }, PATIENCE_MS);
  afterEach(async () => {
    await tab?.context().close();
  }, PATIENCE_MS);
  return {
    get stage() {
      return stage;
    },
    get context() {
      return tab.context();
    },
    get tab() {
      return tab;
    },
  };
}
