// Keeps a personality that is being written in this tab, through the end of a session and a reload, for its person alone.
import { DRAFT_PREFIX } from "../../shell/forget-transcripts.ts";

/** Goes with the other drafts when its person signs out. No conversation has a colon in its id. */
const keyOf = (owner: string): string => `${DRAFT_PREFIX}${owner}-agent:personality`;

/** Null: there is none. */
export function readPersonality(owner: string): string | null {
  return sessionStorage.getItem(keyOf(owner));
}

/** Null: nothing is to be kept. */
export function keepPersonality(owner: string, text: string | null): void {
  try {
    if (text === null) sessionStorage.removeItem(keyOf(owner));
    else sessionStorage.setItem(keyOf(owner), text);
  } catch {
    // No room beside a long chat: it lives in the open page alone.
    sessionStorage.removeItem(keyOf(owner));
  }
}
