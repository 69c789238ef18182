// Where to go after a sign-in: a path of ours, and nothing that a browser could take for another address.

const BASE = "https://own.invalid";
/** A control character, slash or backslash behind the first slash, written as %xx: some parser will decode it. */
const DISGUISED = /^\/%(?:[01][0-9a-f]|2f|5c|7f)/i;

/** `/` for anything else. */
export function returnPath(text: string): string {
  if (!/^\/(?![/\\])/.test(text) || DISGUISED.test(text) || !URL.canParse(text, BASE)) return "/";
  const url = new URL(text, BASE);
  // What the parser makes of it, for it drops tabs and line breaks; which may leave two slashes.
  const path = url.pathname + url.search + url.hash;
  return url.origin === BASE && !path.startsWith("//") ? path : "/";
}
