// A list's filters, order and page are in the address: Back restores them, and the link can be shared.
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useEffect } from "react";
import type { PageMeta } from "../../../contracts/core/page.ts";
import type { ListSearch } from "../search-params.ts";
import type { Sorting, SortOrder } from "./sorting.tsx";

export interface ListState {
  readonly search: ListSearch;
  /** Any other filter begins at the first page. */
  readonly filter: (part: Partial<ListSearch>) => void;
  readonly toPage: (page: number) => void;
  readonly toOrder: (sort: string, order: SortOrder) => void;
  readonly isFiltered: boolean;
  readonly clear: () => void;
}

export function useListSearch(): ListState {
  const search: ListSearch = useSearch({ strict: false });
  const navigate = useNavigate();
  const go = (next: ListSearch): void => void navigate({ to: ".", search: next, replace: true });
  const { page: _page, limit, sort, order, tab, ...filters } = search;
  return {
    search,
    filter: (part) => go({ ...search, page: undefined, ...part }),
    toPage: (page) => void navigate({ to: ".", search: { ...search, page: page === 1 ? undefined : page } }),
    toOrder: (by, direction) => go({ ...search, page: undefined, sort: by, order: direction === "ascending" ? "asc" : "desc" }),
    isFiltered: Object.values(filters).some((value) => value !== undefined),
    clear: () => go({ limit, sort, order, tab }),
  };
}

/** `first`: the default order. */
export function sortingOf({ search, toOrder }: ListState, first: Pick<Sorting, "by" | "order">): Sorting {
  const { sort, order } = search;
  const asked = order === "desc" ? "descending" : "ascending";
  return { by: sort ?? first.by, order: sort === undefined && order === undefined ? first.order : asked, onChange: toOrder };
}

/** After the last row of the last page has gone, the server gives the page before; the address follows. */
export function useAdoptedPage({ search, filter }: ListState, meta: PageMeta | undefined): void {
  const wanted = search.page ?? 1;
  const given = meta?.page ?? wanted;
  useEffect(() => {
    if (given !== wanted) filter({ page: given === 1 ? undefined : given });
  });
}

/** Absent values stay out of the address of a call. */
export function queryString(values: Readonly<Record<string, string | number | undefined>>): string {
  const given = Object.entries(values).flatMap(([key, value]) => (value === undefined ? [] : [[key, String(value)]]));
  return given.length === 0 ? "" : `?${new URLSearchParams(given).toString()}`;
}
