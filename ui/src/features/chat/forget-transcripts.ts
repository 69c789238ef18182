// Removes what was said and written from this tab. Apart from the reading, which every page would have to load otherwise.

export const TRANSCRIPTS_KEY = "mosaic-transcripts";
export const DRAFT_PREFIX = "mosaic-draft-";

export function forgetTranscripts(): void {
  for (const key of Object.keys(sessionStorage)) {
    if (key === TRANSCRIPTS_KEY || key.startsWith(DRAFT_PREFIX)) sessionStorage.removeItem(key);
  }
}
