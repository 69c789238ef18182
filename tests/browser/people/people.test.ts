// People and their keys in a browser, against the real api and Postgres: invitations, guards, last pages, secrets, languages.
import { join } from "node:path";
import type { Locator, Page } from "playwright-core";
import { ADMIN, useAdmin, useApi } from "../../support/core/api.ts";
import { openWindow, signInAt, useAdminTab } from "../../support/browser/browser-world.ts";
import { nextDrawing } from "../../support/browser/page-visit.ts";
import { expectSoon } from "../../support/core/expect-soon.ts";
import { useBrowser } from "../../support/browser/browser.ts";

const PATIENCE_MS = 300_000;
const UI_FOLDER = join(import.meta.dirname, "../../../ui/dist");
const GUEST = { username: "bruno", password: "bruno has a long secret" } as const;
const SMALLEST_PAGE = 25;

const api = useApi({ uiFolder: UI_FOLDER });
const admin = useAdmin(api);
const browser = useBrowser();
const tab = useAdminTab(browser, () => api.url);

const button = (name: string | RegExp): Locator => tab.getByRole("button", { name, exact: true });
const dialog = (): Locator => tab.getByRole("dialog");
/** All that this tab could give away: what it shows, and what it keeps. */
const everythingKept = (page: Page): Promise<string> =>
  page.evaluate<string>(
    `document.documentElement.outerHTML + JSON.stringify(localStorage) + JSON.stringify(sessionStorage) + location.href + JSON.stringify(history.state)`,
  );

/** A dialog that shows a secret stays until its own button is pressed, and then nothing of it is left in the tab. */
async function takeShownSecret(): Promise<string> {
  const shown = dialog().locator("pre").first();
  await shown.waitFor();
  const secret = (await shown.innerText()).trim();
  await tab.keyboard.press("Escape");
  await tab.mouse.click(5, 5);
  expect(await shown.innerText()).toContain(secret);
  await button("I have saved it").click();
  await shown.waitFor({ state: "detached" });
  expect(await everythingKept(tab)).not.toContain(secret);
  return secret;
}

describe("an invitation", () => {
  let link: string;

  test(
    "is made by an administrator, whose dialog shows its link for the only time",
    async () => {
      await tab.goto("/admin/users");
      await button("Invite").click();
      await dialog().getByLabel("E-mail").fill("bruno@invited.example");
      await button("Create link").click();
      link = await takeShownSecret();
      expect(new URL(link)).toMatchObject({ origin: api.url, pathname: "/invite" });
      await tab.getByRole("link", { name: /^Invitations/ }).click();
      await tab.getByRole("cell", { name: "bruno@invited.example" }).waitFor();
    },
    PATIENCE_MS,
  );

  test(
    "creates the account of the person who accepts it, even after a reload, and signs them in",
    async () => {
      const guest = await openWindow(browser, api.url);
      await guest.goto(link);
      await guest.getByText("bruno@invited.example").waitFor();
      await guest.reload();
      await guest.getByLabel("User name").fill(GUEST.username);
      await guest.getByLabel("Your name").fill("Bruno Klein");
      await guest.getByLabel("Password", { exact: true }).fill(GUEST.password);
      await guest.getByRole("button", { name: "Create my account" }).click();
      await guest.getByRole("heading", { level: 1, name: "My agent" }).waitFor();
      expect(await everythingKept(guest)).not.toContain(new URL(link).hash.slice(1));
      await guest.goto("/admin/users");
      await guest.getByRole("heading", { name: "Page not found" }).waitFor();
      await guest.context().close();
    },
    PATIENCE_MS,
  );

  test(
    "works once",
    async () => {
      const late = await openWindow(browser, api.url);
      await late.goto(link);
      await late.getByText("This link no longer works. Ask for a new one.").waitFor();
      expect(await late.getByRole("textbox").count()).toBe(0);
      await late.context().close();
    },
    PATIENCE_MS,
  );
});

describe("deactivating oneself", () => {
  test(
    "cannot be chosen, says why, and is refused by the api too",
    async () => {
      await tab.goto("/admin/users");
      const { id, name } = (await admin.expect(200, "GET", "/api/session")).user;
      await button(`Actions for ${name}`).click();
      const item = tab.getByRole("menuitem", { name: /^Deactivate/ });
      await item.getByText("You cannot deactivate yourself.").waitFor();
      await item.press("Enter");
      expect([await item.getAttribute("aria-disabled"), await dialog().count()]).toEqual(["true", 0]);
      expect((await admin.call("POST", `/api/users/${id}/deactivate`, { reason: "I want to." })).status).toBe(409);
      expect((await admin.call("GET", "/api/session")).status).toBe(200);
    },
    PATIENCE_MS,
  );
});

