// What the demonstration model answers: that it is one, what was said now, and what was said first.

export interface DemoMessage {
  readonly role: string;
  readonly text: string;
}

const QUOTE_MAX_CHARS = 300;
const NOTICE =
  "This is the demonstration model of Mosaic Fleet, not a real one: connect a provider in the settings for real answers.";

/** How OpenClaw 2026.9.6 hands over a request that carries its own history: as one message with these headings. */
const CONTEXT_HEADING = "[Chat messages since your last reply - for context]";
const CURRENT_HEADING = "[Current message - respond to this]";
/** A time before the user's own words, e.g. `[Sat 2026-11-21 10:08 UTC] `. */
const TIME_STAMP = /^\s*\[[A-Z][a-z]{2} \d{4}-\d{2}-\d{2} [^\]\n]{1,40}\]\s*/;
/** Facts about the run, behind the first message of a session. */
const RUNTIME_FACTS = /\n+Runtime: agent=[^\n]*\s*$/;
const SPEAKER = /^(User|Assistant): /m;

export function demoReply(messages: readonly DemoMessage[]): string {
  const said = messages
    .filter(({ role }) => role === "user")
    .flatMap(({ text }) => whatTheUserWrote(text))
    .filter((text) => text !== "");
  const now = said.at(-1);
  const first = said[0];
  if (now === undefined || first === undefined) return `${NOTICE} You have not said anything yet.`;
  const memory =
    said.length === 1
      ? "That is the first thing I hear from you in this conversation."
      : `I remember ${said.length - 1} earlier message${said.length === 2 ? "" : "s"}; the first was “${quoted(first)}”.`;
  return `${NOTICE} You said: “${quoted(now)}”. ${memory}`;
}

/** The user's own words in one message of the prompt, oldest first, without what the gateway adds around them. */
export function whatTheUserWrote(text: string): string[] {
  const bare = text.replace(RUNTIME_FACTS, "").replace(TIME_STAMP, "").trim();
  if (!bare.startsWith(CONTEXT_HEADING)) return [bare];
  const turns = bare.slice(CONTEXT_HEADING.length).replace(CURRENT_HEADING, "").split(SPEAKER);
  return turns.flatMap((speaker, at) => (speaker === "User" ? [(turns[at + 1] ?? "").trim()] : []));
}

function quoted(words: string): string {
  return words.length <= QUOTE_MAX_CHARS ? words : `${words.slice(0, QUOTE_MAX_CHARS)}…`;
}
