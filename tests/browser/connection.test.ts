// What a lost connection, or an update in the meantime, takes away from somebody who is at work: nothing.
import type { Browser, BrowserContext, Page, Route } from "playwright-core";
import { openBrowser } from "../support/browser.ts";
import { SIGNED_IN, SIGNED_OUT } from "../support/ui-fixtures.ts";
import { startUiStage, type UiStage } from "../support/ui-stage.ts";

const PATIENCE_MS = 120_000;
const AWAY = (route: Route): Promise<void> => route.abort("connectionrefused");

let stage: UiStage;
let browser: Browser;
let context: BrowserContext;
let tab: Page;

beforeAll(async () => {
  stage = await startUiStage();
  browser = await openBrowser();
}, PATIENCE_MS);

afterAll(async () => {
  await browser?.close();
  await stage?.close();
}, PATIENCE_MS);

beforeEach(async () => {
  stage.play(SIGNED_IN);
  context = await browser.newContext({ baseURL: stage.url, locale: "en-GB", reducedMotion: "reduce" });
  context.setDefaultTimeout(60_000);
  tab = await context.newPage();
}, PATIENCE_MS);

afterEach(async () => {
  await context?.close();
}, PATIENCE_MS);

const heading = (name: string, page = tab) => page.getByRole("heading", { level: 1, name });
/** Lost as soon as the document is loaded anew. */
const markDocument = (): Promise<unknown> => tab.evaluate("void (globalThis.isSameDocument = true)");
const isSameDocument = (): Promise<boolean> => tab.evaluate<boolean>("globalThis.isSameDocument === true");

test(
  "without a connection, a link that is pointed at, a dialog and a page leave the application standing, and it goes on afterwards",
  async () => {
    await tab.goto("/");
    await heading("My agent").waitFor();
    await markDocument();
    await context.setOffline(true);
    await tab.getByRole("status").filter({ hasText: "You are offline." }).waitFor();
    const missed = tab.waitForEvent("requestfailed");
    await tab.getByRole("link", { name: "Workspaces", exact: true }).hover();
    await missed;
    await tab.keyboard.press("?");
    await heading("Not available now").waitFor();
    await tab.getByRole("button", { name: "Try again" }).click();
    await heading("My agent").waitFor();
    await tab.getByRole("link", { name: "Users", exact: true }).click();
    await heading("Not available now").waitFor();
    expect(await isSameDocument()).toBe(true);

    await context.setOffline(false);
    await tab.getByRole("button", { name: "Try again" }).click();
    await heading("Users").waitFor();
    expect(await isSameDocument()).toBe(true);
  },
  PATIENCE_MS,
);

test(
  "a dialog whose file is gone after an update offers to reload",
  async () => {
    await tab.goto("/");
    await heading("My agent").waitFor();
    await context.route(/shortcuts-dialog/, (route) => route.fulfill({ status: 404 }));
    await tab.keyboard.press("?");
    await heading("This page stopped working").waitFor();
    await context.unroute(/shortcuts-dialog/);
    await markDocument();
    await tab.getByRole("button", { name: "Reload" }).click();
    await heading("My agent").waitFor();
    expect(await isSameDocument()).toBe(false);
  },
  PATIENCE_MS,
);

test(
  "an api that is away at the start is asked again by “Try again”",
  async () => {
    await context.route("**/api/**", AWAY);
    await tab.goto("/settings/profile");
    await heading("Not available now").waitFor();
    await markDocument();
    await context.unroute("**/api/**");
    await tab.getByRole("button", { name: "Try again" }).click();
    await heading("Profile").waitFor();
    expect(await isSameDocument()).toBe(true);
  },
  PATIENCE_MS,
);

test(
  "nobody is told to be signed out while their session lives; once it is over, every tab knows and keeps nothing",
  async () => {
    const other = await context.newPage();
    for (const page of [tab, other]) {
      await page.goto("/");
      await heading("My agent", page).waitFor();
      await page.evaluate(`sessionStorage.setItem("mosaic-draft-somebody-main", "what they wrote")`);
    }
    const signOut = async (): Promise<void> => {
      await tab.getByRole("button", { name: "Ana Weber" }).click();
      await tab.getByRole("menuitem", { name: "Sign out" }).click();
    };
    await context.route("**/api/session", AWAY);
    await signOut();
    await tab.getByRole("alert").filter({ hasText: "You are still signed in." }).waitFor();
    expect(await heading("My agent").isVisible()).toBe(true);

    await context.unroute("**/api/session");
    stage.play({
      ...SIGNED_OUT,
      "DELETE /api/session": { status: 401, body: { error: { code: "UNAUTHENTICATED", message: "" } } },
    });
    await signOut();
    for (const page of [tab, other]) {
      await heading("Sign in", page).waitFor();
      expect(await page.evaluate("JSON.stringify(sessionStorage)")).not.toContain("what they wrote");
    }
  },
  PATIENCE_MS,
);
