// How many agents are in each state; each of them is a filter at the same time.
import { Group, UnstyledButton } from "@mantine/core";
import { useFormatter, useTranslations } from "use-intl";
import { CONTAINER_STATUSES } from "../../../../contracts/core/closed-sets.ts";
import classes from "./status-chips.module.css";

type Status = (typeof CONTAINER_STATUSES)[number];

export interface StatusChipsProps {
  readonly counts: Readonly<Record<Status, number>>;
  readonly value: string | undefined;
  readonly onChange: (status: Status | undefined) => void;
}

export function StatusChips({ counts, value, onChange }: StatusChipsProps) {
  const t = useTranslations("fleet");
  const all = CONTAINER_STATUSES.reduce((sum, status) => sum + counts[status], 0);
  return (
    <Group gap="xs" role="group" aria-label={t("counts")}>
      <Chip label={t("all")} count={all} isOn={value === undefined} onPress={() => onChange(undefined)} />
      {CONTAINER_STATUSES.map((status) => (
        <Chip
          key={status}
          label={t(`statuses.${status}`)}
          count={counts[status]}
          status={status}
          isOn={value === status}
          onPress={() => onChange(value === status ? undefined : status)}
        />
      ))}
    </Group>
  );
}

interface ChipProps {
  readonly label: string;
  readonly count: number;
  readonly status?: Status;
  readonly isOn: boolean;
  readonly onPress: () => void;
}

function Chip({ label, count, status, isOn, onPress }: ChipProps) {
  const format = useFormatter();
  return (
    <UnstyledButton className={classes["chip"]} aria-pressed={isOn} onClick={onPress}>
      {status === undefined ? null : <span className={`${classes["dot"]} ${classes[status]}`} />}
      {label}
      <strong className="tabular">{format.number(count)}</strong>
    </UnstyledButton>
  );
}
