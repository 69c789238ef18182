// The fleet and its system agents in a browser, against the real api and Postgres, by keyboard where
// people work by keyboard.
import { type ContainerReason } from "../../../contracts/containers/container-reasons.ts";
import { join } from "node:path";
import type { Locator, Route } from "playwright-core";
import type { ContainerPhase } from "../../../contracts/containers/agent-container.ts";
import { humanTenant, type Tenant } from "../../../contracts/core/tenant.ts";
import type { Database } from "../../../db/core/database.ts";
import { appendEvent } from "../../../db/containers/container-events.ts";
import { ensureContainerRow, setPhase } from "../../../db/containers/containers.ts";
import { addUser, useAdmin, useApi } from "../../support/core/api.ts";
import { expectSoon } from "../../support/core/expect-soon.ts";
import { chooseForRow } from "../../support/browser/keyboard.ts";
import { useAdminTab } from "../../support/browser/browser-world.ts";
import { useBrowser } from "../../support/browser/browser.ts";

const PATIENCE_MS = 300_000;
const UI_FOLDER = join(import.meta.dirname, "../../../ui/dist");

const api = useApi({ uiFolder: UI_FOLDER, env: { MOSAIC_TEMPORAL_UI_URL: "http://temporal.example/ui" } });
const admin = useAdmin(api);
const browser = useBrowser();
const tab = useAdminTab(browser, () => api.url);
const ids = new Map<string, string>();

beforeAll(async () => {
  const worker = await api.database.openAs("worker");
  for (const [name, phase] of [
    ["ann", "ready"],
    ["bob", "failed"],
    ["cleo", "asleep"],
  ] as const) {
    const { id } = await addUser(api, admin, name);
    ids.set(name, await container(worker, { tenant: humanTenant(id), phase }));
  }
});

beforeEach(async () => {
  await api.database.asOwner("DELETE FROM mosaic.outbox");
});

const IMAGE_MISSING: ContainerReason = { code: "image_missing", values: { image: "agent:9" } };

async function container(worker: Database, { tenant, phase }: { tenant: Tenant; phase: ContainerPhase }): Promise<string> {
  return await worker.asTenant(tenant, async (tx) => {
    const { id } = await ensureContainerRow(tx);
    await setPhase(tx, { phase, reason: IMAGE_MISSING, lastLogLines: ["what the agent answered in private"] });
    await appendEvent(tx, {
      cause: phase === "failed" ? "start_failed" : "chat",
      actor: "system",
      reason: IMAGE_MISSING,
    });
    return id;
  });
}

const button = (name: string | RegExp): Locator => tab.getByRole("button", { name, exact: true });
const row = (name: string): Locator => tab.getByRole("row", { name: new RegExp(name) });
const dialog = (): Locator => tab.getByRole("dialog");
const requests = () =>
  api.database.asOwner<{ tenant: string; payload: unknown }>("SELECT tenant, payload FROM mosaic.outbox ORDER BY id");
const focused = () =>
  tab.evaluate<string>("document.activeElement.getAttribute('aria-label') ?? document.activeElement.innerText");
const focusBackOn = (label: string) => expectSoon(focused, label);

/** The list is read again and again by itself, and would be there before somebody presses the button. */
async function awayUntilAClick(route: Route): Promise<void> {
  // A page that is just being left cannot be asked.
  const hasClicked = await tab.evaluate<boolean>("globalThis.hasClicked === true").catch(() => false);
  await (hasClicked ? route.fallback() : route.abort());
}

