// What a card shows while it is read, when that failed, when there is nothing, and when it is there.
import { Skeleton, Stack } from "@mantine/core";
import type { UseQueryResult } from "@tanstack/react-query";
import { useState, type ReactNode } from "react";
import { useFormatter, useTranslations } from "use-intl";
import { ErrorNotice, Notice } from "./error-notice.tsx";
import classes from "./query-boundary.module.css";

export interface QueryBoundaryProps<T> {
  readonly query: UseQueryResult<T>;
  readonly children: (data: T) => ReactNode;
  /** The final shape in grey; three lines where absent. */
  readonly skeleton?: ReactNode;
  /** Refreshed automatically, so no bar needs to show it. */
  readonly isPolled?: boolean;
}

export function QueryBoundary<T>({ query, children, skeleton, isPolled = false }: QueryBoundaryProps<T>) {
  const { failure, retry } = useFailure(query);
  if (query.data === undefined) {
    if (failure !== null) return <ErrorNotice error={failure} onRetry={retry} />;
    return <div className={classes["skeleton"]}>{skeleton ?? <LinesSkeleton lines={3} />}</div>;
  }
  return (
    <div className={classes["frame"]}>
      {query.isFetching && !isPolled ? <div className={classes["bar"]} /> : null}
      {query.isRefetchError ? <StaleNotice at={query.dataUpdatedAt} /> : null}
      {children(query.data)}
    </div>
  );
}

/**
 * Without data, TanStack Query forgets a failure whenever it tries again. Here it stays until there is an answer or someone
 * asks for another try: what comes and goes every few seconds can be neither read nor clicked.
 */
function useFailure<T>(query: UseQueryResult<T>): { readonly failure: Error | null; readonly retry: () => void } {
  const [known, setKnown] = useState<Error | null>(null);
  const [dismissed, setDismissed] = useState<Error | null>(null);
  // What was never read before, such as another page of a list, has not failed yet.
  const hasFailed = query.data === undefined && query.errorUpdateCount > 0;
  const failure = hasFailed ? (query.error ?? known) : null;
  if (failure !== known) setKnown(failure);
  const retry = (): void => {
    setDismissed(failure);
    void query.refetch();
  };
  return { failure: failure === dismissed ? null : failure, retry };
}

function StaleNotice({ at }: { readonly at: number }) {
  const t = useTranslations("common");
  const format = useFormatter();
  return <Notice tone="warning">{t("stale", { time: format.dateTime(at, { timeStyle: "short" }) })}</Notice>;
}

export function LinesSkeleton({ lines, height = 20 }: { readonly lines: number; readonly height?: number }) {
  return (
    <Stack gap="sm" aria-hidden>
      {Array.from({ length: lines }, (_, line) => (
        <Skeleton key={line} height={height} radius="sm" width={line === lines - 1 ? "60%" : "100%"} />
      ))}
    </Stack>
  );
}
