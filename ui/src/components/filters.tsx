// What narrows a list: words to search for, and choices.
import { Group, Select, TextInput } from "@mantine/core";
import { useDebouncedCallback } from "@mantine/hooks";
import IconSearch from "@tabler/icons-react/dist/esm/icons/IconSearch.mjs";
import { useState, type ReactNode } from "react";
import { useTranslations } from "use-intl";
import { SEARCH_MAX_CHARS } from "../../../contracts/core/page-limits.ts";
import classes from "./filters.module.css";

const SETTLED_MS = 300;

export function FilterBar({ children }: { readonly children: ReactNode }) {
  return (
    <Group gap="sm" role="search" className={classes["bar"]}>
      {children}
    </Group>
  );
}

export interface SearchFieldProps {
  readonly value: string | undefined;
  readonly onChange: (value: string | undefined) => void;
  /** What the words are looked for in. */
  readonly label?: string;
}

/** Searches after the user has stopped typing. Follows other changes of the address: Back, or cleared filters. */
export function SearchField({ value, onChange, label }: SearchFieldProps) {
  const t = useTranslations("common");
  const [text, setText] = useState(value ?? "");
  const [told, setTold] = useState(value);
  const [seen, setSeen] = useState(value);
  if (value !== seen) {
    setSeen(value);
    if (value !== told) {
      setTold(value);
      setText(value ?? "");
    }
  }
  const tell = useDebouncedCallback((typed: string) => {
    const next = typed.trim() === "" ? undefined : typed.trim();
    setTold(next);
    onChange(next);
  }, SETTLED_MS);
  return (
    <TextInput
      type="search"
      aria-label={label ?? t("search")}
      placeholder={label ?? t("search")}
      className={classes["search"]}
      maxLength={SEARCH_MAX_CHARS}
      leftSection={<IconSearch size={16} aria-hidden />}
      value={text}
      onChange={(event) => {
        setText(event.currentTarget.value);
        tell(event.currentTarget.value);
      }}
    />
  );
}

export interface ChoiceProps {
  readonly label: string;
  readonly options: readonly { readonly value: string; readonly label: string }[];
  readonly value: string | undefined;
  readonly onChange: (value: string | undefined) => void;
}

export function Choice({ label, options, value, onChange }: ChoiceProps) {
  const t = useTranslations("common");
  return (
    <Select
      aria-label={label}
      placeholder={label}
      data={[...options]}
      value={value ?? null}
      clearable
      clearButtonProps={{ "aria-label": t("clearFilter", { name: label }) }}
      className={classes["choice"]}
      onChange={(next) => onChange(next ?? undefined)}
    />
  );
}
