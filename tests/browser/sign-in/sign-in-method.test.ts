// Single sign-on as an administrator sets it up in a browser: stored, tested in a separate window, activated.
import type { Locator, Page } from "playwright-core";
import { ADMIN } from "../../support/core/api.ts";
import { useBrowser } from "../../support/browser/browser.ts";
import { openWindow, signInAt } from "../../support/browser/browser-world.ts";
import { useOidc } from "../../support/sign-in/oidc-world.ts";

const PATIENCE_MS = 300_000;

const world = useOidc();
const browser = useBrowser();
let tab: Page;

beforeAll(async () => {
  world.provider.setPerson("boss", { email: "boss@example.org", email_verified: true, name: "Boss", groups: ["root"] });
  tab = await openWindow(browser, world.api.url);
  await tab.goto("/sign-in?next=/admin/sign-in-method");
  await signInAt(tab, ADMIN);
  await tab.getByRole("heading", { level: 1, name: "Sign-in method" }).waitFor();
}, PATIENCE_MS);

const button = (name: string): Locator => tab.getByRole("button", { name, exact: true });
const store = async (secret: string): Promise<void> => {
  await tab.getByLabel("Client secret").fill(secret);
  await button("Check and save for testing").click();
  await tab.getByText("Sign in once with these settings").waitFor();
};

/** The window that the button opens. */
async function openTest(): Promise<Page> {
  const [popup] = await Promise.all([tab.waitForEvent("popup"), button("Test sign-in").click()]);
  return popup;
}

/** On the provider's own pages; it remembers the person from then on, but asks again whether we may know. */
async function signInThere(popup: Page): Promise<void> {
  await popup.locator("input[name=login]").fill("boss");
  await popup.locator("input[name=password]").fill("any");
  await popup.locator("button[type=submit]").click();
  await consentThere(popup);
}
async function consentThere(popup: Page): Promise<void> {
  await popup.locator("input[name=prompt][value=consent]").waitFor({ state: "attached" });
  await popup.locator("button[type=submit]").click();
}

test(
  "a provider that cannot be found is told at its field; nothing is stored",
  async () => {
    await tab.getByLabel("Issuer URL").fill("http://127.0.0.1:1");
    await tab.getByLabel("Client ID").fill(world.provider.clientId);
    await tab.getByLabel("Client secret").fill("any secret");
    await button("Check and save for testing").click();
    await tab.getByText("The provider could not be reached.").waitFor();
    expect(await button("Activate").count()).toBe(0);
  },
  PATIENCE_MS,
);

test(
  "a test with a wrong secret fails in its window and on the page, and nothing takes effect",
  async () => {
    await tab.getByLabel("Issuer URL").fill(world.provider.issuer);
    await store("not the secret");
    expect(await button("Activate").isDisabled()).toBe(true);
    const popup = await openTest();
    await signInThere(popup);
    await popup.getByRole("heading", { name: "Test sign-in failed" }).waitFor();
    await popup.close();
    await tab.getByText("The identity provider rejects our client ID or secret.").waitFor();
    expect(await button("Activate").isDisabled()).toBe(true);
    expect((await world.methods()).oidc).toBeNull();
  },
  PATIENCE_MS,
);

test(
  "a passed test shows the provider's claims, and its values can be activated unless they are changed again",
  async () => {
    await store(world.provider.clientSecret);
    const popup = await openTest();
    await consentThere(popup);
    await popup.getByRole("heading", { name: "Test sign-in passed" }).waitFor();
    await popup.close();
    await tab.getByText("boss@example.org (verified)").waitFor();
    await tab.getByLabel("Name on the sign-in button").fill("Example Id");
    expect(await button("Activate").isDisabled()).toBe(true);
    await tab.getByLabel("Name on the sign-in button").fill("OpenID Connect");
    await button("Activate").click();
    await tab.getByText("Active for everyone.").waitFor();
    expect((await world.methods()).oidc).toEqual({ displayName: "OpenID Connect" });
    expect(await tab.content()).not.toContain(world.provider.clientSecret);
  },
  PATIENCE_MS,
);

test(
  "switching it off asks first, and takes the button from the sign-in page",
  async () => {
    await button("Switch off").click();
    await tab.getByRole("dialog").getByRole("button", { name: "Switch off" }).click();
    await tab.getByText("Single sign-on is off.").waitFor();
    expect((await world.methods()).oidc).toBeNull();
  },
  PATIENCE_MS,
);
