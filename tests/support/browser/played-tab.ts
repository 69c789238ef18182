// For each test of a file a browser of its own, at the played interface, with somebody signed in.
import type { BrowserContext, Page } from "playwright-core";
import { openWindow } from "./browser-world.ts";
import { SIGNED_IN } from "./ui-fixtures.ts";
import { type UiStage, useUiStage } from "./ui-stage.ts";
import { useBrowser } from "./browser.ts";

const PATIENCE_MS = 300_000;

export interface PlayedTab {
  readonly stage: UiStage;
  readonly context: BrowserContext;
  readonly tab: Page;
}

export function usePlayedTab(): PlayedTab {
  const stage = useUiStage();
  const browser = useBrowser();
  let tab: Page;
  beforeEach(async () => {
    stage.play(SIGNED_IN);
    tab = await openWindow(browser, stage.url);
  }, PATIENCE_MS);
  afterEach(async () => {
    await tab?.context().close();
  }, PATIENCE_MS);
  return {
    stage,
    get context() {
      return tab.context();
    },
    get tab() {
      return tab;
    },
  };
}
