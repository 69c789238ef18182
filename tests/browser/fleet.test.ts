// The fleet and its system agents in a browser, against the real api and Postgres, by keyboard where
// people work by keyboard.
import { join } from "node:path";
import type { Browser, Locator, Page, Route } from "playwright-core";
import type { ContainerPhase } from "../../contracts/agent-container.ts";
import { humanTenant, type Tenant } from "../../contracts/tenant.ts";
import type { Database } from "../../db/database.ts";
import { appendEvent } from "../../db/repositories/container-events.ts";
import { ensureContainerRow, setPhase } from "../../db/repositories/containers.ts";
import { ADMIN, addUser, setUpInstallation, startTestApi, type TestApi } from "../support/api.ts";
import { openBrowser } from "../support/browser.ts";
import { openWindow, signInAt } from "../support/browser-world.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { expectSoon } from "../support/expect-soon.ts";
import { chooseForRow } from "../support/keyboard.ts";

const PATIENCE_MS = 300_000;
const UI_FOLDER = join(import.meta.dirname, "../../ui/dist");

let database: TestDatabase;
let api: TestApi;
let browser: Browser;
let tab: Page;
const ids = new Map<string, string>();

beforeAll(async () => {
  database = await createTestDatabase();
  const env = { MOSAIC_TEMPORAL_UI_URL: "http://temporal.example/ui" };
  api = await startTestApi(database, { uiFolder: UI_FOLDER, env });
  const admin = await setUpInstallation(api);
  const worker = await database.openAs("worker");
  for (const [name, phase] of [
    ["ann", "ready"],
    ["bob", "failed"],
    ["cleo", "asleep"],
  ] as const) {
    const { id } = await addUser(api, admin, name);
    ids.set(name, await container(worker, { tenant: humanTenant(id), phase }));
  }
  browser = await openBrowser();
  tab = await openWindow(browser, api.url);
  await tab.goto("/");
  await signInAt(tab, ADMIN);
  await tab.getByRole("heading", { level: 1, name: "My agent" }).waitFor();
}, PATIENCE_MS);

afterAll(async () => {
  await browser?.close();
  await api?.close();
  await database?.drop();
}, PATIENCE_MS);

beforeEach(async () => {
  await database.asOwner("DELETE FROM mosaic.outbox");
});

async function container(worker: Database, { tenant, phase }: { tenant: Tenant; phase: ContainerPhase }): Promise<string> {
  return await worker.asTenant(tenant, async (tx) => {
    const { id } = await ensureContainerRow(tx);
    await setPhase(tx, { phase, reason: "The image is missing.", lastLogLines: ["what the agent answered in private"] });
    await appendEvent(tx, {
      cause: phase === "failed" ? "start_failed" : "chat",
      actor: "system",
      reason: "The image is missing.",
    });
    return id;
  });
}

const button = (name: string | RegExp): Locator => tab.getByRole("button", { name, exact: true });
const row = (name: string): Locator => tab.getByRole("row", { name: new RegExp(name) });
const dialog = (): Locator => tab.getByRole("dialog");
const wishes = () =>
  database.asOwner<{ tenant: string; payload: unknown }>("SELECT tenant, payload FROM mosaic.outbox ORDER BY id");
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
      await row("bob").getByText("The image is missing.").waitFor();
      const link = row("ann").getByRole("link", { name: /workflow of ann/ });
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
      expect(await wishes()).toEqual([]);
      await chooseForRow(tab, "ann", "Stop");
      await dialog().getByRole("button", { name: "Stop" }).focus();
      await tab.keyboard.press("Enter");
      await dialog().getByText("Use at least 3 characters.").waitFor();
      await dialog().getByLabel("Reason").focus();
      await tab.keyboard.type("Maintenance of the host.");
      await tab.keyboard.press("Enter");
      await dialog().waitFor({ state: "detached" });
      expect((await wishes()).map(({ payload }) => payload)).toMatchObject([
        { topic: "container.stop", actor: { reason: "Maintenance of the host." } },
      ]);
    },
    PATIENCE_MS,
  );

  test(
    "restarts many at once, and says of each what became of it",
    async () => {
      await row("ann").waitFor();
      await tab.getByRole("checkbox", { name: "Select all on this page" }).check();
      await tab.getByText("3 agents selected").waitFor();
      await database.asOwner("UPDATE mosaic.agent_containers SET retired_at = now() WHERE id = $1", [ids.get("cleo")]);
      await tab
        .getByRole("region", { name: "Actions for the selected agents" })
        .getByRole("button", { name: "Restart" })
        .click();
      await dialog().getByLabel("Reason").fill("A new image.");
      await dialog().getByRole("button", { name: "Restart" }).click();
      await dialog().getByText("Asked for 3 of 3.").waitFor();
      const outcomes = await dialog().getByRole("listitem").allInnerTexts();
      expect(new Set(outcomes.map((text) => text.replaceAll(/\s*\n\s*/g, ": ")))).toEqual(
        new Set(["ann: Restart asked for", "bob: Restart asked for", "cleo: Does not exist any more"]),
      );
      expect(await wishes()).toHaveLength(2);
      await dialog().getByRole("button", { name: "Close" }).click();
      await database.asOwner("UPDATE mosaic.agent_containers SET retired_at = NULL");
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
      expect(await tab.getByText(/No agent has been started/).count()).toBe(0);
      await tab.evaluate(`addEventListener("click", () => (globalThis.hasClicked = true), { capture: true })`);
      await button("Try again").click();
      await row("ann").waitFor();
      await tab.unrouteAll({ behavior: "wait" });
    },
    PATIENCE_MS,
  );

  test(
    "tells of one agent what it does, why and what comes next, and nothing of what it said",
    async () => {
      await tab.getByRole("link", { name: "bob", exact: true }).click();
      await tab.getByRole("heading", { level: 1, name: "Agent of bob" }).waitFor();
      const page = tab.locator("main");
      for (const words of ["It could not start.", "A start failed.", "No further start follows by itself."])
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
    await dialog().getByLabel("Shown as").first().fill("Night watch");
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
    await dialog().getByText("Write the name exactly as it is.").waitFor();
    await dialog().getByRole("textbox").fill("night-watch");
    await dialog().getByRole("button", { name: "Delete" }).click();
    await tab.getByText(/No system agents yet/).waitFor();
  },
  PATIENCE_MS,
);
