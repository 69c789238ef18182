// The caller's agent in a browser: answers stream, can be stopped and requested again; settings restart it once.
import type { Locator, Page } from "playwright-core";
import { agentConfigViewSchema } from "../../../contracts/agent-config/agent-config.ts";
import { containerViewSchema, type ContainerView } from "../../../contracts/containers/agent-container.ts";
import {
  ADMIN,
  openWindow,
  setUpWorld,
  signInAt,
  startBrowserWorld,
  type BrowserWorld,
} from "../../support/browser/browser-world.ts";
import type { ApiSession } from "../../support/core/api-session.ts";

const PATIENCE_MS = 600_000;
/** A minute of talking, which is stopped long before. */
const LAST_WORD = "word1999";
const LONG = Array.from({ length: 2_000 }, (_, index) => `word${index}`).join(" ");
/** Twelve seconds, so that a message still finds it going on when everything stood still for some of them. */
const TWELVE_SECONDS = Array.from({ length: 400 }, (_, index) => `step${index}`).join(" ");

let world: BrowserWorld;
let admin: ApiSession;
let tab: Page;

beforeAll(async () => {
  world = await startBrowserWorld("chat");
  admin = await setUpWorld(world);
  tab = await openWindow(world.browser, world.stack.url);
}, PATIENCE_MS);

afterAll(() => world?.close(), PATIENCE_MS);

const box = (): Locator => tab.getByLabel("Message", { exact: true });
const button = (name: string): Locator => tab.getByRole("button", { name, exact: true });
const answers = (): Locator => tab.getByRole("log").locator("article[aria-busy]");
const conversation = (name: string): Locator =>
  tab.getByRole("navigation", { name: "Conversations" }).getByRole("link", { name });
const agentView = async (): Promise<ContainerView> =>
  containerViewSchema.parse(await admin.expect(200, "GET", "/api/me/agent"));

async function say(text: string): Promise<void> {
  await box().fill(text);
  await box().press("Enter");
}

test(
  "signing in leads back to the requested page",
  async () => {
    await tab.goto("/chat?from=a-bookmark");
    await tab.getByRole("heading", { name: "Sign in" }).waitFor();
    await signInAt(tab, { ...ADMIN, password: "not the password" });
    await tab.getByText("Wrong user name or password.").waitFor();
    await signInAt(tab, ADMIN);
    await box().waitFor();
    expect(new URL(tab.url()).pathname).toBe("/chat");
  },
  PATIENCE_MS,
);

test(
  "a message to an agent that sleeps shows how it wakes up, then one answer with its markdown drawn",
  async () => {
    // Looked for from before, as it does not stay.
    await Promise.all([tab.getByText("Your agent is waking up").waitFor(), say("**bold** and `code`")]);
    await answers().last().locator("strong", { hasText: "bold" }).waitFor();
    await answers().last().locator("code", { hasText: "code" }).waitFor();
    await tab.locator("article[aria-busy=false]").waitFor();
    expect(await answers().count()).toBe(1);
    expect(await agentView()).toMatchObject({ status: "running", generation: 1 });
  },
  PATIENCE_MS,
);

test(
  "an answer grows while it is said; Stop keeps what has been said, and the next message works",
  async () => {
    await say(LONG);
    await answers().last().getByText("word5").waitFor();
    await button("Stop").click();
    await tab.getByText("Stopped by you.").waitFor();
    const kept = await answers().last().innerText();
    expect(kept).toContain("word5");
    expect(kept).not.toContain(LAST_WORD);
    await say("Are you there?");
    await answers().last().getByText("You said: “Are you there?”").waitFor();
  },
  PATIENCE_MS,
);

test(
  "what is sent during an answer waits for its end and is sent then",
  async () => {
    await say(TWELVE_SECONDS);
    await answers().last().getByText("step3").waitFor();
    await Promise.all([tab.getByText("Sends next").waitFor(), say("And this next")]);
    await answers().last().getByText("You said: “And this next”").waitFor();
    expect(await tab.getByText("Sends next").count()).toBe(0);
  },
  PATIENCE_MS,
);

test(
  "a failed answer is requested again with one press",
  async () => {
    await tab.route("**/api/chat", (route) =>
      route.fulfill({ status: 502, json: { error: { code: "GATEWAY_UNAVAILABLE", message: "The agent does not answer." } } }),
    );
    await say("Once more");
    await tab.getByText("Your agent is not responding. Try again in a moment.").waitFor();
    await tab.unroute("**/api/chat");
    await button("Try again").click();
    await answers().last().getByText("You said: “Once more”").waitFor();
    expect(await tab.locator("article:not([aria-busy])", { hasText: "Once more" }).count()).toBe(1);
  },
  PATIENCE_MS,
);

test(
  "conversations are listed, each with its own messages and draft",
  async () => {
    await button("New conversation").click();
    // Until then the box is still that of the conversation before.
    await tab.getByText("You said: “Once more”").waitFor({ state: "detached" });
    await say("A second topic");
    await answers().last().getByText("You said: “A second topic”").waitFor();
    expect(await answers().count()).toBe(1);
    await box().fill("half a thought");
    await conversation("Main conversation").click();
    await tab.getByText("You said: “Once more”").waitFor();
    expect(await box().inputValue()).toBe("");
    await conversation("A second topic").click();
    await tab.getByText("You said: “A second topic”").waitFor();
    expect(await box().inputValue()).toBe("half a thought");
  },
  PATIENCE_MS,
);

test(
  "a session that ends on a page leads to sign in and back, and what was written is still there",
  async () => {
    await conversation("Main conversation").click();
    await tab.getByText("You said: “Once more”").waitFor();
    const address = tab.url();
    await admin.expect(204, "DELETE", "/api/me/sessions");
    await say("Before the end");
    await tab.getByRole("heading", { name: "Sign in" }).waitFor();
    await signInAt(tab, ADMIN);
    await button("Try again").click();
    await answers().last().getByText("You said: “Before the end”").waitFor();
    expect(tab.url()).toBe(address);
    await conversation("A second topic").click();
    await tab.getByText("You said: “A second topic”").waitFor();
    expect(await box().inputValue()).toBe("half a thought");
  },
  PATIENCE_MS,
);

test(
  "a new personality restarts the running agent once, and the page says when it counts",
  async () => {
    const { generation } = await agentView();
    await tab.goto("/settings/agent");
    await tab.getByRole("textbox", { name: "Personality" }).fill("You are terse and kind.");
    const [saved] = await Promise.all([
      tab.waitForResponse((response) => response.request().method() === "PATCH"),
      button("Save").click(),
    ]);
    const { revision } = agentConfigViewSchema.parse(await saved.json());
    await tab.getByText(`Revision ${revision} applied.`).waitFor();
    expect(await agentView()).toMatchObject({ status: "running", generation: generation + 1 });
    await tab.goto("/agent/why");
    await tab.getByText("Settings changed.").waitFor();
  },
  PATIENCE_MS,
);
