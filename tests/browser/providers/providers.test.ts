// A person connects a model provider in the browser: tries keys, chooses models, finds the way back from a chat that failed.
// The provider is a real server that answers as its documentation says (tests/support/providers/provider-apis.ts).
import type { Locator } from "playwright-core";
import { createModelDiscovery, createProviderTest } from "../../../adapters/llm/provider-test.ts";
import { useChat } from "../../support/turns/chat.ts";
import { OPENAI, startProviderStub, TO_STUBS, type Answering } from "../../support/providers/provider-apis.ts";
import { loadBrowserPerson } from "../../support/browser/browser-person.ts";
import { expectSoon } from "../../support/core/expect-soon.ts";
import { useBrowser } from "../../support/browser/browser.ts";
import { useWorld } from "../../support/core/use-world.ts";

const PATIENCE_MS = 300_000;
const KEY = "sk-canary-right-0123456789k3f9";
const WRONG = "sk-canary-wrong-0123456789zzzz";
const IDS = [...Array.from({ length: 60 }, (_, n) => `gpt-old-${n}`), "gpt-5", "gpt-5-mini"];

const bench = useChat({
  testProvider: createProviderTest(TO_STUBS),
  discoverModels: createModelDiscovery(TO_STUBS),
});
const browser = useBrowser();
let answer: Answering = OPENAI.answers(KEY, IDS);
const stub = useWorld(async (ends) => ends.adopt(await startProviderStub((request) => answer(request)), (it) => it.close()));
const ann = useWorld(() => bench.addUser("ann", { provider: false }));
const tab = useWorld(() => loadBrowserPerson(browser, bench.api.url, ann));

const field = (name: string): Locator => tab.getByLabel(name, { exact: true });
const button = (name: string): Locator => tab.getByRole("button", { name, exact: true });
const baseUrl = (): string => `${stub.origin.replace("127.0.0.1", "models.test")}/v1`;

test(
  "without a provider there is a sentence and the way to the first one",
  async () => {
    await tab.goto("/settings/providers");
    await tab.getByText("No provider yet. Your agent needs one before it can answer.").waitFor();
    await tab.getByRole("link", { name: "Add provider" }).click();
    await tab.getByRole("heading", { level: 1, name: "New provider" }).waitFor();
    expect(new URL(tab.url()).pathname).toBe("/settings/providers/new");
  },
  PATIENCE_MS,
);

test(
  "a test says what is wrong and what mends it, and goes stale with any edit",
  async () => {
    await tab.locator("label", { hasText: /^OpenAI$/ }).click();
    await field("Base URL").fill(baseUrl());
    await field("API key").fill(WRONG);
    await button("Test connection").click();
    await tab.getByText("The key was rejected. Check that it is complete, active and meant for this address.").waitFor();
    await tab.getByText("The provider answered with status 401.").waitFor();
    await field("API key").fill(KEY);
    await tab.getByText("Changed since this test.").waitFor();
    await field("Base URL").fill("http://169.254.169.254/v1");
    await button("Test connection").click();
    await tab.getByText("Metadata addresses are never called. Enter the address of a model server.").waitFor();
    await field("Base URL").fill(baseUrl());
    await button("Test connection").click();
    await tab.getByText(/Connected: .* ms, 62 models/).waitFor();
    // The refused address was asked by nobody.
    expect(stub.seen.map(({ url, headers }) => [url, headers.authorization])).toEqual([
      ["/v1/models", `Bearer ${WRONG}`],
      ["/v1/models", `Bearer ${KEY}`],
    ]);
  },
  PATIENCE_MS,
);

test(
  "models are loaded, filtered and chosen; one can be written by hand as well",
  async () => {
    await button("Load models").click();
    const offer = tab.getByRole("group", { name: "Available models" });
    await offer.getByLabel("Filter by name").fill("GPT-5");
    await offer.getByLabel("gpt-5", { exact: true }).check();
    await offer.getByText("1 of 62 chosen").waitFor();
    await expectSoon(() => offer.getByRole("checkbox").count(), 2);
    await tab.getByRole("combobox", { name: "Models" }).fill("gpt-latest");
    await tab.keyboard.press("Enter");
    await button("Save").click();
    await tab.getByRole("heading", { level: 1, name: "Providers" }).waitFor();
    const card = tab.getByRole("article").filter({ hasText: "2 models" });
    await card.getByText("Tested", { exact: true }).waitFor();
    await card.getByText("Key ••••k3f9", { exact: false }).waitFor();
    await tab.getByText("Your agent uses openai/gpt-5.").waitFor();
  },
  PATIENCE_MS,
);

test(
  "a key that has become wrong: the chat names provider, key and status, and Fix key lands on that form",
  async () => {
    answer = () => OPENAI.wrongKey(KEY);
    bench.gateway.behave({ kind: "error_in_stream", message: "401 Incorrect API key provided" });
    await tab.goto("/chat");
    await field("Message").fill("Hello");
    await tab.keyboard.press("Enter");
    await tab.getByText("OpenAI refuses the API key “openai” (401).").waitFor();
    await tab.getByRole("link", { name: "Fix key" }).click();
    await tab.getByRole("heading", { level: 1, name: "OpenAI" }).waitFor();
    expect(await field("API key").inputValue()).toBe("");
    await tab.getByText("Stored: ••••k3f9.", { exact: false }).waitFor();
    await tab.goto("/settings/providers");
    await tab.getByRole("article").getByText("Failing", { exact: true }).waitFor();
  },
  PATIENCE_MS,
);

test(
  "a deletion says what the agent loses, and begins at Cancel",
  async () => {
    await tab.getByRole("link", { name: "Edit: OpenAI" }).click();
    await button("Delete").click();
    const dialog = tab.getByRole("dialog", { name: "Delete OpenAI?" });
    await dialog.getByText("Without it, your agent cannot answer", { exact: false }).waitFor();
    await dialog.getByRole("button", { name: "Cancel" }).and(tab.locator(":focus")).waitFor();
    await dialog.getByRole("button", { name: "Delete" }).click();
    await tab.getByText("No provider yet.", { exact: false }).waitFor();
    expect(await ann.session.expect(200, "GET", "/api/me/providers")).toEqual({ providers: [] });
  },
  PATIENCE_MS,
);

test("no key was in any page, address or log", async () => {
  const kept = await tab.evaluate(
    "JSON.stringify({ ...localStorage, ...sessionStorage }) + document.documentElement.outerHTML",
  );
  expect(String(kept) + tab.url() + bench.api.logs()).not.toContain("sk-canary");
});
