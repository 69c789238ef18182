// Weighs the built web interface, compressed: what the first page loads, and what each further page adds. `--paint` adds
// how long the first pages take to stand there on a slow processor, which is printed and not judged.
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { build, type Rolldown } from "vite";
import { PAGES } from "../tests/support/browser/ui-pages.ts";
import { ensureWebUi } from "../cli/up/web-ui.ts";
import { measureLargestPaints } from "./budget/largest-paint.ts";

const UI = join(import.meta.dirname, "../ui");
const KB = 1000;
/** In kilobytes; see the architecture of the interface. */
const LIMITS = { firstScript: 230, style: 40, chat: 70, page: 35 } as const;
const HEAVY_PAGE = "chat-page";
/** Of each language; the first load has one of them. */
const TEXTS = "messages";
const FIRST_PAGES: ReadonlySet<string> = new Set(["sign-in", "home", "chat"]);

type Chunk = Rolldown.OutputChunk;

const built = await build({ configFile: join(UI, "vite.config.ts"), logLevel: "error", build: { write: false } });
const outputs = (Array.isArray(built) ? built : [built]).flatMap((result) => ("output" in result ? result.output : []));
const chunks = new Map(outputs.flatMap((file): [string, Chunk][] => (file.type === "chunk" ? [[file.fileName, file]] : [])));
const sizeOf = (text: string | Uint8Array): number => gzipSync(text, { level: 9 }).length / KB;

/** A chunk and all that it needs before it runs. */
function withImports(name: string, seen = new Set<string>()): Set<string> {
  if (seen.has(name)) return seen;
  seen.add(name);
  for (const imported of chunks.get(name)?.imports ?? []) withImports(imported, seen);
  return seen;
}
const weigh = (names: Iterable<string>): number =>
  [...names].reduce((sum, name) => sum + sizeOf(chunks.get(name)?.code ?? ""), 0);

/** The style sheets that these chunks bring. */
function firstStyles(names: Iterable<string>): ReadonlySet<string> {
  return new Set([...names].flatMap((name) => [...(chunks.get(name)?.viteMetadata?.importedCss ?? [])]));
}

interface Weight {
  readonly name: string;
  readonly kb: number;
  readonly limit: number;
}

function weights(): Weight[] {
  const entry = [...chunks.values()].find(({ isEntry }) => isEntry);
  const named = (name: string): Chunk | undefined => [...chunks.values()].find((chunk) => chunk.name === name);
  const home = named("home-page");
  const texts = [...chunks.values()].find(({ facadeModuleId }) => facadeModuleId?.endsWith("/en/messages.ts") === true);
  if (entry === undefined || home === undefined || texts === undefined) throw new Error("The build has another shape.");
  const first = withImports(entry.fileName);
  const firstPage = new Set([...first, ...withImports(home.fileName), ...withImports(texts.fileName)]);
  const styles = outputs.filter(({ fileName }) => firstStyles(firstPage).has(fileName));
  const style = styles.reduce((sum, file) => sum + sizeOf(file.type === "asset" ? file.source : ""), 0);
  // Pages, and the parts of them that are loaded when they are looked at.
  const parts = [...chunks.values()].filter(({ name, isDynamicEntry }) => isDynamicEntry && name !== TEXTS);
  const added = parts.map(({ name, fileName }) => ({
    name: `+ ${name}`,
    kb: weigh([...withImports(fileName)].filter((each) => !firstPage.has(each))),
    limit: name === HEAVY_PAGE ? LIMITS.chat : LIMITS.page,
  }));
  return [
    { name: "first load, script", kb: weigh(firstPage), limit: LIMITS.firstScript },
    { name: "first load, style", kb: style, limit: LIMITS.style },
    ...added.toSorted((a, b) => b.kb - a.kb),
  ];
}

for (const { name, kb, limit } of weights()) {
  const isOver = kb > limit;
  console.log(`${isOver ? "✗" : "✓"} ${name.padEnd(32)} ${kb.toFixed(1).padStart(7)} kB of ${limit}`);
  if (isOver) process.exitCode = 1;
}

if (process.argv.includes("--paint")) {
  await ensureWebUi({ environment: process.env, signal: new AbortController().signal }, console.log);
  const first = PAGES.filter(({ name }) => FIRST_PAGES.has(name));
  for (const { page, ms } of await measureLargestPaints(first)) {
    console.log(`  largest paint of ${page.padEnd(16)} ${String(ms).padStart(7)} ms at a quarter of the speed`);
  }
}
