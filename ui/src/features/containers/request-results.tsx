// The result of a request for each agent.
import { Group, ScrollArea, Stack, Text } from "@mantine/core";
import IconCheck from "@tabler/icons-react/dist/esm/icons/IconCheck.mjs";
import IconClock from "@tabler/icons-react/dist/esm/icons/IconClock.mjs";
import IconGhost from "@tabler/icons-react/dist/esm/icons/IconGhost.mjs";
import IconX from "@tabler/icons-react/dist/esm/icons/IconX.mjs";
import { useTranslations } from "use-intl";
import type { FleetAction } from "./fleet-api.ts";
import { Badge } from "../../components/status-badge.tsx";
import type { RequestTarget } from "./request-dialog.tsx";

export type Outcome = "asked" | "gone";

export interface RequestResultsProps {
  readonly action: FleetAction;
  readonly targets: readonly RequestTarget[];
  readonly outcomes: ReadonlyMap<string, Outcome>;
  readonly isBusy: boolean;
}

export function RequestResults({ action, targets, outcomes, isBusy }: RequestResultsProps) {
  const t = useTranslations("fleetActions");
  return (
    <Stack gap="xs">
      <ScrollArea.Autosize mah="18rem" tabIndex={0} aria-label={t("resultTitle")} role="region">
        <Stack component="ul" gap={6} m={0} p={0} style={{ listStyle: "none" }}>
          {targets.map(({ id, name }) => (
            <Group key={id} component="li" justify="space-between" wrap="nowrap" gap="sm">
              <Text style={{ overflowWrap: "anywhere" }}>{name}</Text>
              <OutcomeBadge action={action} outcome={outcomes.get(id)} isBusy={isBusy} />
            </Group>
          ))}
        </Stack>
      </ScrollArea.Autosize>
      <Text size="sm" c="dimmed">
        {t("resultHint")}
      </Text>
    </Stack>
  );
}

interface OutcomeBadgeProps {
  readonly action: FleetAction;
  readonly outcome: Outcome | undefined;
  readonly isBusy: boolean;
}

function OutcomeBadge({ action, outcome, isBusy }: OutcomeBadgeProps) {
  const t = useTranslations("fleetActions");
  const status = useTranslations("status");
  switch (outcome) {
    case "asked":
      return (
        <Badge color="green" icon={IconCheck}>
          {t(`${action}Asked`)}
        </Badge>
      );
    case "gone":
      return (
        <Badge color="amber" icon={IconGhost}>
          {t("gone")}
        </Badge>
      );
    case undefined:
      return (
        <Badge color={isBusy ? "grey" : "red"} icon={isBusy ? IconClock : IconX}>
          {isBusy ? status("pending") : t("notSent")}
        </Badge>
      );
  }
}
