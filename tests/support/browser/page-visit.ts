// A page of the played interface in a browser of its own settings, and what is wrong with it.
import type { Browser, Page } from "playwright-core";
import axe from "axe-core";
import { z } from "zod";
import { PAGE_PATIENCE_MS, openBrowser } from "./browser.ts";
import { NOW, type PageAtRest } from "./ui-fixtures.ts";
import { startUiStage, type RewriteScript, type UiStage } from "./ui-stage.ts";
import { useWorld } from "../core/use-world.ts";

export const LANGUAGES = ["en", "de"] as const;
export type Language = (typeof LANGUAGES)[number];
export const SCHEMES = ["light", "dark"] as const;
export type Scheme = (typeof SCHEMES)[number];
export const SIZES = [
  { width: 1280, height: 800 },
  { width: 360, height: 740 },
] as const;
export type Size = (typeof SIZES)[number];

const LOCALES = { en: "en-GB", de: "de-DE" } as const satisfies Record<Language, string>;
const SERIOUS: ReadonlySet<string | null | undefined> = new Set(["serious", "critical"]);
const LEAST_INPUT_PX = 16;

export interface Look {
  readonly size: Size;
  readonly scheme: Scheme;
}

const FIRST_LOOK: Look = { size: SIZES[0], scheme: SCHEMES[0] };

/** One tab that goes from page to page: the browser then compiles the interface once. */
export interface Visitor {
  readonly tab: Page;
  /** Loads it wide and in light colours, with its own API answers. */
  open(page: PageAtRest): Promise<void>;
  show(look: Look): Promise<void>;
  /** What, since the last call, broke the policy, left the origin, was thrown, or asked the stage for what it does not have. */
  incidents(): readonly string[];
  close(): Promise<void>;
}

const policyReporter = `addEventListener("securitypolicyviolation", (event) =>
  console.error("policy: " + event.violatedDirective + " " + event.blockedURI))`;

/** With a browser and a stage of its own. */
export const useVisitor = (language: Language, rewrite: RewriteScript | null = null) =>
  useWorld(async (ends) => {
    const stage = ends.adopt(await startUiStage(rewrite), (it) => it.close());
    const browser = ends.adopt(await openBrowser(), (it) => it.close());
    return { stage, ...(await openVisitor(browser, stage, language)) };
  });

/** At the stage's clock, wide and light at first; nothing moves. */
export async function openVisitor(browser: Browser, stage: UiStage, language: Language): Promise<Visitor> {
  const context = await browser.newContext({
    viewport: FIRST_LOOK.size,
    colorScheme: FIRST_LOOK.scheme,
    locale: LOCALES[language],
    timezoneId: "UTC",
    reducedMotion: "reduce",
  });
  context.setDefaultTimeout(PAGE_PATIENCE_MS);
  await context.addInitScript(policyReporter);
  const tab = await context.newPage();
  const incidents = watchIncidents(tab, stage.url);
  await tab.clock.setFixedTime(NOW);
  const dress = async ({ size, scheme }: Look): Promise<void> => {
    await tab.setViewportSize(size);
    await tab.emulateMedia({ colorScheme: scheme });
  };
  return {
    tab,
    async open(page) {
      // Leave the previous page first: its background requests must not get this page's answers, and this page must not find
      // what the previous one stores when it is left.
      await tab.goto(stage.emptyUrl);
      await dress(FIRST_LOOK);
      stage.play(page.answers);
      await tab.evaluate(`sessionStorage.clear(); Object.assign(sessionStorage, ${JSON.stringify(page.kept ?? {})})`);
      await tab.goto(stage.url + page.path);
      await settled(tab);
    },
    async show({ size, scheme }) {
      await dress({ size, scheme });
      await tab.locator(`html[data-mantine-color-scheme="${scheme}"]`).waitFor();
      await settled(tab);
    },
    incidents: () => incidents.splice(0),
    close: () => context.close(),
  };
}

/** The page has its heading, nothing in it is still a placeholder, and its size and colours of now have been drawn. */
export async function settled(tab: Page): Promise<void> {
  await tab.locator("h1").first().waitFor();
  await tab.locator(".mantine-Skeleton-root, [data-loading=true]").first().waitFor({ state: "detached" });
  await nextDrawing(tab);
  // Colours on their way are neither the old nor the new ones.
  while (await tab.evaluate<boolean>(`document.getAnimations().some(({ playState }) => playState === "running")`))
    await nextDrawing(tab);
}

