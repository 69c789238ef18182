// Signing in through a real identity provider, in a real browser: there, back, and on to where one wanted to go.
import type { Browser, Page } from "playwright-core";
import { ADMIN } from "../support/api.ts";
import { openBrowser } from "../support/browser.ts";
import { openWindow, signInAt } from "../support/browser-world.ts";
import { startOidcWorld, type OidcWorld } from "../support/oidc-world.ts";

const PATIENCE_MS = 120_000;
const PROVIDER = "Example Id";

let world: OidcWorld;
let browser: Browser;

beforeAll(async () => {
  world = await startOidcWorld();
  world.provider.setPerson("mira", { email: "mira@example.org", email_verified: true, name: "Mira Okonkwo" });
  await world.use({ displayName: PROVIDER });
  browser = await openBrowser();
}, PATIENCE_MS);

afterAll(async () => {
  await browser?.close();
  await world?.close();
}, PATIENCE_MS);

const offer = (tab: Page) => tab.getByRole("button", { name: `Sign in with ${PROVIDER}` });

/** On the provider's own pages. */
async function signInThere(tab: Page, subject: string): Promise<void> {
  await tab.waitForURL(`${world.provider.issuer}/**`);
  await tab.locator("input[name=login]").fill(subject);
  await tab.locator("input[name=password]").fill("any");
  await tab.locator("button[type=submit]").click();
  await tab.locator("form[action$=confirm], input[name=prompt][value=consent]").first().waitFor({ state: "attached" });
  await tab.locator("button[type=submit]").click();
}

test(
  "whoever signs in there comes back to the page they had asked for, as themselves",
  async () => {
    const tab = await openWindow(browser, world.api.url);
    await tab.goto("/settings/agent");
    await offer(tab).click();
    await signInThere(tab, "mira");
    await tab.getByRole("heading", { level: 1, name: "Agent" }).waitFor();
    const { pathname, search } = new URL(tab.url());
    expect([pathname, search]).toEqual(["/settings/agent", ""]);
    await tab.getByRole("button", { name: "Mira Okonkwo" }).waitFor();
    await tab.reload();
    await tab.getByRole("button", { name: "Mira Okonkwo" }).waitFor();
    await tab.context().close();
  },
  PATIENCE_MS,
);

test(
  "who says no there is told so here, and may try again",
  async () => {
    const tab = await openWindow(browser, world.api.url);
    await tab.goto("/sign-in");
    await offer(tab).click();
    await tab.waitForURL(`${world.provider.issuer}/**`);
    await tab.locator("a[href$=abort]").click();
    await tab.waitForURL(`${world.api.url}/**`);
    await tab.getByRole("alert").waitFor();
    expect(new URL(tab.url()).search).toBe("");
    await tab.getByRole("link", { name: /sign-in|sign in/i }).click();
    await offer(tab).waitFor();
    await tab.context().close();
  },
  PATIENCE_MS,
);

test(
  "while the provider is down its button says so, and the local account lets one in",
  async () => {
    await world.provider.goDown();
    const tab = await openWindow(browser, world.api.url);
    await tab.goto("/sign-in");
    await offer(tab).click();
    await tab.getByRole("alert").waitFor();
    await signInAt(tab, ADMIN);
    await tab.getByRole("heading", { level: 1, name: "My agent" }).waitFor();
    expect(new URL(tab.url()).pathname).toBe("/");
    await world.provider.comeBack();
    await tab.context().close();
  },
  PATIENCE_MS,
);
