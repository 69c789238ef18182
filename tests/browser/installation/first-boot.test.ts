// From a fresh installation to the first answer, by keyboard alone, with a reload in each step.
import type { Locator, Page } from "playwright-core";
import { ADMIN, openWindow, startBrowserWorld, type BrowserWorld } from "../../support/browser/browser-world.ts";
import { pressOn, tabTo, typeInto } from "../../support/browser/keyboard.ts";

const PATIENCE_MS = 600_000;

let world: BrowserWorld;
let tab: Page;

beforeAll(async () => {
  world = await startBrowserWorld("first-boot");
  tab = await openWindow(world.browser, world.stack.url);
}, PATIENCE_MS);

afterAll(() => world?.close(), PATIENCE_MS);

const field = (name: string): Locator => tab.getByLabel(name, { exact: true });
const button = (name: string): Locator => tab.getByRole("button", { name, exact: true });
const step = (title: string): Locator => tab.getByRole("heading", { level: 2, name: title });

/** Its heading has taken the focus: before, it would take it away from whoever writes. */
const arrived = (title: string): Promise<void> => step(title).and(tab.locator(":focus")).waitFor();

/** A reload comes back to the same step. */
async function expectArrival(title: string): Promise<void> {
  await arrived(title);
  await tab.reload();
  await arrived(title);
  expect(await tab.getByRole("heading", { level: 2 }).allTextContents()).toEqual([title]);
}

test(
  "every address leads to the set-up, which begins with the first administrator",
  async () => {
    await tab.goto("/settings/keys");
    await expectArrival("The first administrator");
    expect(new URL(tab.url()).pathname).toBe("/onboarding");
  },
  PATIENCE_MS,
);

test(
  "a wrong set-up token is refused at once and nothing that was typed is lost",
  async () => {
    await typeInto(tab, field("Set-up token"), "not the token");
    await typeInto(tab, field("User name"), ADMIN.username);
    await typeInto(tab, field("Password"), ADMIN.password);
    await typeInto(tab, field("Repeat password"), ADMIN.password);
    await tab.keyboard.press("Enter");
    await tab.getByText("Wrong set-up token.").waitFor();
    expect(await field("User name").inputValue()).toBe(ADMIN.username);
  },
  PATIENCE_MS,
);

test(
  "the right one makes the administrator; single sign-on can be skipped",
  async () => {
    await tab.reload();
    await arrived("The first administrator");
    await typeInto(tab, field("Set-up token"), world.stack.setupToken);
    await typeInto(tab, field("User name"), ADMIN.username);
    await typeInto(tab, field("Password"), ADMIN.password);
    await typeInto(tab, field("Repeat password"), ADMIN.password);
    await pressOn(tab, button("Continue"));
    await expectArrival("Single sign-on");
    await pressOn(tab, button("Skip this step"));
    await expectArrival("Your first model provider");
  },
  PATIENCE_MS,
);

test(
  "the end, called by its address with no model connected, says what is missing and leads there",
  async () => {
    await tab.goto("/onboarding?step=finish");
    await tab.getByText("No model is connected yet, so your agent cannot answer.").waitFor();
    expect(await step("Everything is ready").count()).toBe(0);
    await pressOn(tab, tab.getByRole("link", { name: "Connect a model provider" }));
    await expectArrival("Your first model provider");
  },
  PATIENCE_MS,
);

test(
  "the provider is tested for real: a wrong key fails at the key, the right one passes",
  async () => {
    await tabTo(tab, tab.getByRole("radio", { checked: true }));
    for (let presses = 0; presses < 4; presses += 1) await tab.keyboard.press("ArrowRight");
    await typeInto(tab, field("Display name"), "Local");
    await typeInto(tab, field("Base URL"), world.model.url);
    await typeInto(tab, field("API key"), "wrong");
    await pressOn(tab, button("Test connection"));
    await tab
      .getByText(/key was rejected|refused the (?:API )?key/i)
      .first()
      .waitFor();
    await tabTo(tab, field("API key"));
    await tab.keyboard.press("Control+A");
    await tab.keyboard.type(world.model.apiKey);
    await pressOn(tab, button("Test connection"));
    await tab.getByText(/\d+ ms/).waitFor();
    // What it offers is chosen already: nobody ends without a model.
    await tab.getByText("demo-1", { exact: true }).first().waitFor();
    await pressOn(tab, button("Continue"));
    await expectArrival("System agents");
  },
  PATIENCE_MS,
);

test(
  "system agents can wait; the set-up ends at home, and the address of the set-up is gone",
  async () => {
    await pressOn(tab, button("Skip this step"));
    await expectArrival("Everything is ready");
    await pressOn(tab, button("Finish the set-up"));
    await tab.getByText("Your agent starts with your first message.").waitFor();
    await tab.goto("/onboarding");
    await tab.getByRole("heading", { level: 1, name: "My agent" }).waitFor();
    expect(new URL(tab.url()).pathname).toBe("/");
  },
  PATIENCE_MS,
);

test(
  "the first message wakes the agent, and its answer arrives",
  async () => {
    await pressOn(tab, tab.getByRole("main").getByRole("link", { name: "Chat" }));
    await typeInto(tab, field("Message"), "Hello, agent");
    // Looked for from before, as it does not stay.
    await Promise.all([tab.getByText("Your agent is waking up").waitFor(), tab.keyboard.press("Enter")]);
    await tab.getByText("You said: “Hello, agent”; the first thing I hear.").waitFor();
    await tab.getByRole("status").filter({ hasText: "Complete" }).waitFor({ state: "attached" });
    expect(await tab.getByText("Your agent is waking up").count()).toBe(0);
  },
  PATIENCE_MS,
);
