// A page of rows that the server has cut: columns, order, selection, and the way to the other pages.
import { Checkbox, Paper, Stack } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import type { ReactNode } from "react";
import { useTranslations } from "use-intl";
import type { PageMeta } from "../../../contracts/core/page.ts";
import classes from "./data-table.module.css";
import { EmptyState, NoMatches } from "./empty-state.tsx";
import { Pager } from "./pager.tsx";
import { SortButton, SortSelect, type Sorting } from "./sorting.tsx";
import type { ListState } from "./use-list-search.ts";
import { Cell, HeaderCell, Row, Table, TitleCell, ToolCell, type ToolPlace } from "./table-parts.tsx";

export interface Column<Entry> {
  readonly key: string;
  readonly header: string;
  readonly render: (entry: Entry) => ReactNode;
  /** The server can bring the rows in the order of this column, under this name. */
  readonly sortBy?: string;
  /** Holds addresses or ids, which may break anywhere. */
  readonly isLong?: boolean;
}

export interface Selection {
  readonly ids: ReadonlySet<string>;
  readonly onChange: (ids: ReadonlySet<string>) => void;
}

export interface DataTableProps<Entry> {
  /** What it lists, for screen readers. */
  readonly label: string;
  readonly rows: readonly Entry[];
  readonly idOf: (entry: Entry) => string;
  readonly nameOf: (entry: Entry) => string;
  /** The first one says what a row is about. */
  readonly columns: readonly Column<Entry>[];
  readonly renderActions?: (entry: Entry) => ReactNode;
  /** They are more than one button. */
  readonly hasWideActions?: boolean;
  readonly selection?: Selection;
  readonly sorting?: Sorting;
  readonly list: ListState;
  readonly meta: PageMeta;
  /** Said when there is nothing though no filter is set. */
  readonly empty: string;
  /** What to do about an empty list. */
  readonly emptyAction?: ReactNode;
}

/** As in data-table.module.css: from here on down, rows are cards and have no head to sort or select by. */
const PHONE = "(max-width: 47.99em)";

export function DataTable<Entry>(props: DataTableProps<Entry>) {
  const isPhone = useMediaQuery(PHONE, false, { getInitialValueInEffect: false });
  const { rows, columns, idOf, list, meta, selection, sorting } = props;
  if (rows.length === 0)
    return list.isFiltered ? <NoMatches onClear={list.clear} /> : <EmptyState text={props.empty} action={props.emptyAction} />;
  return (
    <Stack gap="sm">
      {isPhone && sorting !== undefined ? <SortSelect columns={columns} sorting={sorting} /> : null}
      {isPhone && selection !== undefined ? <SelectAll ids={rows.map(idOf)} selection={selection} hasLabel /> : null}
      <Paper className={classes["frame"]}>
        <Table label={props.label} head={<Head {...props} isPhone={isPhone} />}>
          {rows.map((entry) => (
            <BodyRow key={idOf(entry)} entry={entry} {...props} />
          ))}
        </Table>
      </Paper>
      <Pager meta={meta} onPage={list.toPage} onLimit={(limit) => list.filter({ limit })} />
    </Stack>
  );
}

function Head<Entry>(props: DataTableProps<Entry> & { readonly isPhone: boolean }) {
  const { columns, rows, idOf, selection, sorting, renderActions, isPhone } = props;
  const t = useTranslations("common");
  return (
    <>
      {selection === undefined ? null : (
        <HeaderCell place="select">
          {isPhone ? t("selection") : <SelectAll ids={rows.map(idOf)} selection={selection} />}
        </HeaderCell>
      )}
      {columns.map((column) =>
        sorting === undefined || column.sortBy === undefined || isPhone ? (
          <HeaderCell key={column.key}>{column.header}</HeaderCell>
        ) : (
          <HeaderCell key={column.key} sorted={sorting.by === column.sortBy ? sorting.order : undefined}>
            <SortButton by={column.sortBy} header={column.header} sorting={sorting} />
          </HeaderCell>
        ),
      )}
      {renderActions === undefined ? null : <HeaderCell place={actionsPlace(props)}>{t("actions")}</HeaderCell>}
    </>
  );
}

function BodyRow<Entry>(props: DataTableProps<Entry> & { readonly entry: Entry }) {
  const { entry, columns, idOf, nameOf, selection, renderActions } = props;
  const t = useTranslations("common");
  const id = idOf(entry);
  const isSelected = selection?.ids.has(id) === true;
  const toggle = (): void => {
    const next = new Set(selection?.ids);
    if (!next.delete(id)) next.add(id);
    selection?.onChange(next);
  };
  return (
    <Row isSelected={isSelected}>
      {selection === undefined ? null : (
        <ToolCell place="select">
          <Checkbox aria-label={t("selectRow", { name: nameOf(entry) })} checked={isSelected} onChange={toggle} />
        </ToolCell>
      )}
      {columns.map(({ key, header, render, isLong = false }, index) =>
        index === 0 ? (
          <TitleCell key={key}>{render(entry)}</TitleCell>
        ) : (
          <Cell key={key} label={header} isLong={isLong}>
            {render(entry)}
          </Cell>
        ),
      )}
      {renderActions === undefined ? null : <ToolCell place={actionsPlace(props)}>{renderActions(entry)}</ToolCell>}
    </Row>
  );
}

function actionsPlace({ hasWideActions = false }: { readonly hasWideActions?: boolean }): ToolPlace {
  return hasWideActions ? "wideActions" : "actions";
}

interface SelectAllProps {
  readonly ids: readonly string[];
  readonly selection: Selection;
  readonly hasLabel?: boolean;
}

/** Adds the rows of this page to the selection, or takes them out; those of other pages stay. */
function SelectAll({ ids, selection, hasLabel = false }: SelectAllProps) {
  const t = useTranslations("common");
  const isAll = ids.every((id) => selection.ids.has(id));
  const isSome = ids.some((id) => selection.ids.has(id));
  const toggle = (): void => {
    const others = [...selection.ids].filter((id) => !ids.includes(id));
    selection.onChange(new Set(isAll ? others : [...others, ...ids]));
  };
  return (
    <Checkbox
      {...(hasLabel ? { label: t("selectAll") } : { "aria-label": t("selectAll") })}
      checked={isAll}
      indeterminate={isSome && !isAll}
      onChange={toggle}
    />
  );
}
