// What a card shows while it is read, when that failed, when there is nothing, and when it is there.
import { Skeleton, Stack } from "@mantine/core";
import type { UseQueryResult } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { useFormatter, useTranslations } from "use-intl";
import { ErrorNotice, Notice } from "./error-notice.tsx";
import classes from "./query-boundary.module.css";

export interface QueryBoundaryProps<T> {
  readonly query: UseQueryResult<T>;
  readonly children: (data: T) => ReactNode;
  /** The final shape in grey; three lines where absent. */
  readonly skeleton?: ReactNode;
  /** Refreshed by itself, so that no bar needs to say so. */
  readonly isPolled?: boolean;
}

export function QueryBoundary<T>({ query, children, skeleton, isPolled = false }: QueryBoundaryProps<T>) {
  const retry = () => void query.refetch();
  if (query.data === undefined) {
    if (query.isError) return <ErrorNotice error={query.error} onRetry={retry} />;
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
