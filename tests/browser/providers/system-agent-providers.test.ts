// An administrator looks after a system agent's providers in the browser, against the real api and Postgres. The provider is
// a real server that answers as its documentation says (tests/support/providers/provider-apis.ts).
import { join } from "node:path";
import type { Locator, Page } from "playwright-core";
import { createModelDiscovery, createProviderTest } from "../../../adapters/llm/provider-test.ts";
import { ADMIN, useAdmin, useApi } from "../../support/core/api.ts";
import { openWindow, signInAt } from "../../support/browser/browser-world.ts";
import { OPENAI, startProviderStub, TO_STUBS } from "../../support/providers/provider-apis.ts";
import { useBrowser } from "../../support/browser/browser.ts";
import { useWorld } from "../../support/core/use-world.ts";

const PATIENCE_MS = 300_000;
const UI_FOLDER = join(import.meta.dirname, "../../../ui/dist");
const KEYS = { old: "sk-canary-old-0123456789aaaa", rotated: "sk-canary-rotated-9876543210zzzz" };
const LIST = "/admin/system-agents/night-watch/providers";
const REFUSED = "The key was rejected. Check that it is complete, active and meant for this address.";
const PHONE = { width: 360, height: 740 };
const DESK = { width: 1280, height: 800 };

// The provider no longer takes the key that the agent was made with.
const stub = useWorld(async (ends) =>
  ends.adopt(await startProviderStub(OPENAI.answers(KEYS.rotated, ["gpt-5", "gpt-5-mini"])), (it) => it.close()),
);
const api = useApi({
  ...{ uiFolder: UI_FOLDER, testProvider: createProviderTest(TO_STUBS), discoverModels: createModelDiscovery(TO_STUBS) },
});
const admin = useAdmin(api);
const browser = useBrowser();
let tab: Page;

beforeAll(async () => {
  const baseUrl = `${stub.origin.replace("127.0.0.1", "models.test")}/v1`;
  const provider = { type: "openai", name: "work", displayName: "Work", baseUrl, apiKey: KEYS.old, models: ["gpt-5"] };
  await admin.expect(201, "POST", "/api/system-agents", {
    ...{ name: "night-watch", displayName: "Night watch", role: "monitor", provider },
  });
  tab = await openWindow(browser, api.url);
  await tab.goto("/admin/system-agents");
  await signInAt(tab, ADMIN);
}, PATIENCE_MS);

const button = (name: string): Locator => tab.getByRole("button", { name, exact: true });
const link = (name: string): Locator => tab.getByRole("link", { name, exact: true });
const heading = (name: string): Locator => tab.getByRole("heading", { level: 1, name, exact: true });
const card = (name: string): Locator => tab.getByRole("article").filter({ has: tab.getByRole("heading", { name }) });
const names = async (): Promise<string[]> => {
  const { providers } = await admin.expect(200, "GET", "/api/system-agents/night-watch/providers");
  return providers.map(({ name }: { name: string }) => name);
};
const settings = () => admin.expect(200, "GET", "/api/system-agents/night-watch/settings");

test(
  "the agent's list shows its providers, and a test says that the key is refused",
  async () => {
    await link("Providers: Night watch").click();
    await heading("Providers of Night watch").waitFor();
    await tab.getByText("This agent uses work/gpt-5.").waitFor();
    await card("Work").getByText("Key ••••aaaa", { exact: false }).waitFor();
    await card("Work").getByText("Untested", { exact: true }).waitFor();
    await button("Test connection: Work").click();
    await card("Work").getByText("Failing", { exact: true }).waitFor();
    await card("Work").getByText(REFUSED).waitFor();
    expect(stub.seen.map(({ headers }) => headers.authorization)).toEqual([`Bearer ${KEYS.old}`]);
  },
  PATIENCE_MS,
);

