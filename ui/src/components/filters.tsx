// What narrows a list: words to search for, and choices.
import { Group, Select, TextInput } from "@mantine/core";
import { useDebouncedCallback } from "@mantine/hooks";
import IconSearch from "@tabler/icons-react/dist/esm/icons/IconSearch.mjs";
import { useState, type ReactNode } from "react";
import { useTranslations } from "use-intl";

const SETTLED_MS = 300;
const SEARCH_MAX_CHARS = 100;

export function FilterBar({ children }: { readonly children: ReactNode }) {
  return (
    <Group gap="sm" role="search">
      {children}
    </Group>
  );
}

export interface SearchFieldProps {
  readonly value: string | undefined;
  readonly onChange: (value: string | undefined) => void;
}

/** Asks when one has stopped typing. */
export function SearchField({ value, onChange }: SearchFieldProps) {
  const t = useTranslations("common");
  const [text, setText] = useState(value ?? "");
  const tell = useDebouncedCallback((next: string) => onChange(next.trim() === "" ? undefined : next.trim()), SETTLED_MS);
  return (
    <TextInput
      aria-label={t("search")}
      placeholder={t("search")}
      flex="1 1 14rem"
      maw="24rem"
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
  return (
    <Select
      aria-label={label}
      placeholder={label}
      data={[...options]}
      value={value ?? null}
      clearable
      w={180}
      onChange={(next) => onChange(next ?? undefined)}
    />
  );
}
