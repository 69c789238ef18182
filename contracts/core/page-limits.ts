// What may be asked of a list that comes in pages, for the api and, without a validator, for pages of the web interface.

/** What pages offer; any number up to the last one is accepted. */
export const PAGE_SIZES = [25, 50, 100] as const;
export const PAGE_SIZE_MAX = 100;
export const PAGE_MAX = 1_000_000;
export const SEARCH_MAX_CHARS = 100;