/** Listeners to size, scroll position and colours are called before a page is drawn, and what they change with the drawing after. */
export async function nextDrawing(tab: Page): Promise<void> {
  for (let drawings = 0; drawings < 2; drawings += 1) await tab.evaluate(DRAWN);
}

/** An observer's first report comes with a real drawing; frames as a script asks for them follow the clock that a test sets. */
const DRAWN = `new Promise((resolve) => {
  const observer = new IntersectionObserver(() => (observer.disconnect(), resolve()));
  observer.observe(document.documentElement);
})`;

function watchIncidents(tab: Page, origin: string): string[] {
  const incidents: string[] = [];
  tab.on("pageerror", (error) => incidents.push(`thrown: ${error.message}`));
  tab.on("console", (message) => {
    if (/^policy:|Content Security Policy/.test(message.text())) incidents.push(message.text());
  });
  tab.on("request", (request) => {
    if (!/^(?:blob|data):/.test(request.url()) && new URL(request.url()).origin !== origin)
      incidents.push(`foreign: ${request.url()}`);
  });
  tab.on("response", (response) => {
    if (response.status() === 404) incidents.push(`not on the stage: ${new URL(response.url()).pathname}`);
  });
  return incidents;
}

const axeResultSchema = z.object({
  violations: z.array(
    z.object({
      id: z.string(),
      impact: z.string().nullish(),
      nodes: z.array(z.object({ target: z.array(z.unknown()), failureSummary: z.string().optional() })),
    }),
  ),
});

/** What axe finds serious or critical: rule and element. Of all its rules, those on colours alone can tell two schemes apart. */
export async function seriousFindings(tab: Page, rules: "all" | "colours" = "all"): Promise<string[]> {
  const runOnly = rules === "colours" ? `, runOnly: { type: "rule", values: ["color-contrast", "link-in-text-block"] }` : "";
  // Half a megabyte: injected once per load.
  if (!(await tab.evaluate<boolean>("'axe' in globalThis"))) await tab.evaluate(`(() => { ${axe.source} })()`);
  const result: unknown = await tab.evaluate(`axe.run(document, { resultTypes: ["violations"]${runOnly} })`);
  return axeResultSchema
    .parse(result)
    .violations.filter(({ impact }) => SERIOUS.has(impact))
    .flatMap(({ id, nodes }) =>
      nodes.map(({ target, failureSummary }) => `${id}: ${target.join(" ")} ${failureSummary ?? ""}`),
    );
}

/** What does not fit: the page sideways, a field whose text makes a phone zoom in, a text that its own box cuts off. */
export async function layoutFindings(tab: Page): Promise<readonly string[]> {
  const found: unknown = await tab.evaluate(LAYOUT_PROBE);
  return z.array(z.string()).parse(found);
}

const LAYOUT_PROBE = `(() => {
  const found = [];
  const name = (element) => element.tagName.toLowerCase() + " “" + element.textContent.trim().slice(0, 40) + "”";
  const { scrollWidth, clientWidth } = document.documentElement;
  if (scrollWidth > clientWidth) {
    const wide = [...document.body.querySelectorAll("*")].filter((element) => element.getBoundingClientRect().right > clientWidth + 1);
    found.push("scrolls sideways to " + scrollWidth + " px: " + wide.slice(-3).map(name).join(", "));
  }
  for (const field of document.querySelectorAll("input, textarea, select")) {
    const { fontSize, display } = getComputedStyle(field);
    const isText = !["checkbox", "radio", "hidden", "range"].includes(field.type);
    if (isText && display !== "none" && Number.parseFloat(fontSize) < ${LEAST_INPUT_PX}) found.push("field of " + fontSize + ": " + (field.name || field.id));
  }
  for (const element of document.body.querySelectorAll("*")) {
    const hasOwnText = [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.data.trim() !== "");
    if (!hasOwnText || element.clientWidth <= 1) continue;
    let box = element;
    while (box !== null && getComputedStyle(box).display === "inline") box = box.parentElement;
    if (box === null || box.closest("[data-truncates]") !== null) continue;
    const { overflowX } = getComputedStyle(box);
    if ((overflowX === "hidden" || overflowX === "clip") && box.scrollWidth > box.clientWidth + 1 && box.clientWidth > 1) found.push("cut off: " + name(element));
  }
  return found;
})()`;
