// Keeps what was said in this tab alone, until it is closed or its person signs out.
import { z } from "zod";
import type { Transcript } from "./transcript.ts";
import { DRAFT_PREFIX, TRANSCRIPTS_KEY } from "./forget-transcripts.ts";

const messageSchema = z.object({
  id: z.string(),
  role: z.enum(["user", "agent"]),
  text: z.string(),
  state: z.enum(["done", "queued", "waiting", "answering", "stopped", "lost", "failed"]),
  at: z.number(),
});
const storedSchema = z.object({
  owner: z.string(),
  transcripts: z.array(z.object({ conversationId: z.string(), messages: z.array(messageSchema) })),
});

/** Nothing of somebody else who used this tab before. */
export function loadTranscripts(owner: string): Transcript[] {
  const text = sessionStorage.getItem(TRANSCRIPTS_KEY);
  if (text === null) return [];
  const stored = storedSchema.safeParse(JSON.parse(text));
  return stored.success && stored.data.owner === owner ? stored.data.transcripts : [];
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