test(
  "taking the only row of the last page away leads to the page before it, rows and address alike",
  async () => {
    for (let number = 0; number <= SMALLEST_PAGE; number += 1)
      await admin.expect(201, "POST", "/api/invites", { email: `person-${number}@many.example` });
    await tab.goto(`/admin/users?tab=invites&limit=${SMALLEST_PAGE}&page=2`);
    await tab.getByText(`${SMALLEST_PAGE + 1}–${SMALLEST_PAGE + 1} of ${SMALLEST_PAGE + 1}`).waitFor();
    await button(/^Revoke the invitation for/).click();
    await dialog().getByRole("button", { name: "Revoke", exact: true }).click();
    await tab.getByText(`1–${SMALLEST_PAGE} of ${SMALLEST_PAGE}`).waitFor();
    await expectSoon(() => new URL(tab.url()).searchParams.get("page") ?? "1", "1");
    await expectSoon(() => tab.getByRole("row").count(), SMALLEST_PAGE + 1);
    await tab.goto(`/admin/users?tab=invites&limit=${SMALLEST_PAGE}&page=9`);
    await tab.getByText(`1–${SMALLEST_PAGE} of ${SMALLEST_PAGE}`).waitFor();
  },
  PATIENCE_MS,
);

test(
  "a new key is shown once and works; afterwards the tab does not hold it any more",
  async () => {
    await tab.goto("/settings/keys");
    await button("Create key").first().click();
    await dialog().getByLabel("Name").fill("Laptop");
    await dialog().getByRole("button", { name: "Create key" }).click();
    const key = await takeShownSecret();
    const answer = await api.session().call("GET", "/v1/models", undefined, { authorization: `Bearer ${key}` });
    expect(answer.status).toBe(200);
    await tab.reload();
    await tab.getByText("Laptop").waitFor();
    expect(await everythingKept(tab)).not.toContain(key);
  },
  PATIENCE_MS,
);

describe("language and colours", () => {
  const choose = async (name: string): Promise<void> => {
    await tab.getByRole("button", { name: /root/ }).first().click();
    await tab.getByRole("menuitemradio", { name, exact: true }).click();
    // It stays open, for the other choice.
    await tab.keyboard.press("Escape");
    await tab.getByRole("menu").waitFor({ state: "detached" });
  };
  const saved = () => tab.waitForResponse((response) => response.request().method() === "PATCH");
  const preferences = async (): Promise<unknown> => (await admin.expect(200, "GET", "/api/me")).preferences;

  test(
    "stay with the account: they are there in the next visit, and in another browser after signing in",
    async () => {
      await tab.goto("/settings/profile");
      await Promise.all([saved(), choose("Deutsch")]);
      await tab.getByRole("heading", { level: 1, name: "Profil" }).waitFor();
      await Promise.all([saved(), choose("Dunkel")]);
      expect(await preferences()).toEqual({ language: "de", colourScheme: "dark" });
      await tab.goto("/");
      await tab.getByRole("heading", { level: 1, name: "Mein Agent" }).waitFor();
      await tab.locator("html[lang=de]").waitFor();
      const other = await openWindow(browser, api.url);
      await other.goto("/");
      await signInAt(other, ADMIN);
      await other.getByRole("heading", { level: 1, name: "Mein Agent" }).waitFor();
      await other.locator("html[data-mantine-color-scheme=dark]").waitFor();
      await other.context().close();
    },
    PATIENCE_MS,
  );

  test(
    "are what was chosen last, also by somebody who was faster than the answer about their account",
    async () => {
      let answer: () => void = () => {};
      const held = new Promise<void>((resolve) => (answer = resolve));
      await tab.route("**/api/me", async (route) => {
        if (route.request().method() !== "GET") return await route.fallback();
        const response = await route.fetch();
        await held;
        await route.fulfill({ response });
      });
      await tab.goto("/settings/profile");
      await Promise.all([saved(), choose("Hell")]);
      answer();
      await tab.getByLabel("Name", { exact: true }).waitFor();
      await nextDrawing(tab);
      await tab.unrouteAll({ behavior: "wait" });
      expect(await tab.locator("html").getAttribute("data-mantine-color-scheme")).toBe("light");
      await Promise.all([saved(), choose("Dunkel")]);
    },
    PATIENCE_MS,
  );

  test(
    "count in this browser when the account cannot be reached, which says so",
    async () => {
      await tab.goto("/settings/profile");
      await tab.getByRole("heading", { level: 1, name: "Profil" }).waitFor();
      await tab.route("**/api/me", (route) => (route.request().method() === "PATCH" ? route.abort() : route.fallback()));
      await choose("Hell");
      await tab.getByText("Sie konnten nicht in deinem Konto gespeichert werden", { exact: false }).waitFor();
      await tab.locator("html[data-mantine-color-scheme=light]").waitFor();
      expect(await preferences()).toMatchObject({ colourScheme: "dark" });
      await tab.unroute("**/api/me");
      await Promise.all([saved(), choose("System")]);
      await tab
        .getByText("Sie konnten nicht in deinem Konto gespeichert werden", { exact: false })
        .waitFor({ state: "detached" });
      expect(await preferences()).toMatchObject({ colourScheme: "system" });
    },
    PATIENCE_MS,
  );
});
