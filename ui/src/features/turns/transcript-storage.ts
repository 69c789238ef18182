// Keeps what was said in this tab alone, until it is closed or its person signs out.
import { isRecord } from "../../api/errors.ts";
import { afterReload, type Message, type MessageState, type Transcript } from "./transcript.ts";
import { DRAFT_PREFIX, TRANSCRIPTS_KEY } from "../../shell/forget-transcripts.ts";

const STATES: Readonly<Record<MessageState, true>> = {
  done: true,
  queued: true,
  waiting: true,
  answering: true,
  stopped: true,
  lost: true,
  left: true,
  failed: true,
};

/** As the page before has left them. What waited for the end of an answer was not sent: it is a draft again. */
export function reopenTranscripts(owner: string): readonly Transcript[] {
  const reopened = loadTranscripts(owner).map(afterReload);
  const transcripts = reopened.map(({ transcript }) => transcript);
  const unsent = reopened.filter((each) => each.unsent !== "");
  for (const { transcript, unsent: text } of unsent) {
    const place = { owner, conversationId: transcript.conversationId };
    keepDraft(place, [text, readDraft(place)].filter((part) => part !== "").join("\n\n"));
  }
  // Or the next page would find it waiting once more.
  if (unsent.length > 0) keepTranscripts(owner, transcripts);
  return transcripts;
}

/** Nothing of someone else who used this tab before, and nothing that an older page has kept in another form. */
function loadTranscripts(owner: string): Transcript[] {
  const stored = read();
  if (!isRecord(stored) || stored["owner"] !== owner || !Array.isArray(stored["transcripts"])) return [];
  return stored["transcripts"].filter(isTranscript);
}

function read(): unknown {
  try {
    const value: unknown = JSON.parse(sessionStorage.getItem(TRANSCRIPTS_KEY) ?? "null");
    return value;
  } catch {
    return null;
  }
}

function isTranscript(value: unknown): value is Transcript {
  if (!isRecord(value) || typeof value["conversationId"] !== "string") return false;
  return Array.isArray(value["messages"]) && value["messages"].every(isMessage);
}

function isMessage(value: unknown): value is Message {
  if (!isRecord(value)) return false;
  const { id, role, text, state, at } = value;
  const isKnown = (role === "user" || role === "agent") && typeof state === "string" && Object.hasOwn(STATES, state);
  return isKnown && typeof id === "string" && typeof text === "string" && typeof at === "number";
}

export function keepTranscripts(owner: string, transcripts: readonly Transcript[]): void {
  try {
    sessionStorage.setItem(TRANSCRIPTS_KEY, JSON.stringify({ owner, transcripts }));
  } catch {
    // The browser gives a tab some megabytes; a longer log lives in the open page alone.
    sessionStorage.removeItem(TRANSCRIPTS_KEY);
  }
}

/** A draft belongs to a conversation of one person: conversations of several people have the same ids. */
export interface DraftPlace {
  readonly owner: string;
  readonly conversationId: string;
}

export function readDraft(place: DraftPlace): string {
  return sessionStorage.getItem(draftKey(place)) ?? "";
}

export function keepDraft(place: DraftPlace, text: string): void {
  const key = draftKey(place);
  try {
    if (text === "") sessionStorage.removeItem(key);
    else sessionStorage.setItem(key, text);
  } catch {
    // No room beside a long log. What is written goes on, in the open page alone.
    sessionStorage.removeItem(key);
  }
}

function draftKey({ owner, conversationId }: DraftPlace): string {
  return `${DRAFT_PREFIX}${owner}-${conversationId}`;
}
