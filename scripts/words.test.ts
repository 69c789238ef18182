// Words that people read: no text of the interface, the API's description, the CLI or an error uses a banned one, and no
// comment, test name or document uses a phrase that only a translator would write.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";

const REPOSITORY = join(import.meta.dirname, "..");

/** What a native engineer would not write, and what to write instead. CONTRIBUTING has the glossary. */
const BANNED: readonly (readonly [words: RegExp, instead: string])[] = [
  [/\bwish(es|ed)?\b/i, "request, desired"],
  [/\banew\b/i, "again, new"],
  [/\bfor want of\b/i, "no, because of missing"],
  [/\bstands? in\b/i, "is in, find it in"],
  [/\btaken for\b/i, "treated as"],
  [/\bput right\b/i, "repaired"],
  [/\bcalled off\b/i, "cancelled"],
  [/\bone's\b/i, "your"],
  [/\bvoid\b/i, "stops working, is revoked, is invalid"],
  [/\bsomebody\b/i, "someone, another user, a name"],
  [/\bwhoever\b/i, "anyone who"],
  [/\b(works?|counts?) no longer\b/i, "no longer works"],
  [/\bstays so\b/i, "continues"],
  [/\b(is|are) not right\b/i, "wrong"],
  [/\btyping errors?\b/i, "typo"],
  [/\b(exists|known|taken|has .*) already\b/i, "already exists"],
  [/\bin vain\b/i, "failed"],
  [/\bput(s)? .* into effect\b/i, "activate"],
  [/\bat the most\b/i, "at most"],
  [/\bthere is one of this name\b/i, "that name is already in use"],
  [/\bcounts from\b/i, "takes effect, applies at"],
  [/\b(Brotkrumen|Rückweg|Pacht\b|Anmietung)/i, "Breadcrumb, Lease"],
];

/** In comments, test names and documents too. Names of things, such as the workflow's argument `wish`, are code. */
const TRANSLATED: typeof BANNED = [
  [/\bwish(es|ed)?\b/i, "request, desired"],
  [/\banew\b/i, "again, new"],
  [/\bfor want of\b/i, "no, because of missing"],
  [/\bstands? (in|twice|behind)\b(?! for)/i, "is in, is behind"],
  [/\b(?:was|were) asked for\b(?! an?\b| the\b| their\b)/i, "was requested"],
  [/\btaken for\b/i, "treated as"],
  [/\bput right\b/i, "repaired"],
  [/\bcalled off\b/i, "cancelled"],
  [/(?<!\b(?:another|this|the|first|second|last|other|old|new) )\bone's\b/i, "your, the user's"],
  [/\b(is|are) not right\b/i, "wrong, invalid"],
  [/\btyping errors?\b/i, "typo"],
  [/\bin vain\b/i, "failed"],
  [/\bat the most\b/i, "at most"],
  [/\bin the place of\b/i, "instead of"],
  [/\b(gives?|given) (the |its |a )?(leases?|credentials?) back\b/i, "releases"],
  [/\bleases? (is|are|was|were) (always )?given back\b/i, "is released"],
];

interface Text {
  readonly file: string;
  readonly text: string;
}

function filesOf(...patterns: string[]): readonly string[] {
  const listed = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard", ...patterns], {
    cwd: REPOSITORY,
  });
  return listed.toString().split("\n").filter(Boolean);
}

/** The string literals of a file that are sentences or labels, without comments, SQL and identifiers. */
function shownTexts(file: string, isShown: (text: string) => boolean): readonly Text[] {
  const code = readFileSync(join(REPOSITORY, file), "utf8").replaceAll(/^\s*(\/\/|\/?\*).*$/gm, "");
  return [...code.matchAll(/"((?:[^"\\\n]|\\.)+)"|`((?:[^`\\]|\\.)+)`/g)]
    .map(([, quoted, template]) => ({ file, text: quoted ?? template ?? "" }))
    .filter(({ text }) => isShown(text));
}

const SQL = /^\s*(SELECT|INSERT|UPDATE|DELETE|WITH|WHERE|AND|CASE|CREATE|FROM|REVOKE|GRANT)\b/;
const isSentence = (text: string): boolean => /^[A-Z].* /.test(text) && !SQL.test(text);

/** The CLI prints parts of sentences too, which begin with a lower-case letter. */
const isPhrase = (text: string): boolean => /\w \w/.test(text) && !/;\n/.test(text);

const COMMENT = /^\s*(?:\/\/|\/?\*|#).*$|\s\/\/ .*$/gm;
const TEST_NAME = /\b(?:test|describe)\b[^"\n]*\(\s*"([^"\n]+)"/g;
/** Code within a document or a comment, and the rows of tables, of which the glossary's name the banned words. */
const CODE = /^```[\s\S]*?^```|^\|.*$|`[^`\n]+`/gm;

/** What is written about the code: comments and names of tests, or a document as a whole. */
function writtenAbout(file: string): readonly Text[] {
  const content = readFileSync(join(REPOSITORY, file), "utf8");
  const texts = file.endsWith(".md")
    ? content.replaceAll(CODE, "").split(/\n\n|\n(?=- )/)
    : [...content.matchAll(COMMENT), ...content.matchAll(TEST_NAME)].map(([whole, name]) => name ?? whole);
  return texts.map((text) => ({ file, text: text.replaceAll(CODE, "").trim() }));
}

function bannedIn(texts: readonly Text[], banned = BANNED): readonly string[] {
  return texts.flatMap(({ file, text }) =>
    banned.filter(([words]) => words.test(text)).map(([, instead]) => `${file}: “${text}” (instead: ${instead})`),
  );
}

test("the web interface uses the words of the glossary, in both languages", () => {
  const files = filesOf("ui/src/i18n/en/*.ts", "ui/src/i18n/de/*.ts", "ui/src/features/*texts-??.ts");
  const texts = files.flatMap((file) => shownTexts(file, () => true));
  expect(texts.length).toBeGreaterThan(1_000);
  expect(bannedIn(texts)).toEqual([]);
});

test("errors, reasons, the API's description and the CLI use the words of the glossary", () => {
  const files = filesOf(
    "activities/*.ts",
    "workflows/*.ts",
    "api/*.ts",
    "adapters/*.ts",
    "cli/*.ts",
    "contracts/*.ts",
    "db/*.ts",
    "domain/*.ts",
    "workers/*.ts",
  );
  const texts = files.filter((file) => !file.endsWith(".test.ts")).flatMap((file) => shownTexts(file, isSentence));
  texts.push(
    ...filesOf("cli/*.ts")
      .filter((file) => !file.endsWith(".test.ts"))
      .flatMap((file) => shownTexts(file, isPhrase)),
  );
  expect(texts.length).toBeGreaterThan(500);
  expect(bannedIn(texts)).toEqual([]);
});

test("comments, names of tests and documents are not written as a translator would", () => {
  const files = filesOf("*.ts", "*.tsx", "*.mjs", "*.md").filter(
    (file) => !file.startsWith("tests/replay/histories/") && file !== "scripts/words.test.ts",
  );
  const texts = files.flatMap(writtenAbout);
  expect(texts.length).toBeGreaterThan(5_000);
  expect(bannedIn(texts, TRANSLATED)).toEqual([]);
});
