// A person without a mouse.
import type { Locator, Page } from "playwright-core";
import { nextDrawing } from "./page-visit.ts";

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

/** From the row's own button. Resolves when the question that follows has taken the focus. */
export async function chooseForRow(tab: Page, of: string, item: string): Promise<void> {
  // The previous dialog may still be closing; it must not be mistaken for the next one.
  await tab.getByRole("dialog").waitFor({ state: "detached" });
  await tab.getByRole("button", { name: `Actions for ${of}`, exact: true }).press("Enter");
  // Menus and questions take the focus a moment after they are there, also from what has been given it meanwhile.
  await tab.locator("[role=menu] :focus").waitFor({ state: "attached" });
  await tab.getByRole("menuitem", { name: item, exact: true }).press("Enter");
  await tab.locator("[role=dialog] :focus").waitFor({ state: "attached" });
  // Dialogs move the focus a second time after they are painted.
  await nextDrawing(tab);
}
