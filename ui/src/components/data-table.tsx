// A page of rows that the server has cut: columns, selection, and the way to the other pages.
import { Button, Checkbox, Paper, Stack, Text } from "@mantine/core";
import type { ReactNode } from "react";
import { useTranslations } from "use-intl";
import type { PageMeta } from "../../../contracts/page.ts";
import classes from "./data-table.module.css";
import { EmptyState } from "./empty-state.tsx";
import { Pager } from "./pager.tsx";

export interface Column<Row> {
  readonly key: string;
  readonly header: string;
  readonly render: (row: Row) => ReactNode;
}

export interface Selection {
  readonly ids: ReadonlySet<string>;
  readonly onChange: (ids: ReadonlySet<string>) => void;
}

export interface DataTableProps<Row> {
  /** What it lists, for screen readers. */
  readonly label: string;
  readonly rows: readonly Row[];
  readonly idOf: (row: Row) => string;
  readonly nameOf: (row: Row) => string;
  readonly columns: readonly Column<Row>[];
  readonly actions?: (row: Row) => ReactNode;
  readonly selection?: Selection;
  readonly meta: PageMeta;
  readonly onPage: (page: number) => void;
  readonly onLimit: (limit: number) => void;
  /** A filter is set, so that nothing found is not the same as nothing there. */
  readonly isFiltered: boolean;
  readonly onClearFilters: () => void;
  readonly empty: string;
}

export function DataTable<Row>(props: DataTableProps<Row>) {
  const { rows, meta, isFiltered, onClearFilters, empty, label } = props;
  if (rows.length === 0) return isFiltered ? <NoMatches onClear={onClearFilters} /> : <EmptyState text={empty} />;
  return (
    <Stack gap="sm">
      <Paper className={classes["scroll"]}>
        <table className={classes["table"]} role="table" aria-label={label}>
          <Head {...props} />
          <tbody role="rowgroup">
            {rows.map((row) => (
              <BodyRow key={props.idOf(row)} row={row} {...props} />
            ))}
          </tbody>
        </table>
      </Paper>
      <Pager meta={meta} onPage={props.onPage} onLimit={props.onLimit} />
    </Stack>
  );
}

function Head<Row>({ columns, rows, idOf, selection, actions }: DataTableProps<Row>) {
  const t = useTranslations("common");
  const ids = rows.map(idOf);
  const isAll = selection !== undefined && ids.every((id) => selection.ids.has(id));
  const isSome = selection !== undefined && ids.some((id) => selection.ids.has(id));
  return (
    <thead>
      <tr>
        {selection === undefined ? null : (
          <th className={classes["narrow"]}>
            <Checkbox
              aria-label={t("selectAll")}
              checked={isAll}
              indeterminate={isSome && !isAll}
              onChange={() => selection.onChange(new Set(isAll ? [] : ids))}
            />
          </th>
        )}
        {columns.map(({ key, header }) => (
          <th key={key} scope="col">
            {header}
          </th>
        ))}
        {actions === undefined ? null : (
          <th scope="col" className={classes["actions"]}>
            {t("actions")}
          </th>
        )}
      </tr>
    </thead>
  );
}

function BodyRow<Row>({ row, columns, idOf, nameOf, selection, actions }: DataTableProps<Row> & { readonly row: Row }) {
  const t = useTranslations("common");
  const id = idOf(row);
  const toggle = (): void => {
    const next = new Set(selection?.ids);
    if (!next.delete(id)) next.add(id);
    selection?.onChange(next);
  };
  return (
    <tr role="row">
      {selection === undefined ? null : (
        <td data-label="" role="cell">
          <Checkbox aria-label={t("selectRow", { name: nameOf(row) })} checked={selection.ids.has(id)} onChange={toggle} />
        </td>
      )}
      {columns.map(({ key, header, render }) => (
        <td key={key} data-label={header} role="cell">
          <div>{render(row)}</div>
        </td>
      ))}
      {actions === undefined ? null : (
        <td data-label="" role="cell" className={classes["actions"]}>
          <div>{actions(row)}</div>
        </td>
      )}
    </tr>
  );
}

function NoMatches({ onClear }: { readonly onClear: () => void }) {
  const t = useTranslations("common");
  return (
    <Paper p="xl">
      <Stack align="center">
        <Text c="dimmed">{t("noMatches")}</Text>
        <Button variant="default" onClick={onClear}>
          {t("clearFilters")}
        </Button>
      </Stack>
    </Paper>
  );
}
