// The members of a team, which are loaded when somebody looks at them.
import type { Locator } from "playwright-core";
import { chooseForRow } from "../../support/browser/keyboard.ts";
import { SIZES, useVisitor } from "../../support/browser/page-visit.ts";
import type { PageAtRest } from "../../support/browser/ui-fixtures.ts";
import { PAGES } from "../../support/browser/ui-pages.ts";

const PATIENCE_MS = 300_000;

const visitor = useVisitor("en");

/** By the keyboard: then there is a button to give the focus back to. */
async function openMembers(page: PageAtRest): Promise<Locator> {
  await visitor.open(page);
  const { tab } = visitor;
  await chooseForRow(tab, "Readers", "Members");
  const dialog = tab.getByRole("dialog");
  await dialog.getByText("Chidi Okafor", { exact: true }).first().waitFor();
  await dialog.getByLabel("Members").and(tab.locator(":focus")).waitFor();
  return dialog;
}

const pages = PAGES.filter(({ name }) => name === "workspace-teams" || name === "all-teams");

test.each(pages)(
  "$name: the field has the focus once the members are loaded, and afterwards the button that opened the dialog",
  async (page) => {
    const dialog = await openMembers(page);
    const { tab } = visitor;
    await dialog.getByRole("button", { name: "Cancel", exact: true }).focus();
    await tab.keyboard.press("Enter");
    await dialog.waitFor({ state: "detached" });
    await tab.getByRole("button", { name: "Actions for Readers", exact: true }).and(tab.locator(":focus")).waitFor();
    expect(visitor.incidents()).toEqual([]);
  },
  PATIENCE_MS,
);

test.each(pages.flatMap((page) => SIZES.map((size) => ({ page, size, what: `${page.name}, ${size.width} px wide` }))))(
  "$what: names are on offer when one asks for them, and lie over no button",
  async ({ page, size }) => {
    const dialog = await openMembers(page);
    await visitor.show({ size, scheme: "light" });
    const { tab } = visitor;
    const offer = tab.getByRole("listbox", { name: "Members" });
    expect(await offer.isVisible()).toBe(false);
    await dialog.getByLabel("Members").click();
    await offer.waitFor();
    // Fails where something else would take the click.
    for (const name of ["Cancel", "Save"]) await dialog.getByRole("button", { name, exact: true }).click({ trial: true });
    expect(await offer.isVisible()).toBe(true);
    await dialog.getByRole("button", { name: "Cancel", exact: true }).click();
    await dialog.waitFor({ state: "detached" });
  },
  PATIENCE_MS,
);
