// Pictures of pages. Those that the documents show are in docs/screenshots; `--all`, or `--only=<name>`, takes every page at two
// widths and in both colour schemes into `.screenshots`, to look at. `--check` says which of the documents' are missing.
import { mkdir, readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { buildWebUi } from "../cli/up/web-ui.ts";
import { openBrowser } from "../tests/support/browser/browser.ts";
import { openVisitor, SCHEMES, SIZES, type Look } from "../tests/support/browser/page-visit.ts";
import type { PageAtRest } from "../tests/support/browser/ui-fixtures.ts";
import { PAGES } from "../tests/support/browser/ui-pages.ts";
import { startUiStage } from "../tests/support/browser/ui-stage.ts";

const REPOSITORY = join(import.meta.dirname, "..");
const KEPT_FOLDER = join(REPOSITORY, "docs/screenshots");
const LOOKED_AT_FOLDER = join(REPOSITORY, ".screenshots");
const DOCUMENTS = ["README.md", "docs/administration.md", "docs/credential-leases.md"];
/** Page, width and scheme. Each is in the repository for ever: only what a document shows. */
const KEPT: ReadonlySet<string> = new Set([
  "home-1280-light.png",
  "chat-conversation-1280-dark.png",
  "chat-conversation-360-dark.png",
  "providers-1280-light.png",
  "why-1280-light.png",
  "fleet-1280-light.png",
  "container-1280-light.png",
  "users-1280-light.png",
  "oidc-test-passed-1280-light.png",
  "credential-pools-1280-light.png",
]);

interface Picture {
  readonly page: PageAtRest;
  readonly look: Look;
  readonly file: string;
}

const looks: readonly Look[] = SIZES.flatMap((size) => SCHEMES.map((scheme) => ({ size, scheme })));
const pictures: readonly Picture[] = PAGES.flatMap((page) =>
  looks.map((look) => ({ page, look, file: `${page.name}-${look.size.width}-${look.scheme}.png` })),
);

async function take(chosen: readonly Picture[], folder: string): Promise<void> {
  // Or the pictures would be of whatever was built last.
  await buildWebUi();
  const stage = await startUiStage();
  const browser = await openBrowser();
  await mkdir(folder, { recursive: true });
  try {
    const visitor = await openVisitor(browser, stage, "en");
    let shown: PageAtRest | null = null;
    for (const { page, look, file } of chosen) {
      if (page !== shown) await visitor.open(page);
      shown = page;
      await visitor.show(look);
      await visitor.tab.screenshot({ path: join(folder, file), animations: "disabled", caret: "hide" });
      console.log(join(folder, file));
    }
  } finally {
    await browser.close();
    await stage.close();
  }
}

/** A picture that is missing, that is not to be kept, or that no document shows. */
async function check(): Promise<readonly string[]> {
  const found = new Set(await readdir(KEPT_FOLDER).catch(() => []));
  const documents = await Promise.all(DOCUMENTS.map((name) => readFile(join(REPOSITORY, name), "utf8")));
  return [
    ...[...KEPT].filter((file) => !found.has(file)).map((file) => `missing: ${file}`),
    ...[...found].filter((file) => !KEPT.has(file)).map((file) => `not to be kept: ${file}`),
    ...[...KEPT]
      .filter((file) => !documents.some((text) => text.includes(`screenshots/${file}`)))
      .map((file) => `shown in no document: ${file}`),
  ];
}

const onlyName = process.argv.find((argument) => argument.startsWith("--only="))?.slice("--only=".length);
if (process.argv.includes("--check")) {
  const gaps = await check();
  for (const gap of gaps) console.error(gap);
  process.exitCode = gaps.length === 0 ? 0 : 1;
} else if (onlyName !== undefined || process.argv.includes("--all")) {
  await take(
    pictures.filter(({ page }) => onlyName === undefined || page.name.startsWith(onlyName)),
    LOOKED_AT_FOLDER,
  );
} else {
  await rm(KEPT_FOLDER, { recursive: true, force: true });
  await take(
    pictures.filter(({ file }) => KEPT.has(file)),
    KEPT_FOLDER,
  );
}
