// A person without a mouse.
import type { Locator, Page } from "playwright-core";

const STOPS_MAX = 80;

/** Presses Tab until the element has the focus. @throws Error when it cannot be reached */
export async function tabTo(tab: Page, target: Locator): Promise<void> {
  await target.waitFor({ state: "attached" });
  const focused = target.and(tab.locator(":focus"));
  for (let stops = 0; stops < STOPS_MAX; stops += 1) {
    if ((await focused.count()) > 0) return;
    await tab.keyboard.press("Tab");
  }
  throw new Error(`The keyboard does not reach ${String(target)}.`);
}

/** Goes there by Tab and types. */
export async function typeInto(tab: Page, target: Locator, text: string): Promise<void> {
  await tabTo(tab, target);
  await tab.keyboard.type(text);
}

/** Goes there by Tab and presses Enter. */
export async function pressOn(tab: Page, target: Locator): Promise<void> {
  await tabTo(tab, target);
  await tab.keyboard.press("Enter");
}
