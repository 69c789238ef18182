// What holds for every page in a language, at two widths and in both colour schemes, with played answers. One test file for
// each language, so that they run side by side.
import type { Browser } from "playwright-core";
import { openBrowser } from "./browser.ts";
import { untranslated } from "./page-texts.ts";
import { layoutFindings, openVisitor, SCHEMES, seriousFindings, SIZES, type Language, type Visitor } from "./page-visit.ts";
import type { PageAtRest } from "./ui-fixtures.ts";
import { PAGES } from "./ui-pages.ts";
import { startUiStage, type UiStage } from "./ui-stage.ts";

const PATIENCE_MS = 300_000;
const PHONE_PX = 360;

export function describePages(language: Language): void {
  eachPage(language, "%s is accessible, fits, and keeps to its origin and policy", async (visitor, page) => {
    const findings: string[] = [];
    for (const size of SIZES) {
      for (const scheme of SCHEMES) {
        await visitor.show({ size, scheme });
        const found = await seriousFindings(visitor.tab, scheme === SCHEMES[0] ? "all" : "colours");
        if (size.width === PHONE_PX && scheme === SCHEMES[0]) found.push(...(await layoutFindings(visitor.tab)));
        findings.push(...found.map((finding) => `${size.width} ${scheme} ${finding}`));
      }
    }
    return language === "de" ? [...findings, ...(await untranslated(visitor.tab, page))] : findings;
  });
}

/** One test for each page: it is opened, and nothing may be found or happen. */
export function eachPage(
  language: Language,
  title: string,
  find: (visitor: Visitor, page: PageAtRest) => Promise<readonly string[]>,
  prepare: (visitor: Visitor) => Promise<void> = () => Promise.resolve(),
): void {
  let browser: Browser;
  let stage: UiStage;
  let visitor: Visitor;
  beforeAll(async () => {
    stage = await startUiStage();
    browser = await openBrowser();
    visitor = await openVisitor(browser, stage, language);
    await prepare(visitor);
  }, PATIENCE_MS);
  afterAll(async () => {
    await browser?.close();
    await stage?.close();
  }, PATIENCE_MS);

  const look = async (_name: string, page: PageAtRest): Promise<void> => {
    await visitor.open(page);
    expect([...(await find(visitor, page)), ...visitor.incidents()]).toEqual([]);
  };
  test.each(PAGES.map((page) => [page.name, page] as const))(title, look, PATIENCE_MS);
}
