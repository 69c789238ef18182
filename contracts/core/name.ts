// Names that people give to things, and other short text: without characters that hide, reorder or break what is shown.
import { z } from "zod";

/**
 * Control characters (with escape sequences and line breaks), format characters (direction of writing, zero width, soft
 * hyphen, tags), separators of lines, what fonts leave out (Unicode's Default_Ignorable_Code_Point) and the blank of Braille.
 */
const HIDDEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u{2800}]/u;
const HIDDEN_ALL = new RegExp(HIDDEN, "gu");
/** In scripts that join letters the two joiners are part of the spelling (Unicode Standard Annex 31, section 2.3). */
const JOINING = [
  "Arabic|Syriac|Mongolian|Devanagari|Bengali|Gurmukhi|Gujarati|Oriya|Tamil|Telugu|Kannada|Malayalam|Sinhala|Khmer|Myanmar",
].flatMap((names) => names.split("|").map((name) => `\\p{Script=${name}}`));
const JOINED = `(?<=[${JOINING.join("")}])[\\u200c\\u200d](?=[${JOINING.join("")}])`;
/** Emoji of several parts, the choice of their colourful form, keycaps, and the variants of a Chinese character. */
const EMOJI_PARTS = [
  "(?<=[\\p{Extended_Pictographic}\\p{Emoji_Modifier}\\ufe0f])\\u200d(?=\\p{Extended_Pictographic})",
  "(?<=\\p{Extended_Pictographic})[\\ufe0e\\ufe0f]",
  "(?<=[0-9#*])\\ufe0f(?=\\u20e3)",
  "(?<=\\p{Script=Han})[\\u{e0100}-\\u{e01ef}]",
];
const SPELLING_ALL = new RegExp([JOINED, ...EMOJI_PARTS].join("|"), "gu");
const VISIBLE = /[\p{L}\p{N}\p{P}\p{S}]/u;
const REPLACEMENT = "\u{FFFD}";

const HIDDEN_MESSAGE = "Remove line breaks and invisible characters.";

function isPlain(text: string): boolean {
  return !HIDDEN.test(text.replaceAll(SPELLING_ALL, ""));
}

/** For what is given: one line of visible characters. Its blanks at both ends are dropped. */
export const nameSchema = (maxChars: number) =>
  z
    .string()
    .trim()
    .min(1)
    .max(maxChars)
    .refine((text) => isPlain(text) && (text === "" || VISIBLE.test(text)), HIDDEN_MESSAGE);

/** Like a name, but it may contain line breaks and tabs, and may be empty. */
export const plainTextSchema = (maxChars: number) =>
  z
    .string()
    .trim()
    .max(maxChars)
    .refine((text) => isPlain(text.replaceAll(/[\n\r\t]/g, " ")), "Remove invisible and control characters.");

/** For text from outside, or stored before this check: replaces each such character. */
export function shownName(text: string): string {
  if (isPlain(text)) return text;
  const spelling = new Set([...text.matchAll(SPELLING_ALL)].map(({ index }) => index));
  return text.replaceAll(HIDDEN_ALL, (hidden, index: number) => (spelling.has(index) ? hidden : REPLACEMENT));
}

/** As shownName; line breaks and tabs stay. */
export function shownText(text: string): string {
  return text
    .split(/([\n\r\t])/)
    .map((part, index) => (index % 2 === 0 ? shownName(part) : part))
    .join("");
}

/** As shownText, for every text in a record, however deep. */
export function shownRecord(record: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(record).map(([key, inner]) => [shownName(key), shownDeep(inner)]));
}

function shownDeep(value: unknown): unknown {
  if (typeof value === "string") return shownText(value);
  if (Array.isArray(value)) return value.map(shownDeep);
  return typeof value === "object" && value !== null ? shownRecord({ ...value }) : value;
}

/** For answers. */
export const shownNameSchema = z.string().overwrite(shownName);
export const shownTextSchema = z.string().overwrite(shownText);
