// A chat that something comes between: a reload, a connection that is not there, a slow start, a sign-out in another tab.
import type { Locator, Page } from "playwright-core";
import type { ContainerPhase } from "../../../contracts/containers/agent-container.ts";
import { loadBrowserPerson } from "../../support/browser/browser-person.ts";
import { signInAt } from "../../support/browser/browser-world.ts";
import { type ChatUser, useChat } from "../../support/turns/chat.ts";
import { expectSoon } from "../../support/core/expect-soon.ts";
import { nextDrawing } from "../../support/browser/page-visit.ts";
import { useBrowser } from "../../support/browser/browser.ts";

const PATIENCE_MS = 300_000;
const TALL = Array.from({ length: 120 }, (_, index) => `line ${index}`).join("\n");

const bench = useChat();
const browser = useBrowser();
let user: ChatUser;
let tab: Page;
let people = 0;

beforeEach(async () => {
  bench.startWith((tenant) => bench.bringUp(tenant));
  people += 1;
  user = await bench.addUser(`person-${people}`);
  tab = await loadBrowserPerson(browser, bench.api.url, user);
  await tab.goto("/chat");
}, PATIENCE_MS);
afterEach(async () => {
  bench.gateway.release();
  bench.gateway.behave({ kind: "answer" });
  await tab?.context().close();
}, PATIENCE_MS);

const box = (): Locator => tab.getByLabel("Message", { exact: true });
const button = (name: string): Locator => tab.getByRole("button", { name, exact: true });
const log = (): Locator => tab.getByRole("log");
const kept = async (): Promise<string[]> =>
  await tab.evaluate(() => Object.keys(sessionStorage).filter((key) => key.startsWith("mosaic-")));

async function say(text: string): Promise<void> {
  await box().fill(text);
  await box().press("Enter");
}

/** An answer that stops after its first word, until it is let go on. */
async function sayAndHold(text: string): Promise<void> {
  bench.gateway.behave({ kind: "held" });
  await say(text);
  await log().getByText("You", { exact: true }).last().waitFor();
}

test(
  "a reload in the middle of an answer keeps question, answer and what waited; nothing is sent a second time",
  async () => {
    const before = bench.gateway.completions.length;
    await sayAndHold("A question");
    await say("The next one");
    await tab.getByText("Sends next").waitFor();
    await tab.reload();
    await tab.getByText("You closed the page during this answer.", { exact: false }).waitFor();
    await log().getByText("A question").waitFor();
    await log().locator("article[aria-busy=false]").getByText("You", { exact: true }).waitFor();
    expect(await box().inputValue()).toBe("The next one");
    expect(await log().getByText("The next one").count()).toBe(0);
    expect(bench.gateway.completions).toHaveLength(before + 1);
    bench.gateway.release();
    bench.gateway.behave({ kind: "answer" });
    await button("Ask again").click();
    await log().getByText("You said: “A question”", { exact: false }).waitFor();
  },
  PATIENCE_MS,
);

test(
  "a message that never left is not said to be with the agent, and is tried again with one press",
  async () => {
    await tab.route("**/api/chat", (route) => route.abort("connectionrefused"));
    await say("Is anybody there?");
    await tab.getByText("The server is not responding. Check your connection.").waitFor();
    expect(await tab.getByText("Your agent continues", { exact: false }).count()).toBe(0);
    await tab.unroute("**/api/chat");
    await button("Try again").click();
    await log().getByText("You said: “Is anybody there?”", { exact: false }).waitFor();
  },
  PATIENCE_MS,
);

test(
  "Stop that does not get through says so while the answer goes on, and stops it when it does",
  async () => {
    await sayAndHold("Count");
    await tab.route("**/api/chat/turns/*/stop", (route) => route.abort("connectionrefused"));
    await button("Stop").click();
    await tab.getByText("Could not stop. Your agent continues.", { exact: false }).waitFor();
    expect(await tab.getByText("Stopped by you.").count()).toBe(0);
    await tab.unroute("**/api/chat/turns/*/stop");
    await button("Stop").click();
    await tab.getByText("Stopped by you.").waitFor();
  },
  PATIENCE_MS,
);

test(
  "who reads further up while the agent starts is left there, and is brought to the end by the next message",
  async () => {
    const { reach, finish } = startInSteps();
    await say(TALL);
    await reach("creating", "Message saved. Creating your container.");
    await tab.getByText("Your agent is waking up").waitFor();
    const scroller = tab.getByRole("region", { name: "Messages" });
    const top = async (): Promise<number> => await scroller.evaluate((element) => element.scrollTop);
    const isFarDown = async (): Promise<boolean> => (await top()) > 1_000;
    await expectSoon(isFarDown, true);
    await scroller.press("Home");
    await expectSoon(top, 0);
    // The page hears of the scrolling with its next drawing.
    await nextDrawing(tab);
    await reach("booting", "OpenClaw is loading.");
    await button("Jump to latest ↓").waitFor();
    expect(await top()).toBe(0);
    await say("And this");
    await tab.getByText("Sends next").waitFor();
    await button("Jump to latest ↓").waitFor({ state: "detached" });
    await expectSoon(isFarDown, true);
    finish();
    await log().getByText("You said: “And this”", { exact: false }).waitFor();
  },
  PATIENCE_MS,
);

test(
  "another conversation has a log and a box of its own, and the one before is as it was",
  async () => {
    await say("One");
    await log().getByText("You said: “One”", { exact: false }).waitFor();
    await box().fill("half a thought");
    await button("New conversation").click();
    await tab.getByRole("heading", { name: "Say hello" }).waitFor();
    expect(await log().count()).toBe(1);
    expect(await box().inputValue()).toBe("");
    await tab.goBack();
    await log().getByText("You said: “One”", { exact: false }).waitFor();
    expect(await log().count()).toBe(1);
    expect(await box().inputValue()).toBe("half a thought");
  },
  PATIENCE_MS,
);

test(
  "signing out in one tab takes messages and drafts from the others; the next person there finds neither",
  async () => {
    await sayAndHold("A secret");
    await box().fill("A secret draft");
    expect(await kept()).toHaveLength(2);
    const other = await tab.context().newPage();
    await other.goto("/");
    await other.getByRole("button", { name: user.name }).click();
    await other.getByRole("menuitem", { name: "Sign out" }).click();
    await tab.getByRole("heading", { name: "Sign in" }).waitFor();
    await expectSoon(kept, []);
    bench.gateway.release();
    const next = await bench.addUser(`next-${people}`);
    await signInAt(tab, { username: next.name, password: `${next.name} has a long secret` });
    await tab.getByRole("heading", { name: "Say hello" }).waitFor();
    expect(await box().inputValue()).toBe("");
    expect(await kept()).toEqual([]);
  },
  PATIENCE_MS,
);

/** A start that goes on when the test says so. */
function startInSteps() {
  let tell: (phase: ContainerPhase) => void = () => {};
  let finish: () => void = () => {};
  const finished = new Promise<void>((resolve) => (finish = resolve));
  const begun = new Promise<void>((resolve) =>
    bench.startWith(async (tenant, { onProgress }) => {
      tell = (phase) => onProgress?.({ phase, message: "", elapsedMs: 1 });
      resolve();
      await finished;
      await bench.bringUp(tenant);
    }),
  );
  const reach = async (phase: ContainerPhase, words: string): Promise<void> => {
    await begun;
    tell(phase);
    await tab.getByText(words).waitFor();
  };
  return { reach, finish };
}
