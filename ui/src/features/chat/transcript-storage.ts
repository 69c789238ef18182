// Keeps what was said in this tab alone, until it is closed or its person signs out.
import { isRecord } from "../../api/errors.ts";
import type { Message, MessageState, Transcript } from "./transcript.ts";
import { DRAFT_PREFIX, TRANSCRIPTS_KEY } from "./forget-transcripts.ts";

const STATES: Readonly<Record<MessageState, true>> = {
  done: true,
  queued: true,
  waiting: true,
  answering: true,
  stopped: true,
  lost: true,
  failed: true,
};

/** Nothing of somebody else who used this tab before, and nothing that an older page has kept in another form. */
export function loadTranscripts(owner: string): Transcript[] {
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

export function readDraft(conversationId: string): string {
  return sessionStorage.getItem(DRAFT_PREFIX + conversationId) ?? "";
}

export function keepDraft(conversationId: string, text: string): void {
  if (text === "") sessionStorage.removeItem(DRAFT_PREFIX + conversationId);
  else sessionStorage.setItem(DRAFT_PREFIX + conversationId, text);
}
