// Cuts a list that came whole into the pages that the address asks for.
import type { PageMeta } from "../../../../contracts/core/page.ts";
import type { ListState } from "../../components/use-list-search.ts";

const LIMIT_DEFAULT = 50;

export interface CutList<T> {
  readonly rows: readonly T[];
  readonly meta: PageMeta;
}

/** A page past the end is the last one. */
export function cutPage<T>(all: readonly T[], { search: { page = 1, limit = LIMIT_DEFAULT } }: ListState): CutList<T> {
  const totalPages = Math.max(1, Math.ceil(all.length / limit));
  const given = Math.min(page, totalPages);
  const from = (given - 1) * limit;
  return { rows: all.slice(from, from + limit), meta: { page: given, limit, total: all.length, totalPages } };
}

/** Whether one of the texts holds the words, however they are written. */
export function holds(texts: readonly (string | null | undefined)[], words: string | undefined): boolean {
  const wanted = words?.toLowerCase();
  return wanted === undefined || texts.some((text) => text?.toLowerCase().includes(wanted) === true);
}
