// A list that the server cuts into pages: read, and its address in step with the page that was given.
import type { UseQueryResult } from "@tanstack/react-query";
import type { ReactNode } from "react";
import type { PageMeta } from "../../../contracts/core/page.ts";
import { LinesSkeleton, QueryBoundary } from "./query-boundary.tsx";
import { useAdoptedPage, type ListState } from "./use-list-search.ts";

const ROW_PX = 44;

export interface PagedListProps<Page> {
  readonly list: ListState;
  readonly query: UseQueryResult<Page>;
  /** Rows in grey, until the first page is there. */
  readonly lines: number;
  /** Refreshed automatically. */
  readonly isPolled?: boolean;
  readonly children: (page: Page) => ReactNode;
}

export function PagedList<Page extends { readonly meta: PageMeta }>(props: PagedListProps<Page>) {
  const { list, query, lines, isPolled = false, children } = props;
  useAdoptedPage(list, query.isPlaceholderData ? undefined : query.data?.meta);
  return (
    <QueryBoundary
      query={query}
      isPolled={isPolled && !query.isPlaceholderData}
      skeleton={<LinesSkeleton lines={lines} height={ROW_PX} />}
    >
      {children}
    </QueryBoundary>
  );
}
