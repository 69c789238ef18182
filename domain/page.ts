// Which page of a list is given: one past the end becomes the last valid one (A6).
import type { PageMeta } from "../contracts/page.ts";

export interface WantedPage {
  readonly page: number;
  readonly limit: number;
}

export function pageOf({ page, limit }: WantedPage, total: number): PageMeta & { readonly offset: number } {
  const totalPages = Math.max(1, Math.ceil(total / limit));
  const given = Math.min(page, totalPages);
  return { page: given, limit, total, totalPages, offset: (given - 1) * limit };
}
