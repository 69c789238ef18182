// Signing in through a real identity provider, in a real browser: there, back, and on to where one wanted to go.
import type { Page } from "playwright-core";
import { ADMIN } from "../../support/core/api.ts";
import { useBrowser } from "../../support/browser/browser.ts";
import { openWindow, signInAt } from "../../support/browser/browser-world.ts";
import { expectSoon } from "../../support/core/expect-soon.ts";
import { useOidc } from "../../support/sign-in/oidc-world.ts";

const PATIENCE_MS = 300_000;
const PROVIDER = "Example Id";

const world = useOidc();
const browser = useBrowser();

beforeAll(async () => {
  world.provider.setPerson("mira", { email: "mira@example.org", email_verified: true, name: "Mira Okonkwo" });
  await world.use({ displayName: PROVIDER });
});

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
  "signing in there leads back to the requested page, as the right user",
  async () => {
    const tab = await openWindow(browser, world.api.url);
    await tab.goto("/settings/agent");
    await offer(tab).click();
    await signInThere(tab, "mira");
    await tab.getByRole("heading", { level: 1, name: "Agent" }).waitFor();
    const place = (): readonly string[] => [new URL(tab.url()).pathname, new URL(tab.url()).search];
    await expectSoon(place, ["/settings/agent", ""]);
    await tab.getByRole("button", { name: "Mira Okonkwo" }).waitFor();
    await tab.reload();
    await tab.getByRole("button", { name: "Mira Okonkwo" }).waitFor();
    await tab.context().close();
  },
  PATIENCE_MS,
);

test(
  "an account with a password links an identity in its profile, is entered with it, and takes it away again",
  async () => {
    world.provider.setPerson("root-elsewhere", { email: "root@example.org", email_verified: true });
    const tab = await openWindow(browser, world.api.url);
    await tab.goto("/settings/profile");
    await tab.getByRole("button", { name: "or with a local account" }).click();
    await signInAt(tab, ADMIN);
    await tab.getByText("No identity provider is linked.").waitFor();
    await tab.getByRole("button", { name: `Link ${PROVIDER}` }).click();
    const password = tab.getByRole("dialog").getByLabel("Current password");
    await password.fill("not this one");
    await tab.getByRole("button", { name: "Continue" }).click();
    await tab.getByText("The current password is wrong.").waitFor();
    await password.fill(ADMIN.password);
    await tab.getByRole("button", { name: "Continue" }).click();
    await signInThere(tab, "root-elsewhere");
    const unlink = tab.getByRole("button", { name: `Unlink ${world.provider.issuer}` });
    await unlink.waitFor();
    const owner = "SELECT u.name FROM mosaic.user_identities i JOIN mosaic.users u ON u.id = i.user_id WHERE i.subject = $1";
    const owners = () => world.database.asOwner(owner, ["root-elsewhere"]);
    expect(await owners()).toEqual([{ name: ADMIN.username }]);
    const other = await openWindow(browser, world.api.url);
    await other.goto("/settings/profile");
    await offer(other).click();
    await signInThere(other, "root-elsewhere");
    await other.getByRole("definition").filter({ hasText: ADMIN.username }).first().waitFor();
    await other.context().close();
    await unlink.click();
    await tab.getByRole("dialog").getByRole("button", { name: "Unlink" }).click();
    await tab.getByText("No identity provider is linked.").waitFor();
    expect(await owners()).toEqual([]);
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
    await expectSoon(() => new URL(tab.url()).search, "");
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
