// The frame of every page: title, one heading that takes the focus after a change of page, and the primary action.
import { Text, Title } from "@mantine/core";
import { useEffect, useLayoutEffect, useRef, type ReactNode } from "react";
import classes from "./page.module.css";

export interface PageProps {
  readonly title: string;
  readonly description?: ReactNode;
  readonly action?: ReactNode;
  /** A form is narrow, a table as wide as it may be. */
  readonly width?: "form" | "table";
  readonly children: ReactNode;
}

export function Page({ title, description, action, width = "table", children }: PageProps) {
  return (
    <div className={`${classes["page"]} ${classes[width]}`}>
      <div className={classes["header"]}>
        <div className={classes["heading"]}>
          <PageTitle title={title} />
          {description === undefined ? null : (
            <Text c="dimmed" mt={4}>
              {description}
            </Text>
          )}
        </div>
        {action}
      </div>
      {children}
    </div>
  );
}

/** Also the title of the window. The focus goes here when the page changes, so that a screen reader says where one is. */
export function PageTitle({ title }: { readonly title: string }) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = `${title} · Mosaic Fleet`;
  }, [title]);
  // Together with the heading: later it would take the focus from people who have begun to type.
  useLayoutEffect(() => {
    // The first page of a visit begins at the top of the document, as any page does.
    if (hasNavigated) heading.current?.focus({ preventScroll: true });
    hasNavigated = true;
  }, []);
  return (
    <Title order={1} ref={heading} tabIndex={-1} className={classes["title"]}>
      {title}
    </Title>
  );
}

let hasNavigated = false;
