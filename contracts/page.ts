// Lists that come in pages: what is asked for, and what an answer says about itself (A6).
import { z } from "zod";

/** What pages offer; any number up to the last one is accepted. */
export const PAGE_SIZES = [25, 50, 100] as const;
const PAGE_SIZE_DEFAULT = 50;
const PAGE_SIZE_MAX = 100;
const PAGE_MAX = 1_000_000;
const SEARCH_MAX_CHARS = 100;

/** Fields of a query string, so that they arrive as text. */
export const pageQueryFields = {
  page: z.coerce.number().int().min(1).max(PAGE_MAX).default(1),
  limit: z.coerce.number().int().min(1).max(PAGE_SIZE_MAX).default(PAGE_SIZE_DEFAULT),
} as const;
export const searchField = z.string().trim().max(SEARCH_MAX_CHARS).optional();

const count = z.number().int();
/** `page` is the page that was given: past the end it is the last valid one. `totalPages` is 1 for an empty list. */
export const pageMetaSchema = z.strictObject({ page: count, limit: count, total: count, totalPages: count });
export type PageMeta = z.infer<typeof pageMetaSchema>;
