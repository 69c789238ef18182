// The parts of a table that shows as cards on phones. There the parts are laid out as blocks, and with its display a table
// loses its meaning in some browsers; their roles keep it. Only this file says them, so that only here the lint looks away.
/* oxlint-disable jsx-a11y/no-redundant-roles, jsx-a11y/no-interactive-element-to-noninteractive-role */
import type { ReactNode } from "react";
import classes from "./data-table.module.css";

interface PartProps {
  readonly children: ReactNode;
}

export function Table({ label, head, children }: PartProps & { readonly label: string; readonly head: ReactNode }) {
  return (
    <table className={classes["table"]} role="table" aria-label={label}>
      <thead role="rowgroup">
        <tr role="row">{head}</tr>
      </thead>
      <tbody role="rowgroup">{children}</tbody>
    </table>
  );
}

export function Row({ children, isSelected = false }: PartProps & { readonly isSelected?: boolean }) {
  return (
    <tr role="row" data-selected={isSelected || undefined}>
      {children}
    </tr>
  );
}

/** Beside the title of a card, or, where they take room, below it. */
export type ToolPlace = "select" | "actions" | "wideActions";

export interface HeaderCellProps extends PartProps {
  readonly place?: ToolPlace;
  readonly sorted?: "ascending" | "descending" | undefined;
}

export function HeaderCell({ place, sorted, children }: HeaderCellProps) {
  return (
    <th role="columnheader" scope="col" aria-sort={sorted} className={place === undefined ? undefined : classes[place]}>
      {children}
    </th>
  );
}

/** What the row is about: its name for screen readers, the title of its card on phones. */
export function TitleCell({ children }: PartProps) {
  return (
    <th role="rowheader" scope="row" className={classes["title"]}>
      {children}
    </th>
  );
}

/** `label` stands before the content on phones, where there is no head to read it in. */
export function Cell({ label, isLong, children }: PartProps & { readonly label: string; readonly isLong: boolean }) {
  return (
    <td role="cell" data-label={label} className={isLong ? classes["long"] : undefined}>
      <div>{children}</div>
    </td>
  );
}

export function ToolCell({ place, children }: PartProps & { readonly place: ToolPlace }) {
  return (
    <td role="cell" className={classes[place]}>
      {children}
    </td>
  );
}
