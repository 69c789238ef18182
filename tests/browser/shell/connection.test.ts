// What a lost connection, or an update in the meantime, takes away from somebody who is at work: nothing.
import type { Route } from "playwright-core";
import { expectSoon } from "../../support/core/expect-soon.ts";
import { usePlayedTab } from "../../support/browser/played-tab.ts";
import { SIGNED_OUT } from "../../support/browser/ui-fixtures.ts";

const PATIENCE_MS = 300_000;
const AWAY = (route: Route): Promise<void> => route.abort("connectionrefused");

const played = usePlayedTab();

const heading = (name: string, page = played.tab) => page.getByRole("heading", { level: 1, name });
/** Gone as soon as the document is loaded again. */
const markDocument = (): Promise<unknown> => played.tab.evaluate("void (globalThis.isSameDocument = true)");
const isSameDocument = (): Promise<boolean> => played.tab.evaluate<boolean>("globalThis.isSameDocument === true");

test(
  "without a connection, a link that is pointed at, a dialog and a page leave the application standing, and it goes on afterwards",
  async () => {
    await played.tab.goto("/");
    await heading("My agent").waitFor();
    await markDocument();
    await played.context.setOffline(true);
    await played.tab.getByRole("status").filter({ hasText: "You are offline." }).waitFor();
    const missed = played.tab.waitForEvent("requestfailed");
    await played.tab.getByRole("link", { name: "Workspaces", exact: true }).hover();
    await missed;
    await played.tab.keyboard.press("?");
    await heading("Currently unavailable").waitFor();
    await played.tab.getByRole("button", { name: "Try again" }).click();
    await heading("My agent").waitFor();
    await played.tab.getByRole("link", { name: "Users", exact: true }).click();
    await heading("Currently unavailable").waitFor();
    expect(await isSameDocument()).toBe(true);

    await played.context.setOffline(false);
    await played.tab.getByRole("button", { name: "Try again" }).click();
    await heading("Users").waitFor();
    expect(await isSameDocument()).toBe(true);
  },
  PATIENCE_MS,
);

test(
  "a dialog whose file is gone after an update offers to reload",
  async () => {
    await played.tab.goto("/");
    await heading("My agent").waitFor();
    await played.context.route(/shortcuts-dialog/, (route) => route.fulfill({ status: 404 }));
    await played.tab.keyboard.press("?");
    await heading("This page stopped working").waitFor();
    await played.context.unroute(/shortcuts-dialog/);
    await markDocument();
    await played.tab.getByRole("button", { name: "Reload" }).click();
    await heading("My agent").waitFor();
    expect(await isSameDocument()).toBe(false);
  },
  PATIENCE_MS,
);

test(
  "a dialog opens even if the load of its file is aborted, as by a change of the machine's networks",
  async () => {
    await played.tab.goto("/");
    await heading("My agent").waitFor();
    await played.context.route(/shortcuts-dialog.*\.js$/, (route) => route.abort("failed"), { times: 1 });
    const brokenOff = played.tab.waitForEvent("requestfailed");
    await played.tab.keyboard.press("?");
    expect((await brokenOff).url()).toContain("shortcuts-dialog");
    await played.tab.getByRole("dialog", { name: "Keyboard shortcuts" }).waitFor();
  },
  PATIENCE_MS,
);

test(
  "an api that is away at the start is asked again by “Try again”",
  async () => {
    await played.context.route("**/api/**", AWAY);
    await played.tab.goto("/settings/profile");
    await heading("Currently unavailable").waitFor();
    await markDocument();
    await played.context.unroute("**/api/**");
    await played.tab.getByRole("button", { name: "Try again" }).click();
    await heading("Profile").waitFor();
    expect(await isSameDocument()).toBe(true);
  },
  PATIENCE_MS,
);

test(
  "nobody is told to be signed out while their session lives; once it is over, every tab knows and keeps nothing",
  async () => {
    const other = await played.context.newPage();
    for (const page of [played.tab, other]) {
      await page.goto("/");
      await heading("My agent", page).waitFor();
      await page.evaluate(`sessionStorage.setItem("mosaic-draft-somebody-main", "what they wrote")`);
    }
    const signOut = async (): Promise<void> => {
      await played.tab.getByRole("button", { name: "Ana Weber" }).click();
      await played.tab.getByRole("menuitem", { name: "Sign out" }).click();
    };
    await played.context.route("**/api/session", AWAY);
    await signOut();
    await played.tab.getByRole("alert").filter({ hasText: "You are still signed in." }).waitFor();
    expect(await heading("My agent").isVisible()).toBe(true);

    await played.context.unroute("**/api/session");
    played.stage.play({
      ...SIGNED_OUT,
      "DELETE /api/session": { status: 401, body: { error: { code: "UNAUTHENTICATED", message: "" } } },
    });
    await signOut();
    for (const page of [played.tab, other]) {
      await heading("Sign in", page).waitFor();
      await expectSoon(() => page.evaluate<string | null>("sessionStorage.getItem('mosaic-draft-somebody-main')"), null);
    }
  },
  PATIENCE_MS,
);
