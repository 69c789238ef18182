// The parts of a page, each with an address of its own: links that look like tabs.
import { useLinkProps } from "@tanstack/react-router";
import { useEffect, useRef } from "react";
import classes from "./link-tabs.module.css";

export interface LinkTab {
  readonly label: string;
  /** The query of the address. */
  readonly search: { readonly tab?: string | undefined };
  readonly isOn: boolean;
}

export function LinkTabs({ label, tabs }: { readonly label: string; readonly tabs: readonly LinkTab[] }) {
  return (
    <nav aria-label={label} className={classes["tabs"]}>
      {tabs.map((tab) => (
        <TabLink key={tab.search.tab ?? ""} {...tab} />
      ))}
    </nav>
  );
}

/** The router would take each of them for the one that is open: they differ only behind the question mark. */
function TabLink({ label, search, isOn }: LinkTab) {
  const props = useLinkProps({ to: ".", search });
  const link = useRef<HTMLAnchorElement>(null);
  useEffect(() => {
    if (isOn) link.current?.scrollIntoView({ block: "nearest", inline: "nearest" });
  }, [isOn]);
  return (
    <a {...props} ref={link} data-status={undefined} className={classes["tab"]} aria-current={isOn ? "page" : undefined}>
      {label}
    </a>
  );
}
