// What narrows the audit log: action, outcome, days, and who or what one has picked in an event.
import { Button, Group, TextInput } from "@mantine/core";
import IconX from "@tabler/icons-react/dist/esm/icons/IconX.mjs";
import { useTranslations } from "use-intl";
import { AUDIT_OUTCOMES } from "../../../../contracts/core/closed-sets.ts";
import { Choice, FilterBar, SearchField } from "../../components/filters.tsx";
import type { ListState } from "../../components/use-list-search.ts";
import { actionChoices } from "./action-choices.ts";
import classes from "./audit-filters.module.css";

export interface AuditFiltersProps {
  readonly list: ListState;
  readonly actions: readonly string[];
}

export function AuditFilters({ list: { search, filter }, actions }: AuditFiltersProps) {
  const t = useTranslations("audit");
  const statuses = useTranslations("status");
  const actionOptions = actionChoices(actions).map((value) => ({
    value,
    label: value.endsWith(".") ? t("allOf", { noun: value.slice(0, -1) }) : value,
  }));
  const outcomeOptions = AUDIT_OUTCOMES.map((value) => ({ value, label: statuses(value) }));
  return (
    <>
      <FilterBar>
        <SearchField label={t("search")} value={search.search} onChange={(words) => filter({ search: words })} />
        <Choice label={t("action")} options={actionOptions} value={search.action} onChange={(action) => filter({ action })} />
        <Choice
          label={t("outcome")}
          options={outcomeOptions}
          value={search.outcome}
          onChange={(outcome) => filter({ outcome })}
        />
        <DayField label={t("fromDay")} value={search.from} onChange={(from) => filter({ from })} />
        <DayField label={t("toDay")} value={search.to} onChange={(to) => filter({ to })} />
      </FilterBar>
      <Group gap="xs" className={classes["pickedAll"]}>
        {search.actorId === undefined ? null : (
          <Picked text={t("onlyActor", { id: search.actorId })} onDrop={() => filter({ actorId: undefined })} />
        )}
        {search.targetId === undefined ? null : (
          <Picked text={t("onlyTarget", { id: search.targetId })} onDrop={() => filter({ targetId: undefined })} />
        )}
      </Group>
    </>
  );
}

interface DayFieldProps {
  readonly label: string;
  readonly value: string | undefined;
  readonly onChange: (day: string | undefined) => void;
}

function DayField({ label, value, onChange }: DayFieldProps) {
  return (
    <TextInput
      type="date"
      aria-label={label}
      leftSection={label}
      leftSectionWidth="4rem"
      leftSectionProps={{ "aria-hidden": true, className: classes["dayLabel"] }}
      className={classes["day"]}
      value={value ?? ""}
      onChange={(event) => onChange(event.currentTarget.value === "" ? undefined : event.currentTarget.value)}
    />
  );
}

function Picked({ text, onDrop }: { readonly text: string; readonly onDrop: () => void }) {
  const common = useTranslations("common");
  return (
    <Button
      size="xs"
      variant="light"
      rightSection={<IconX size={14} aria-hidden />}
      aria-label={common("clearFilter", { name: text })}
      onClick={onDrop}
      className={classes["picked"]}
    >
      {text}
    </Button>
  );
}
