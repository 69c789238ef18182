// Agents with keys of their own in a browser, against the real api and Postgres: what the owner, the administrator and the
// agent's builder each do, and that a key works exactly as long as the pages say.
import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Locator } from "playwright-core";
import { z } from "zod";
import { useAdmin, useApi } from "../../support/core/api.ts";
import { openWindow, useAdminTab } from "../../support/browser/browser-world.ts";
import { expectSoon } from "../../support/core/expect-soon.ts";
import { useBrowser } from "../../support/browser/browser.ts";

const PATIENCE_MS = 300_000;
const UI_FOLDER = join(import.meta.dirname, "../../../ui/dist");
const REASON = "It sent 40 messages a minute.";
const KEY = /^oak_live_[a-z2-7]{20}_[0-9A-Za-z]{49}$/;

const api = useApi({ uiFolder: UI_FOLDER });
useAdmin(api);
const browser = useBrowser();
const tab = useAdminTab(browser, () => api.url);
let firstKey = "";
let secondKey = "";

const button = (name: string | RegExp): Locator => tab.getByRole("button", { name, exact: true });
const dialog = (): Locator => tab.getByRole("dialog");
const inDialog = (name: string): Locator => dialog().getByRole("button", { name, exact: true });
const everythingKept = (): Promise<string> =>
  tab.evaluate<string>(
    `document.documentElement.outerHTML + JSON.stringify(localStorage) + JSON.stringify(sessionStorage) + location.href + JSON.stringify(history.state)`,
  );

/** What the dialog shows for the only time: it stays until its own button is pressed. */
async function takeShownKey(): Promise<string> {
  const shown = dialog().locator("pre").first();
  await shown.waitFor();
  const key = (await shown.innerText()).trim();
  await tab.keyboard.press("Escape");
  await tab.mouse.click(5, 5);
  expect(await shown.innerText()).toContain(key);
  await inDialog("I have saved it").click();
  await shown.waitFor({ state: "detached" });
  expect(await everythingKept()).not.toContain(key);
  expect(key).toMatch(KEY);
  return key;
}

async function statusWith(key: string): Promise<number> {
  return (await fetch(`${api.url}/agent/me`, { headers: { authorization: `Agent ${key}` } })).status;
}

test(
  "an agent is created with the least permission, and its key works",
  async () => {
    await tab.goto("/settings/agents");
    await button("Create agent").click();
    await dialog().getByLabel("Name").fill("night-build");
    await dialog().getByLabel("Description").fill("Explains failed builds.");
    await inDialog("Create agent").click();
    firstKey = await takeShownKey();
    await tab.getByRole("heading", { level: 1, name: "night-build" }).waitFor();
    await tab.getByText("Explains failed builds.").waitFor();
    await tab.getByText("Send messages to its agent").waitFor();
    expect(await statusWith(firstKey)).toBe(200);
  },
  PATIENCE_MS,
);

test(
  "the line that the public page prints says, with the key, which agent it is",
  async () => {
    const builder = await openWindow(browser, api.url);
    await builder.goto("/sign-in");
    await builder.getByRole("link", { name: "Agent login instructions" }).click();
    await builder.getByRole("heading", { level: 1, name: "Agent login instructions" }).waitFor();
    const line = await builder.locator("pre").filter({ hasText: "/agent/me" }).innerText();
    const env = { PATH: process.env["PATH"], MOSAIC_AGENT_KEY: firstKey };
    const { stdout } = await promisify(execFile)("sh", ["-c", line], { env });
    expect(z.looseObject({ handle: z.string() }).parse(JSON.parse(stdout)).handle).toBe("night-build");
    await builder.context().close();
  },
  PATIENCE_MS,
);

test(
  "a key that is replaced with an overlap works beside the new one, until it is revoked",
  async () => {
    await button(/^Actions for/).click();
    await tab.getByRole("menuitem", { name: "Replace" }).click();
    await dialog().getByRole("radio", { name: "1 more hour" }).check();
    await inDialog("Replace").click();
    secondKey = await takeShownKey();
    await tab.getByText("Being replaced").waitFor();
    expect([await statusWith(firstKey), await statusWith(secondKey)]).toEqual([200, 200]);
    const old = tab.getByRole("article").filter({ hasText: "Being replaced" });
    await old.getByRole("button").click();
    await tab.getByRole("menuitem", { name: "Revoke" }).click();
    await inDialog("Revoke").click();
    await tab.getByText("1 ended key").waitFor();
    expect([await statusWith(firstKey), await statusWith(secondKey)]).toEqual([401, 200]);
  },
  PATIENCE_MS,
);

test(
  "an administrator disables an agent with a reason, which its owner sees; only an administrator enables it",
  async () => {
    await tab.goto("/admin/agents?search=night");
    await button("Disable: night-build").click();
    await dialog().getByLabel("Reason").fill(REASON);
    await inDialog("Disable").click();
    await button("Enable: night-build").waitFor();
    expect(await statusWith(secondKey)).toBe(401);
    await tab.goto("/settings/agents");
    await tab.getByRole("link", { name: "night-build" }).click();
    await tab.getByText(`Disabled by an administrator: “${REASON}”`).waitFor();
    await tab.getByText("Only an administrator can enable it.").waitFor();
    expect(await button("Enable").count()).toBe(0);
    await tab.goto("/admin/agents?status=disabled");
    await button("Enable: night-build").click();
    await dialog().getByLabel("Reason").fill("It is mended.");
    await inDialog("Enable").click();
    await tab.getByText("No matches.").waitFor();
    await expectSoon(() => statusWith(secondKey), 200);
  },
  PATIENCE_MS,
);
