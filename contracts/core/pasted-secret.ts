// Secrets as people paste them: with surrounding spaces and line breaks, invisible characters, quotes, or their header.
import { z } from "zod";

/** Zero-width characters, the byte order mark, and marks of direction: editors, chats and web pages add them. */
const INVISIBLE = /[\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]/g;
const QUOTED = /^(?:"([^"]*)"|'([^']*)'|`([^`]*)`|“([^”]*)”|„([^“]*)“|‘([^’]*)’)$/u;
const HEADER = /^(?:authorization\s*:\s*|x-api-key\s*:\s*)?(?:bearer(?:\s+|$))?/i;
/** What a header can contain; no spaces, because then half a key or two keys were pasted. */
const TOKEN = /^[\x21-\x7e]+$/;

/** A key or token as it was meant: nothing of it can be white space, a quote around it, or `Bearer`. */
export function pastedToken(text: string): string {
  const plain = pastedPassword(text);
  const bare = plain.replace(HEADER, "").trim();
  return (
    QUOTED.exec(bare)
      ?.slice(1)
      .find((inner) => inner !== undefined)
      ?.replace(HEADER, "")
      .trim() ?? bare
  );
}

/** A password that others chose may contain anything: only what surrounds it is removed. */
export function pastedPassword(text: string): string {
  return text.replaceAll(INVISIBLE, "").trim();
}

const ONE_PIECE = "A key contains only letters, digits and symbols. Paste it again without spaces or line breaks.";

/** API keys of providers and the like. `max`: of what is pasted. */
export function tokenSchema(max: number) {
  return z.string().min(1).max(max).transform(pastedToken).pipe(z.string().regex(TOKEN, ONE_PIECE));
}

/** Client secrets and passwords of other systems. */
export function foreignPasswordSchema(max: number) {
  return z.string().min(1).max(max).transform(pastedPassword).pipe(z.string().min(1, "This contains only spaces."));
}
