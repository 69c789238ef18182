// Lists in pages: the fields of a request, and what an answer says about its page.
import { z } from "zod";
import { PAGE_MAX, PAGE_SIZE_MAX, SEARCH_MAX_CHARS } from "./page-limits.ts";

const PAGE_SIZE_DEFAULT = 50;

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
