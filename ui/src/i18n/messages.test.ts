/** @jest-environment node */
// Texts that nobody can read any more are found here: the types see only that every key in use exists.
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { allMessages } from "./en/all-messages.ts";

const SOURCE = join(import.meta.dirname, "..");

/** Chosen by a value of the api or of the address, which no source names. */
const BY_VALUE: ReadonlySet<string> = new Set([
  ...[
    "appearance",
    "auditSentences",
    "auditWords.actors",
    "causes",
    "containerReasons",
    "errors",
    "issuerProblems",
    "oidcRejections",
    "roles",
    "shortcuts",
    "status",
  ],
  ...["keys.scope", "pools.exhausted", "providers.reasons", "providers.steps", "providers.openai", "providers.anthropic"],
  ...["providers.own", "providers.ofAgent", "providers.warnings"],
  ...["home.asleep", "home.failed", "home.restarting", "home.retrying", "home.stopping"],
]);

interface Source {
  readonly text: string;
  readonly namespaces: ReadonlySet<string>;
}

const sources: readonly Source[] = globSync("**/*.{ts,tsx}", { cwd: SOURCE })
  .filter((path) => !/^i18n\/\w\w\//.test(path) && !path.includes(".test."))
  .map((path) => readFileSync(join(SOURCE, path), "utf8"))
  .map((text) => ({
    text,
    namespaces: new Set([...text.matchAll(/useTranslations\("([\w.]+)"\)/g)].map(([, namespace = ""]) => namespace)),
  }));

/** `a.b.c` for each text. */
function keysOf(texts: object, path: readonly string[] = []): string[][] {
  return Object.entries(texts).flatMap(([key, value]) =>
    typeof value === "string" ? [[...path, key]] : keysOf(value, [...path, key]),
  );
}

/** As by `t("tabs.pools")` in a file that has the texts of `credentials`. */
function isNamed(path: readonly string[]): boolean {
  return path.slice(0, -1).some((_, index) => {
    const namespace = path.slice(0, index + 1).join(".");
    const key = path.slice(index + 1).join(".");
    return sources.some(({ text, namespaces }) => {
      if (!namespaces.has(namespace)) return false;
      return text.includes(`"${key}"`) || patternsOf(text).some((pattern) => pattern.test(key));
    });
  });
}

/** What a template such as `${action}Title` can become. */
function patternsOf(text: string): RegExp[] {
  const templates = [...text.matchAll(/`([\w.]*\$\{[^`}]*\}[\w.]*)`/g)].map(([, template = ""]) => template);
  const named = templates.filter((template) => /^\w|\w$/.test(template));
  return named.map((template) => new RegExp(`^${template.replaceAll(".", "\\.").replace(/\$\{.*\}/, "[\\w:]+")}$`));
}

const isByValue = (path: readonly string[]): boolean =>
  path.some((_, index) => BY_VALUE.has(path.slice(0, index + 1).join(".")));

test("every text is used", () => {
  const unused = keysOf(allMessages).filter((path) => !isByValue(path) && !isNamed(path));
  expect(unused.map((path) => path.join("."))).toEqual([]);
});
