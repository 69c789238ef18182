// Pictures of every page, at two widths and in both colour schemes, in docs/screenshots. `--check` says which are missing.
import { mkdir, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { openBrowser } from "../tests/support/browser.ts";
import { NOW, type PageAtRest } from "../tests/support/ui-fixtures.ts";
import { PAGES } from "../tests/support/ui-pages.ts";
import { startUiStage, type UiStage } from "../tests/support/ui-stage.ts";

const FOLDER = join(import.meta.dirname, "../docs/screenshots");
const SIZES = [
  { width: 360, height: 740 },
  { width: 1280, height: 800 },
] as const;
const SCHEMES = ["light", "dark"] as const;

const onlyName = process.argv.find((argument) => argument.startsWith("--only="))?.slice("--only=".length);
const pages = PAGES.filter(({ name }) => onlyName === undefined || name.startsWith(onlyName));

function* shots(): Generator<{ file: string; page: PageAtRest; scheme: "light" | "dark"; size: (typeof SIZES)[number] }> {
  for (const page of pages)
    for (const size of SIZES)
      for (const scheme of SCHEMES) yield { page, size, scheme, file: `${page.name}-${size.width}-${scheme}.png` };
}

async function take(): Promise<void> {
  const stage = await startUiStage();
  const browser = await openBrowser();
  await mkdir(FOLDER, { recursive: true });
  try {
    for (const { page, size, scheme, file } of shots()) {
      const tab = await openPage({ browser, stage, page, size, scheme });
      await tab.screenshot({ path: join(FOLDER, file), animations: "disabled", caret: "hide" });
      await tab.context().close();
      console.log(file);
    }
  } finally {
    await browser.close();
    await stage.close();
  }
}

interface Shot {
  readonly browser: Browser;
  readonly stage: UiStage;
  readonly page: PageAtRest;
  readonly size: { readonly width: number; readonly height: number };
  readonly scheme: "light" | "dark";
}

async function openPage({ browser, stage, page, size, scheme }: Shot): Promise<Page> {
  stage.play(page.answers);
  const context = await browser.newContext({ viewport: size, colorScheme: scheme, locale: "en-GB", timezoneId: "UTC" });
  const tab = await context.newPage();
  await tab.clock.setFixedTime(NOW);
  await tab.goto(stage.url + page.path);
  await tab.getByRole("heading", { level: 1 }).first().waitFor();
  await tab.waitForLoadState("networkidle");
  return tab;
}

/** A page without its pictures, or pictures of a page that is gone. */
async function check(): Promise<readonly string[]> {
  const wanted = new Set([...shots()].map(({ file }) => file));
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
