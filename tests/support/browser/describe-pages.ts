// What holds for every page in a language, at two widths and in both colour schemes, with played answers. One test file for
// each language, so that they run side by side.
import { untranslated } from "./page-texts.ts";
import { layoutFindings, SCHEMES, seriousFindings, SIZES, type Language, type Visitor, useVisitor } from "./page-visit.ts";
import type { PageAtRest } from "./ui-fixtures.ts";
import { PAGES } from "./ui-pages.ts";
import type { RewriteScript } from "./ui-stage.ts";

const PATIENCE_MS = 300_000;
const PHONE_PX = 360;

export function describePages(language: Language): void {
  eachPage(language, "%s is accessible, fits, and keeps to its origin and policy", async (visitor, page) => {
    const findings: string[] = [];
    // Each page is loaded once; changing the colours costs far more than changing the size.
    for (const scheme of SCHEMES) {
      for (const size of SIZES) {
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
  rewrite: RewriteScript | null = null,
): void {
  const visitor = useVisitor(language, rewrite);

  const look = async (_name: string, page: PageAtRest): Promise<void> => {
    await visitor.open(page);
    expect([...(await find(visitor, page)), ...visitor.incidents()]).toEqual([]);
  };
  test.each(PAGES.map((page) => [page.name, page] as const))(title, look, PATIENCE_MS);
}
