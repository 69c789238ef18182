// Pictures of every page, at two widths and in both colour schemes, in docs/screenshots. `--check` says which are missing.
import { mkdir, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { buildWebUi } from "../cli/up/web-ui.ts";
import { openBrowser } from "../tests/support/browser/browser.ts";
import { openVisitor, SCHEMES, SIZES, type Look } from "../tests/support/browser/page-visit.ts";
import type { PageAtRest } from "../tests/support/browser/ui-fixtures.ts";
import { PAGES } from "../tests/support/browser/ui-pages.ts";
import { startUiStage } from "../tests/support/browser/ui-stage.ts";

const FOLDER = join(import.meta.dirname, "../docs/screenshots");

const onlyName = process.argv.find((argument) => argument.startsWith("--only="))?.slice("--only=".length);
const pages = PAGES.filter(({ name }) => onlyName === undefined || name.startsWith(onlyName));
const looks: readonly Look[] = SIZES.flatMap((size) => SCHEMES.map((scheme) => ({ size, scheme })));
const fileOf = ({ name }: PageAtRest, { size, scheme }: Look): string => `${name}-${size.width}-${scheme}.png`;

async function take(): Promise<void> {
  // Or the pictures would be of whatever was built last.
  await buildWebUi();
  const stage = await startUiStage();
  const browser = await openBrowser();
  await mkdir(FOLDER, { recursive: true });
  try {
    const visitor = await openVisitor(browser, stage, "en");
    for (const page of pages) {
      await visitor.open(page);
      for (const look of looks) {
        await visitor.show(look);
        const path = join(FOLDER, fileOf(page, look));
        await visitor.tab.screenshot({ path, animations: "disabled", caret: "hide" });
      }
      console.log(page.name);
    }
  } finally {
    await browser.close();
    await stage.close();
  }
}

/** A page without its pictures, or pictures of a page that is gone. */
async function check(): Promise<readonly string[]> {
  const wanted = new Set(PAGES.flatMap((page) => looks.map((look) => fileOf(page, look))));
  const found = new Set(await readdir(FOLDER).catch(() => []));
  return [
    ...[...wanted].filter((file) => !found.has(file)).map((file) => `missing: ${file}`),
    ...[...found].filter((file) => !wanted.has(file)).map((file) => `of no page: ${file}`),
  ];
}

if (process.argv.includes("--check")) {
  const gaps = await check();
  for (const gap of gaps) console.error(gap);
  process.exitCode = gaps.length === 0 ? 0 : 1;
} else {
  if (onlyName === undefined) await rm(FOLDER, { recursive: true, force: true });
  await take();
}
