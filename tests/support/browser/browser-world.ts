// A whole installation with light agents and a model to connect, and a browser in front of it.
import Docker from "dockerode";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { SETUP_TOKEN_HEADER } from "../../../contracts/core/header-names.ts";
import { DEMO_MODEL_ID } from "../../../cli/up/demo-model-server.ts";
import { ADMIN as API_ADMIN } from "../core/api.ts";
import { ApiSession } from "../core/api-session.ts";
import { useWorld } from "../core/use-world.ts";
import { openBrowser, PAGE_PATIENCE_MS } from "./browser.ts";
import { LIGHT_AGENT_ENVIRONMENT, makeLightAgentImage } from "../containers/light-agent.ts";
import { startDemoModelServer } from "../providers/model-server.ts";
import { removeStack, startStack, type Stack } from "../core/stack.ts";

export const ADMIN = { username: "ana.admin", password: "a long sentence as a password" } as const;
const MODEL_KEY = "a-key-of-the-model-server";
/** Long enough to see an agent wake up, also when everything stands still for some seconds, and an answer arrive word by word. */
const LIGHT_AGENT = { bootMs: 8_000, wordPauseMs: 30 } as const;

export interface BrowserWorld {
  readonly stack: Stack;
  readonly model: { readonly url: string; readonly apiKey: string };
  readonly browser: Browser;
  close(): Promise<void>;
}

/** `name` tells its image from those of other test files. */
export async function startBrowserWorld(name: string): Promise<BrowserWorld> {
  const undo: (() => Promise<unknown>)[] = [];
  const close = async (): Promise<void> => {
    for (const step of undo.toReversed()) await step();
  };
  try {
    const image = await makeLightAgentImage(new Docker(), { name, ...LIGHT_AGENT });
    undo.push(() => image.remove());
    const environment = {
      MOSAIC_AGENT_IMAGE: image.tag,
      ...LIGHT_AGENT_ENVIRONMENT,
      // The model stands on the agents' bridge.
      MOSAIC_PROVIDER_NETWORKS: "private",
    };
    const stack = await startStack({ environment });
    undo.push(() => removeStack(stack));
    if (stack.installation === null) throw new Error("The installation made no network.");
    const host = stack.installation.gatewayAddress;
    const model = await startDemoModelServer({ host, apiKey: MODEL_KEY, recorded: [] });
    undo.push(model.close);
    const browser = await openBrowser();
    undo.push(() => browser.close());
    return { stack, model: { url: model.url, apiKey: MODEL_KEY }, browser, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** The set-up without a browser, for tests of what comes after it. */
export async function setUpWorld({ stack, model }: BrowserWorld): Promise<ApiSession> {
  const admin = new ApiSession(stack.url);
  await admin.expect(201, "POST", "/api/onboarding/breakglass", ADMIN, { [SETUP_TOKEN_HEADER]: stack.setupToken });
  const provider = { name: "local", displayName: "Local model", type: "custom", baseUrl: model.url, apiKey: model.apiKey };
  await admin.expect(201, "POST", "/api/onboarding/provider", { ...provider, models: [DEMO_MODEL_ID] });
  await admin.expect(200, "POST", "/api/onboarding/complete");
  return admin;
}

/** A window of its own: no cookies, nothing kept. */
export async function openWindow(browser: Browser, url: string, locale = "en-GB"): Promise<Page> {
  const context: BrowserContext = await browser.newContext({ baseURL: url, locale, reducedMotion: "reduce" });
  context.setDefaultTimeout(PAGE_PATIENCE_MS);
  return await context.newPage();
}

/** A window in which the administrator of the api at this address is signed in. */
export const useAdminTab = (browser: Browser, urlOf: () => string) =>
  useWorld(async () => {
    const tab = await openWindow(browser, urlOf());
    await tab.goto("/");
    await signInAt(tab, API_ADMIN);
    await tab.getByRole("heading", { level: 1, name: "My agent" }).waitFor();
    return tab;
  });

export async function signInAt(tab: Page, person: { readonly username: string; readonly password: string }): Promise<void> {
  await tab.getByLabel("User name").fill(person.username);
  await tab.getByLabel("Password", { exact: true }).fill(person.password);
  await tab.getByRole("button", { name: "Sign in", exact: true }).click();
}
