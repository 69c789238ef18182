// The credentials of CI in a browser, against the real api, broker and Postgres: payloads go in and never come out.
import { join } from "node:path";
import type { Locator } from "playwright-core";
import { setUpInstallation } from "../../support/core/api.ts";
import { chooseForRow } from "../../support/browser/keyboard.ts";
import { useBroker } from "../../support/leases/credential-broker.ts";
import { useAdminTab } from "../../support/browser/browser-world.ts";
import { useBrowser } from "../../support/browser/browser.ts";

const PATIENCE_MS = 300_000;
const UI_FOLDER = join(import.meta.dirname, "../../../ui/dist");
const CANARY = "canary-payload-77ab01";

const broker = useBroker({ uiFolder: UI_FOLDER });
beforeAll(() => setUpInstallation(broker.api));
const browser = useBrowser();
const tab = useAdminTab(browser, () => broker.api.url);

const button = (name: string | RegExp): Locator => tab.getByRole("button", { name, exact: true });
const row = (name: string): Locator => tab.getByRole("row", { name: new RegExp(name) });
const dialog = (): Locator => tab.getByRole("dialog");

describe("credentials", () => {
  const everythingKept = () =>
    tab.evaluate<string>(
      `document.documentElement.outerHTML + JSON.stringify(localStorage) + JSON.stringify(sessionStorage) + location.href`,
    );

  test(
    "are added with a payload that is checked by its kind and then nowhere on the page",
    async () => {
      await tab.goto("/admin/credentials");
      await tab.getByText(/No credentials yet/).waitFor();
      await button("Add credential").first().click();
      await dialog().getByLabel("Kind").fill("telegram");
      await tab.keyboard.press("Tab");
      await dialog()
        .getByLabel("Payload")
        .fill(JSON.stringify({ groupId: "not digits", driverToken: CANARY, sutToken: "b" }));
      await dialog().getByRole("button", { name: "Add credential" }).click();
      await dialog().getByText("The field “groupId” is missing or invalid.").waitFor();
      await dialog()
        .getByLabel("Payload")
        .fill(JSON.stringify({ groupId: "-100", driverToken: CANARY, sutToken: "b" }));
      await dialog().getByLabel("Note").fill("pool-1");
      await dialog().getByRole("button", { name: "Add credential" }).click();
      await tab.getByRole("region", { name: "telegram" }).getByText("1 credential").waitFor();
      await dialog().waitFor({ state: "detached" });
      expect(await everythingKept()).not.toContain(CANARY);
    },
    PATIENCE_MS,
  );

  test(
    "show who holds one, and it is taken away, disabled and enabled with a reason each",
    async () => {
      const lease = await broker.acquire("telegram", "run-7");
      await tab.goto("/admin/credentials?tab=credentials");
      await row("pool-1").getByText("run-7").waitFor();
      expect(await everythingKept()).not.toContain(lease.leaseToken);
      await chooseForRow(tab, "pool-1", "Force release");
      await dialog().getByLabel("Reason").fill("The runner is gone.");
      await tab.keyboard.press("Enter");
      await row("pool-1").getByText("Free", { exact: true }).waitFor();
      await chooseForRow(tab, "pool-1", "Disable");
      await dialog().getByLabel("Reason").fill("The account is locked.");
      await tab.keyboard.press("Enter");
      await row("pool-1").getByText("Disabled", { exact: true }).waitFor();
      await chooseForRow(tab, "pool-1", "Enable");
      await dialog().getByLabel("Reason").fill("It is open again.");
      await tab.keyboard.press("Enter");
      await row("pool-1").getByText("Free", { exact: true }).waitFor();
      await tab.getByRole("link", { name: "Lease events" }).click();
      await row("Force released").getByText("run-7").waitFor();
    },
    PATIENCE_MS,
  );

  test(
    "have keys that are shown once and revoked",
    async () => {
      await tab.goto("/admin/credentials?tab=keys");
      await button("Create key").click();
      await dialog().getByLabel("Name").fill("Nightly");
      await dialog().getByRole("button", { name: "Create key" }).click();
      const shown = dialog().locator("pre").first();
      await shown.waitFor();
      const key = (await shown.innerText()).trim();
      await tab.keyboard.press("Escape");
      expect(await shown.innerText()).toContain(key);
      await button("I have saved it").click();
      await shown.waitFor({ state: "detached" });
      expect(await everythingKept()).not.toContain(key);
      await button("Revoke: Nightly").click();
      await dialog().getByRole("button", { name: "Revoke" }).click();
      await row("Nightly").getByText("Revoked").waitFor();
    },
    PATIENCE_MS,
  );

  test(
    "have limits that are changed one by one, and refused beyond what they may be",
    async () => {
      await tab.goto("/admin/credentials");
      await button("Edit limits: telegram").click();
      const rest = dialog().getByLabel(/^Cooldown after/);
      await rest.fill("900000");
      await dialog().getByRole("button", { name: "Save" }).click();
      await dialog().getByText("Enter a number from 1 to 86,400.").waitFor();
      await rest.fill("60");
      await dialog().getByRole("button", { name: "Save" }).click();
      await tab.getByText("60 seconds of cooldown").waitFor();
      const limits = await broker.database.asOwner("SELECT max_leases, cool_down_ms::int AS rest FROM mosaic.credential_kinds");
      expect(limits).toEqual([{ max_leases: null, rest: 60_000 }]);
    },
    PATIENCE_MS,
  );
});
