// What a page says: in German nothing English and no raw key; in a made-up language, longer by two fifths, nothing that
// does not come from the files of texts.
import type { Page } from "playwright-core";
import { z } from "zod";
import { allMessages as german } from "../../../ui/src/i18n/de/all-messages.ts";
import { allMessages as english } from "../../../ui/src/i18n/en/all-messages.ts";
import type { PageAtRest } from "./ui-fixtures.ts";

const LONGER_BY = 0.4;
const LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
const ACCENTED = "áƀçđéƒğħíĵķĺɱñóþɋřšťúṽŵẋýžÁɃÇĐÉƑĞĦÍĴĶĹṀÑÓÞɊŘŠŤÚṼŴẊÝŽ";
/** Said by the browser's own formats, or a name that is the same everywhere. */
const OF_NO_LANGUAGE = new Set(
  (
    "Mosaic Fleet English Deutsch UTC ago minute minutes hour hours day days week weeks month months second seconds yesterday " +
    "tomorrow now next last January February March April May June July August September October November December Monday " +
    "Tuesday Wednesday Thursday Friday Saturday Sunday Jan Feb Mar Apr Jun Jul Aug Sep Sept Oct Nov Dec Mon Tue Wed Thu Fri Sat " +
    "Sun BEGIN CERTIFICATE zai api paas OpenID Connect OpenAI Chat Completions Responses Anthropic Messages Google Generative Ollama https http " +
    "curl JavaScript Python MOSAIC AGENT KEY"
  ).split(" "),
);

/** In the made-up language. Arguments, tags and the names of plural forms stay as they are. */
export function pseudo(message: string): string {
  let at = 0;
  const take = (pattern: RegExp): string => {
    const [found = ""] = new RegExp(pattern, "y" + pattern.flags).exec(message.slice(at)) ?? [];
    at += found.length;
    return found;
  };
  const text = (): string => {
    let written = "";
    while (at < message.length && message[at] !== "}") {
      if (message[at] === "{") written += argument();
      else written += take(/<[^>]*>|[^A-Za-z{}<]+/) || lengthened(take(/[A-Za-z]+/));
    }
    return written;
  };
  const argument = (): string => {
    let written = take(/\{\w+/);
    written += take(/, (?:plural|select),/) || take(/[^}]*/);
    for (let form = take(/\s*[=\w]+ \{/); form !== ""; form = take(/\s*[=\w]+ \{/)) written += form + text() + take(/\}/);
    return written + take(/\s*\}/);
  };
  return text();
}

function lengthened(word: string): string {
  const accented = word.replaceAll(/[A-Za-z]/g, (letter) => ACCENTED.charAt(LETTERS.indexOf(letter)));
  return accented + "ů".repeat(Math.round(word.length * LONGER_BY));
}

const TEXTS = /^\/assets\/(?:messages|texts-\w\w)-[^/]*\.js$/;

/** Rewrites the files of texts, and no other, so that the interface speaks the made-up language. */
export function speakPseudo(path: string, script: string): string {
  if (!TEXTS.test(path)) return script;
  return script.replaceAll(/:`((?:[^`\\]|\\.)*)`/g, (_, text: string) => `:\`${pseudo(text)}\``);
}

/** What the page itself writes, neither from the texts nor from the answers behind it. */
export async function wordsOfNoText(tab: Page, page: PageAtRest): Promise<string[]> {
  const known = new Set(
    JSON.stringify([page.answers, page.path, page.kept])
      .replaceAll(/\\+n/g, " ")
      .match(/[A-Za-z]{3,}/g),
  );
  const isForeign = (word: string): boolean => !known.has(word) && !OF_NO_LANGUAGE.has(word);
  return (await textsOf(tab)).filter((text) => text.match(/[A-Za-z]{3,}/g)?.some(isForeign));
}

/** English sentences and raw keys on a German page; what its answers say is somebody's own. */
export async function untranslated(tab: Page, page: PageAtRest): Promise<string[]> {
  const germanTexts = new Set(leaves(german));
  const englishOnly = new Set(leaves(english).filter((text) => !germanTexts.has(text)));
  const rawKey = new RegExp(`^(?:${Object.keys(english).join("|")})\\.[A-Za-z.]+$`);
  const data = JSON.stringify([page.answers, page.kept]);
  return (await textsOf(tab)).filter((text) => (englishOnly.has(text) || rawKey.test(text)) && !data.includes(text));
}

function leaves(texts: unknown): string[] {
  if (typeof texts === "string") return [texts];
  return typeof texts === "object" && texts !== null ? Object.values(texts).flatMap(leaves) : [];
}

/** Without programs and log lines, which are of no language. */
async function textsOf(tab: Page): Promise<string[]> {
  const found: unknown = await tab.evaluate(`(() => {
    const texts = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) if (walker.currentNode.parentElement.closest("script, style, textarea, noscript, pre, [aria-hidden=true]") === null) texts.push(walker.currentNode.data);
    for (const name of ["aria-label", "placeholder", "title", "alt", "aria-description"])
      for (const element of document.body.querySelectorAll("[" + name + "]")) if (element.closest("[aria-hidden=true]") === null) texts.push(element.getAttribute(name));
    return [document.title, ...texts].map((text) => text.trim()).filter((text) => text !== "");
  })()`);
  return z.array(z.string()).parse(found);
}
