// Removes what was said and written from this tab. Apart from the reading, which every page would have to load otherwise.

export const TRANSCRIPTS_KEY = "mosaic-transcripts";
export const DRAFT_PREFIX = "mosaic-draft-";
/** An event of the window, because only the page that shows a chat loads what holds one. */
const FORGOTTEN = "mosaic-transcripts-forgotten";

/** Also what open pages hold, and what running answers would still add. */
export function forgetTranscripts(): void {
  dispatchEvent(new Event(FORGOTTEN));
  for (const key of Object.keys(sessionStorage)) {
    if (key === TRANSCRIPTS_KEY || key.startsWith(DRAFT_PREFIX)) sessionStorage.removeItem(key);
  }
}

export function onForgotten(listener: () => void, signal: AbortSignal): void {
  addEventListener(FORGOTTEN, listener, { signal });
}
