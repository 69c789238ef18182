// Makes text of a model provider fit to be shown: without secrets, markup and characters that forge what is around it.
import { scrub } from "../process/logger.ts";

const WORDS_MAX_CHARS = 300;
const READ_MAX_CHARS = 4_000;
/** `401 words`, `401: {"error":{"message":"words"}}`: how the gateway repeats what a provider answered. */
const STATUS_PREFIX = /^\s*(?:HTTP\s+)?([1-5]\d\d)\b[:\s-]*/i;
/** An error page of a proxy tells a person nothing. */
const MARKUP = /<(?:!doctype|html|head|body|title|h1)\b/i;
// oxlint-disable-next-line no-control-regex -- They are what is meant.
const UNPRINTABLE = /[\u0000-\u001F\u007F-\u009F\u200B-\u200F\u2028-\u202F\u2060-\u206F\uFEFF]+/g;
const REDACTED = "[redacted]";
/** Providers repeat the key they refuse. Each keeps what stands before the secret. */
const SECRET_FORMS: readonly RegExp[] = [
  /((?:api[ _-]?key|access[ _-]?token|token|secret|password|credential)s?(?:\s+(?:provided|given|is|was))?["']?\s*[:=]\s*["'`]?)[^\s"'`,&}]{4,}/gi,
  /((?:^|[^A-Za-z0-9]))(?:sk|pk|rk|gsk|xai|key|hf|ghp|AIza)[-_A-Za-z0-9][A-Za-z0-9_*.-]{6,}/g,
  /(:\/\/)[^\s/@]+:[^\s/@]+(?=@)/g,
  /()(?=[A-Za-z_+/=*.-]*\d)[A-Za-z0-9_+/=*-]{20,}/g,
];

/** The status that a provider answered with, when the gateway repeats it in front of the provider's words. */
export function repeatedStatus(said: string): number | null {
  const found = STATUS_PREFIX.exec(said)?.[1];
  return found === undefined ? null : Number(found);
}

/** One line of at most 300 characters. Null when nothing is left that a person could use. */
export function providerWords(said: string): string | null {
  const text = messageIn(said.slice(0, READ_MAX_CHARS).replace(STATUS_PREFIX, ""));
  if (MARKUP.test(text)) return null;
  const line = withoutSecrets(scrub(text.replaceAll(UNPRINTABLE, " ")))
    .replaceAll(/\s+/g, " ")
    .trim();
  if (line === "") return null;
  return line.length <= WORDS_MAX_CHARS ? line : `${line.slice(0, WORDS_MAX_CHARS - 1).trimEnd()}…`;
}

function withoutSecrets(text: string): string {
  return SECRET_FORMS.reduce((line, form) => line.replace(form, (_all, before: string) => `${before}${REDACTED}`), text);
}

/** Some gateways repeat the provider's whole answer: then its message counts. */
function messageIn(text: string): string {
  if (!text.trimStart().startsWith("{")) return text;
  try {
    return messageOf(JSON.parse(text)) ?? text;
  } catch {
    return text; // not JSON, or cut off
  }
}

function messageOf(value: unknown): string | null {
  if (typeof value === "string") return value;
  if (typeof value !== "object" || value === null) return null;
  if ("error" in value) return messageOf(value.error);
  return "message" in value && typeof value.message === "string" ? value.message : null;
}
