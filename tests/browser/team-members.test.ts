// The members of a team, which are loaded when somebody looks at them.
import type { Browser } from "playwright-core";
import { openBrowser } from "../support/browser.ts";
import { openVisitor, type Visitor } from "../support/page-visit.ts";
import { PAGES } from "../support/ui-pages.ts";
import { startUiStage, type UiStage } from "../support/ui-stage.ts";

const PATIENCE_MS = 120_000;

let browser: Browser;
let stage: UiStage;
let visitor: Visitor;

beforeAll(async () => {
  stage = await startUiStage();
  browser = await openBrowser();
  visitor = await openVisitor(browser, stage, "en");
}, PATIENCE_MS);

afterAll(async () => {
  await browser?.close();
  await stage?.close();
});

test.each(PAGES.filter(({ name }) => name === "workspace-teams" || name === "all-teams"))(
  "$name: the field has the focus once they are read, and afterwards the button that asked for them",
  async (page) => {
    await visitor.open(page);
    const { tab } = visitor;
    const focused = tab.locator(":focus");
    const opener = tab.getByRole("button", { name: "Actions for Readers", exact: true });
    await opener.focus();
    await tab.keyboard.press("Enter");
    await tab.getByRole("menuitem", { name: "Members", exact: true }).focus();
    await tab.keyboard.press("Enter");
    const dialog = tab.getByRole("dialog");
    await dialog.getByText("Chidi Okafor", { exact: true }).first().waitFor();
    await dialog.getByLabel("Members").and(focused).waitFor();
    await dialog.getByRole("button", { name: "Cancel", exact: true }).focus();
    await tab.keyboard.press("Enter");
    await dialog.waitFor({ state: "detached" });
    await opener.and(focused).waitFor();
    expect(visitor.incidents()).toEqual([]);
  },
  PATIENCE_MS,
);
