// Text that nothing behind us can keep: Postgres stores neither NUL nor half a character.
import type { FieldProblem } from "../../contracts/core/errors.ts";

/** With the flag `u` a surrogate matches only where its other half is missing. */
const UNSTORABLE = /\0|\p{Surrogate}/u;
const UNSTORABLE_ALL = new RegExp(UNSTORABLE, "gu");
const MESSAGE = "Leave out NUL characters and incomplete Unicode characters.";
const KEY_SHOWN_CHARS = 100;

export function isStorable(text: string): boolean {
  return !UNSTORABLE.test(text);
}

/**
 * Every field of a parsed input, however deep, whose name or value holds such text. The reader of bodies bounds the depth,
 * so that the recursion is safe.
 */
export function unstorableText(value: unknown, path: readonly string[] = []): FieldProblem[] {
  if (typeof value === "string") return isStorable(value) ? [] : [{ path: path.join("."), message: MESSAGE }];
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => {
    if (!isStorable(key)) return [{ path: [...path, shown(key)].join("."), message: MESSAGE }];
    return unstorableText(inner, [...path, key]);
  });
}

function shown(key: string): string {
  return key.slice(0, KEY_SHOWN_CHARS).replaceAll(UNSTORABLE_ALL, "\u{FFFD}");
}