test(
  "its key is changed: the form says why the old one fails, and that the new one works",
  async () => {
    const { revision } = await settings();
    await link("Edit: Work").click();
    await heading("Work").waitFor();
    await link("Providers of Night watch").waitFor();
    await tab.getByText("Stored: ••••aaaa.", { exact: false }).waitFor();
    await button("Test connection").click();
    await tab.getByText(REFUSED).waitFor();
    await tab.getByText("The provider answered with status 401.").waitFor();
    await tab.getByLabel("API key", { exact: true }).fill(KEYS.rotated);
    await button("Test connection").click();
    await tab.getByText(/Connected: .* ms, 2 models/).waitFor();
    await tab.getByText("Saving tests the connection and restarts this agent", { exact: false }).waitFor();
    await button("Save").click();
    await heading("Providers of Night watch").waitFor();
    await card("Work").getByText("Key ••••zzzz", { exact: false }).waitFor();
    await card("Work").getByText("Tested", { exact: true }).waitFor();
    expect((await settings()).revision).toBe(revision + 1);
    expect(await admin.expect(200, "GET", "/api/me/providers")).toEqual({ providers: [] });
  },
  PATIENCE_MS,
);

test(
  "a second provider is added on a phone, by way of the agent's menu",
  async () => {
    await tab.setViewportSize(PHONE);
    await tab.goto("/admin/system-agents");
    await button("Actions for Night watch").click();
    await tab.getByRole("menuitem", { name: "Providers", exact: true }).click();
    await link("Add provider").click();
    await heading("New provider").waitFor();
    await tab.getByLabel("Display name").fill("Spare");
    await tab.getByLabel("ID", { exact: true }).fill("spare");
    await tab.getByLabel("API key", { exact: true }).fill(KEYS.rotated);
    await tab.getByLabel("Base URL").fill(`${stub.origin.replace("127.0.0.1", "models.test")}/v1`);
    await tab.getByRole("combobox", { name: "Models" }).fill("gpt-5-mini");
    await tab.keyboard.press("Enter");
    await button("Save").click();
    await card("Spare").getByText("Key ••••zzzz", { exact: false }).waitFor();
    await tab.setViewportSize(DESK);
    expect(await names()).toEqual(["work", "spare"]);
  },
  PATIENCE_MS,
);

test(
  "the model of the second one is chosen on the same page, and the focus comes back",
  async () => {
    await button("Change").focus();
    await tab.keyboard.press("Enter");
    const dialog = tab.getByRole("dialog", { name: "Model and personality of Night watch" });
    await dialog.getByRole("combobox", { name: "Model" }).click();
    await tab.getByRole("option", { name: "spare/gpt-5-mini", exact: true }).click();
    await dialog.getByRole("button", { name: "Save" }).click();
    await dialog.waitFor({ state: "detached" });
    await tab.getByText("This agent uses spare/gpt-5-mini.").waitFor();
    await button("Change").and(tab.locator(":focus")).waitFor();
    expect((await settings()).primaryModel).toBe("spare/gpt-5-mini");
  },
  PATIENCE_MS,
);

test(
  "a deletion says what the agent loses, and leaves the list without it",
  async () => {
    await link("Edit: Spare").click();
    await button("Delete").click();
    const dialog = tab.getByRole("dialog", { name: "Delete Spare?" });
    await dialog.getByText("This agent is set to spare/gpt-5-mini and cannot answer", { exact: false }).waitFor();
    await dialog.getByRole("button", { name: "Cancel" }).and(tab.locator(":focus")).waitFor();
    await dialog.getByRole("button", { name: "Delete" }).click();
    await heading("Providers of Night watch").waitFor();
    await card("Spare").waitFor({ state: "detached" });
    expect(await names()).toEqual(["work"]);
    expect(new URL(tab.url()).pathname).toBe(LIST);
    await link("All system agents").click();
    await heading("System agents").waitFor();
  },
  PATIENCE_MS,
);

test("no key was in any page, address or log", async () => {
  const kept = await tab.evaluate(
    "JSON.stringify({ ...localStorage, ...sessionStorage }) + document.documentElement.outerHTML",
  );
  expect(String(kept) + tab.url() + api.logs()).not.toContain("sk-canary");
});
