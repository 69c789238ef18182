// Every page, in both languages, at two widths and in both colour schemes, with played answers: accessible, fitting,
// within its policy, and alone with its own origin.
import type { Browser } from "playwright-core";
import { openBrowser } from "../support/browser.ts";
import {
  LANGUAGES,
  layoutFindings,
  SCHEMES,
  openVisitor,
  seriousFindings,
  SIZES,
  type Visitor,
} from "../support/page-visit.ts";
import { PAGES } from "../support/ui-pages.ts";
import { listPagePaths } from "../support/ui-routes.ts";
import { startUiStage, type UiStage } from "../support/ui-stage.ts";

const PATIENCE_MS = 120_000;
const PHONE_PX = 360;

let browser: Browser;
let stage: UiStage;

beforeAll(async () => {
  stage = await startUiStage();
  browser = await openBrowser();
}, PATIENCE_MS);

afterAll(async () => {
  await browser?.close();
  await stage?.close();
});

test("every page of the interface is among those that are looked at", async () => {
  const isShown = (path: string): boolean => {
    const pattern = new RegExp(`^${path.replaceAll(/\$\w+/g, "[^/]+")}$`);
    return PAGES.some((page) => pattern.test(page.path.replace(/[?#].*$/, "")));
  };
  const paths = await listPagePaths();
  expect(paths).toContain("/settings/profile");
  expect(paths.filter((path) => !isShown(path))).toEqual([]);
});

describe.each(LANGUAGES)("in %s", (language) => {
  let visitor: Visitor;
  beforeAll(async () => void (visitor = await openVisitor(browser, stage, language)));
  afterAll(() => visitor.close());

  test.each(PAGES.map((page) => [page.name, page] as const))(
    "%s is accessible, fits, and keeps to its origin and policy",
    async (_name, page) => {
      await visitor.open(page);
      const findings: string[] = [];
      for (const size of SIZES) {
        for (const scheme of SCHEMES) {
          await visitor.show({ size, scheme });
          const found = await seriousFindings(visitor.tab, scheme === SCHEMES[0] ? "all" : "colours");
          if (size.width === PHONE_PX && scheme === SCHEMES[0]) found.push(...(await layoutFindings(visitor.tab)));
          findings.push(...found.map((finding) => `${size.width} ${scheme} ${finding}`));
        }
      }
      expect([...findings, ...visitor.incidents()]).toEqual([]);
    },
    PATIENCE_MS,
  );
});
