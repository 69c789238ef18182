// Which page of a list is returned: past the end, the last one.
import type { PageMeta } from "../../contracts/core/page.ts";

export interface WantedPage {
  readonly page: number;
  readonly limit: number;
}

export function pageOf({ page, limit }: WantedPage, total: number): PageMeta & { readonly offset: number } {
  const totalPages = Math.max(1, Math.ceil(total / limit));
  const given = Math.min(page, totalPages);
  return { page: given, limit, total, totalPages, offset: (given - 1) * limit };
}
