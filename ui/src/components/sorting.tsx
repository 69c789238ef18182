// In which order a list comes: the heads of its columns say and change it; on phones, which have no heads, a choice.
import { Select, UnstyledButton } from "@mantine/core";
import IconArrowDown from "@tabler/icons-react/dist/esm/icons/IconArrowDown.mjs";
import IconArrowUp from "@tabler/icons-react/dist/esm/icons/IconArrowUp.mjs";
import IconSelector from "@tabler/icons-react/dist/esm/icons/IconSelector.mjs";
import { useTranslations } from "use-intl";
import classes from "./data-table.module.css";

export type SortOrder = "ascending" | "descending";

export interface Sorting {
  readonly by: string;
  readonly order: SortOrder;
  readonly onChange: (by: string, order: SortOrder) => void;
}

const ICONS = { ascending: IconArrowUp, descending: IconArrowDown } as const;

export interface SortButtonProps {
  readonly by: string;
  readonly header: string;
  readonly sorting: Sorting;
}

/** Pressed again, it turns the order round. */
export function SortButton({ by, header, sorting }: SortButtonProps) {
  const isOn = sorting.by === by;
  const Icon = isOn ? ICONS[sorting.order] : IconSelector;
  const next = isOn && sorting.order === "ascending" ? "descending" : "ascending";
  return (
    <UnstyledButton className={classes["sort"]} onClick={() => sorting.onChange(by, next)}>
      {header}
      <Icon size={14} aria-hidden />
    </UnstyledButton>
  );
}

export interface SortSelectProps {
  readonly columns: readonly { readonly header: string; readonly sortBy?: string }[];
  readonly sorting: Sorting;
}

export function SortSelect({ columns, sorting }: SortSelectProps) {
  const t = useTranslations("common");
  const data = columns.flatMap(({ header, sortBy }) =>
    sortBy === undefined
      ? []
      : [
          { value: `${sortBy} ascending`, label: t("sortAscending", { column: header }) },
          { value: `${sortBy} descending`, label: t("sortDescending", { column: header }) },
        ],
  );
  const choose = (value: string | null): void => {
    const [by = sorting.by, order] = value?.split(" ") ?? [];
    sorting.onChange(by, order === "descending" ? "descending" : "ascending");
  };
  return (
    <Select
      label={t("sortedBy")}
      data={data}
      allowDeselect={false}
      value={`${sorting.by} ${sorting.order}`}
      onChange={choose}
    />
  );
}
