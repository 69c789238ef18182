// What is being written in one's own settings, while the same settings change elsewhere or the session ends.
import type { Browser, BrowserContext, Page } from "playwright-core";
import { z } from "zod";
import { agentConfigViewSchema } from "../../contracts/agent-config.ts";
import { providerViewSchema } from "../../contracts/provider.ts";
import { openBrowser } from "../support/browser.ts";
import { signInAt } from "../support/browser-world.ts";
import { NOW, SIGNED_IN, SIGNED_OUT, uuid, type Answers } from "../support/ui-fixtures.ts";
import { startUiStage, type UiStage } from "../support/ui-stage.ts";

const PATIENCE_MS = 120_000;
const AGENT = "/api/me/agent-config";
const PROVIDER = `/api/me/providers/${uuid(10)}`;
const CHANGED = "This was changed elsewhere in the meantime.";
const DROP = "Drop my changes, show what is saved";
const MINE = "Answer in rhyme, written for half an hour.";

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
  context.setDefaultTimeout(30_000);
  tab = await context.newPage();
  await tab.clock.setFixedTime(NOW);
}, PATIENCE_MS);

afterEach(async () => {
  await context?.close();
}, PATIENCE_MS);

const config = agentConfigViewSchema.parse(SIGNED_IN[`GET ${AGENT}`]?.body);
const provider = providerViewSchema.parse(SIGNED_IN[`GET ${PROVIDER}`]?.body);
const personality = () => tab.getByRole("textbox", { name: "Personality" });
const notice = () => tab.getByRole("status").filter({ hasText: CHANGED });

/** Somebody comes back to the tab after a while: the page then reads again what it shows. */
async function comeBack(path: string, answers: Answers): Promise<void> {
  stage.play({ ...SIGNED_IN, ...answers });
  const later = await tab.evaluate<number>("Date.now() + 60_000");
  await tab.clock.setFixedTime(later);
  const read = tab.waitForResponse((response) => new URL(response.url()).pathname === path);
  await tab.evaluate("void dispatchEvent(new Event('visibilitychange'))");
  await read;
}

/** What is sent when the form is saved. */
async function save(path: string): Promise<unknown> {
  const sent = tab.waitForRequest((request) => request.method() === "PATCH" && new URL(request.url()).pathname === path);
  await tab.getByRole("button", { name: "Save", exact: true }).click();
  return z.unknown().parse((await sent).postDataJSON());
}

test(
  "a personality stays while a provider changes, asks when the settings themselves do, and saves nothing else",
  async () => {
    await tab.goto("/settings/agent");
    await personality().fill(MINE);
    await comeBack(AGENT, { [`GET ${AGENT}`]: { body: { ...config, revision: 13, effectiveIdleTimeoutMin: 45 } } });
    await tab.getByText("Empty: 45, as the installation says.").waitFor();
    expect(await personality().inputValue()).toBe(MINE);
    expect(await notice().count()).toBe(0);

    const changed = { ...config, revision: 14, primaryModel: null, fallbackModels: [] };
    await comeBack(AGENT, { [`GET ${AGENT}`]: { body: changed } });
    await notice().waitFor();
    expect(await personality().inputValue()).toBe(MINE);

    const saved = { ...changed, revision: 15, personality: MINE };
    stage.play({ ...SIGNED_IN, [`GET ${AGENT}`]: { body: saved }, [`PATCH ${AGENT}`]: { body: saved } });
    expect(await save(AGENT)).toEqual({ personality: MINE });
    await notice().waitFor({ state: "detached" });
    expect(await personality().inputValue()).toBe(MINE);
    expect(await tab.getByRole("combobox", { name: "Model", exact: true }).inputValue()).toBe("Choose by itself (zai/glm-5)");
  },
  PATIENCE_MS,
);

test(
  "settings that nobody is changing here follow what is saved, and one's own changes can be dropped for it",
  async () => {
    await tab.goto("/settings/agent");
    await personality().waitFor();
    await comeBack(AGENT, { [`GET ${AGENT}`]: { body: { ...config, revision: 13, personality: "Be formal." } } });
    await tab.getByText("10 of 20,000").waitFor();
    expect(await personality().inputValue()).toBe("Be formal.");

    await personality().fill(MINE);
    await comeBack(AGENT, { [`GET ${AGENT}`]: { body: { ...config, revision: 14, personality: "Be cheerful." } } });
    await tab.getByRole("button", { name: DROP }).click();
    await notice().waitFor({ state: "detached" });
    expect(await personality().inputValue()).toBe("Be cheerful.");
  },
  PATIENCE_MS,
);

test(
  "a provider's name that is being written stays while the provider changes, and its connection is not sent back",
  async () => {
    await tab.goto(`/settings/providers/${uuid(10)}`);
    const name = tab.getByRole("textbox", { name: "Shown as" });
    await name.fill("My provider");
    const changed = { ...provider, isActive: false, updatedAt: NOW.toISOString() };
    await comeBack(PROVIDER, { [`GET ${PROVIDER}`]: { body: changed } });
    await notice().waitFor();
    expect(await name.inputValue()).toBe("My provider");
    stage.play({ ...SIGNED_IN, [`PATCH ${PROVIDER}`]: { body: { ...changed, displayName: "My provider" } } });
    expect(await save(PROVIDER)).toEqual({ displayName: "My provider" });
  },
  PATIENCE_MS,
);

test(
  "the end of the session leaves a personality that was being written, for its person alone",
  async () => {
    await tab.goto("/settings/agent");
    await personality().fill(MINE);
    const over = { status: 401, body: { error: { code: "UNAUTHENTICATED", message: "" } } };
    const session = SIGNED_IN["GET /api/session"];
    if (session === undefined) throw new Error("There is no session on the stage.");
    stage.play({ ...SIGNED_OUT, [`PATCH ${AGENT}`]: over, "POST /api/session": session });
    await tab.getByRole("button", { name: "Save", exact: true }).click();
    await tab.getByRole("heading", { level: 1, name: "Sign in" }).waitFor();

    stage.play({ ...SIGNED_IN, "POST /api/session": session });
    await signInAt(tab, { username: "ana", password: "a long sentence as a password" });
    await tab.getByRole("status").filter({ hasText: "What you had written is here again." }).waitFor();
    expect(await personality().inputValue()).toBe(MINE);

    tab.once("dialog", (dialog) => void dialog.accept());
    await tab.getByRole("link", { name: "Home", exact: true }).click();
    await tab.getByRole("heading", { level: 1, name: "My agent" }).waitFor();
    expect(await tab.evaluate("JSON.stringify(sessionStorage)")).not.toContain(MINE);
  },
  PATIENCE_MS,
);