describe("the fleet", () => {
  beforeEach(() => tab.goto("/admin/fleet"));

  test(
    "shows trouble first, with its reason, and links each agent to its workflow",
    async () => {
      await row("bob").waitFor();
      const names = await tab.getByRole("rowheader").allInnerTexts();
      expect(names.map((name) => name.trim())).toEqual(["bob", "ann", "cleo"]);
      await row("bob").getByText("The agent image agent:9 is not in the container engine.").waitFor();
      const link = row("ann").getByRole("link", { name: /ann's workflow/ });
      expect(await link.getAttribute("href")).toMatch(/^http:\/\/temporal\.example\/ui\/.*\/container%2Fhuman%3A/);
    },
    PATIENCE_MS,
  );

  test(
    "stops one agent by keyboard alone, not without a reason; Escape leaves all as it was and gives the focus back",
    async () => {
      await row("ann").waitFor();
      await chooseForRow(tab, "ann", "Stop");
      await tab.keyboard.press("Escape");
      await dialog().waitFor({ state: "detached" });
      await focusBackOn("Actions for ann");
      expect(await requests()).toEqual([]);
      await chooseForRow(tab, "ann", "Stop");
      await dialog().getByRole("button", { name: "Stop" }).focus();
      await tab.keyboard.press("Enter");
      await dialog().getByText("Use at least 3 characters.").waitFor();
      await dialog().getByLabel("Reason").focus();
      await tab.keyboard.type("Maintenance of the host.");
      await tab.keyboard.press("Enter");
      await dialog().waitFor({ state: "detached" });
      expect((await requests()).map(({ payload }) => payload)).toMatchObject([{ topic: "container.stop" }]);
      await row("ann").getByRole("link", { name: "ann", exact: true }).click();
      await tab
        .getByText(/^Stopped by .+: “Maintenance of the host\.”$/)
        .first()
        .waitFor();
    },
    PATIENCE_MS,
  );

  test(
    "restarts many at once, and says of each what became of it",
    async () => {
      await row("ann").waitFor();
      await tab.getByRole("checkbox", { name: "Select all on this page" }).check();
      await tab.getByText("3 agents selected").waitFor();
      await api.database.asOwner("UPDATE mosaic.agent_containers SET retired_at = now() WHERE id = $1", [ids.get("cleo")]);
      await tab
        .getByRole("region", { name: "Actions for the selected agents" })
        .getByRole("button", { name: "Restart" })
        .click();
      await dialog().getByLabel("Reason").fill("A new image.");
      await dialog().getByRole("button", { name: "Restart" }).click();
      await dialog().getByText("Requested 3 of 3.").waitFor();
      const outcomes = await dialog().getByRole("listitem").allInnerTexts();
      expect(new Set(outcomes.map((text) => text.replaceAll(/\s*\n\s*/g, ": ")))).toEqual(
        new Set(["ann: Restart requested", "bob: Restart requested", "cleo: No longer exists"]),
      );
      expect(await requests()).toHaveLength(2);
      await dialog().getByRole("button", { name: "Close" }).click();
      await api.database.asOwner("UPDATE mosaic.agent_containers SET retired_at = NULL");
    },
    PATIENCE_MS,
  );

  test(
    "keeps filters in the address; nothing found, nothing there and no answer are three different screens",
    async () => {
      await row("ann").waitFor();
      await button(/^Running/).click();
      await row("bob").waitFor({ state: "detached" });
      await tab.waitForURL(/status=running/);
      await tab.getByRole("searchbox").fill("nobody of this name");
      await tab.getByText("No matches.").waitFor();
      await button("Clear filters").click();
      await row("bob").waitFor();
      await tab.route(/\/api\/containers(?:\?|$)/, awayUntilAClick);
      await tab.goto("/admin/fleet");
      await tab.getByRole("alert").waitFor();
      expect(await tab.getByText("No matches.").count()).toBe(0);
      expect(await tab.getByText(/No agents yet/).count()).toBe(0);
      await tab.evaluate(`addEventListener("click", () => (globalThis.hasClicked = true), { capture: true })`);
      await button("Try again").click();
      await row("ann").waitFor();
      await tab.unrouteAll({ behavior: "wait" });
    },
    PATIENCE_MS,
  );

  test(
    "shows what an agent is doing, why and what comes next, but nothing of its chats",
    async () => {
      await tab.getByRole("link", { name: "bob", exact: true }).click();
      await tab.getByRole("heading", { level: 1, name: "bob's agent" }).waitFor();
      const page = tab.locator("main");
      for (const words of ["Could not start.", "Start failed.", "It won't retry on its own."])
        await page.filter({ hasText: words }).waitFor();
      expect(await page.innerText()).not.toContain("in private");
      await tab.goBack();
      await row("bob").waitFor();
    },
    PATIENCE_MS,
  );
});

test(
  "a system agent is made, changed, switched off, and deleted only by its name",
  async () => {
    await tab.goto("/admin/system-agents");
    await tab.getByText(/No system agents yet/).waitFor();
    await button("Add system agent").click();
    await dialog().getByLabel("Display name").first().fill("Night watch");
    expect(await dialog().getByLabel("Name", { exact: true }).first().inputValue()).toBe("night-watch");
    await dialog().getByRole("switch", { name: "Connect a provider now" }).press("Space");
    await dialog().getByRole("button", { name: "Add system agent" }).click();
    await dialog().waitFor({ state: "detached" });
    await tab.getByRole("heading", { name: "Night watch" }).waitFor();
    await chooseForRow(tab, "Night watch", "Edit");
    await tab.keyboard.press("Escape");
    await dialog().waitFor({ state: "detached" });
    await focusBackOn("Actions for Night watch");
    await button("Model and personality: Night watch").click();
    await dialog().getByLabel("Personality").fill("Watch the night.");
    await dialog().getByRole("button", { name: "Save" }).click();
    await dialog().waitFor({ state: "detached" });
    await chooseForRow(tab, "Night watch", "Switch off");
    await dialog().getByRole("button", { name: "Switch off" }).click();
    await tab.getByText("Switched off").waitFor();
    await chooseForRow(tab, "Night watch", "Delete");
    await dialog().getByRole("textbox").fill("night");
    await dialog().getByRole("button", { name: "Delete" }).click();
    await dialog().getByText("Type the name exactly as shown.").waitFor();
    await dialog().getByRole("textbox").fill("night-watch");
    await dialog().getByRole("button", { name: "Delete" }).click();
    await tab.getByText(/No system agents yet/).waitFor();
  },
  PATIENCE_MS,
);
