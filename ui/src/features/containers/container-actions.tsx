// What an administrator can do about one container.
import { ActionIcon, Button, Group, Menu } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import IconDots from "@tabler/icons-react/dist/esm/icons/IconDots.mjs";
import IconPlayerStop from "@tabler/icons-react/dist/esm/icons/IconPlayerStop.mjs";
import IconQuestionMark from "@tabler/icons-react/dist/esm/icons/IconQuestionMark.mjs";
import IconRefresh from "@tabler/icons-react/dist/esm/icons/IconRefresh.mjs";
import { useState } from "react";
import { useTranslations } from "use-intl";
import type { FleetContainer } from "../../../../contracts/containers/fleet.ts";
import type { FleetAction } from "./fleet-api.ts";
import { RequestDialog } from "./request-dialog.tsx";
import { WorkflowIcon } from "./workflow-link.tsx";

/** What rests, is on its way to rest or gave up has nothing to stop. */
function canStop({ status }: Pick<FleetContainer, "status">): boolean {
  return status === "running" || status === "starting";
}

export interface ContainerRowActionsProps {
  readonly container: FleetContainer;
  readonly onAsk: (action: FleetAction) => void;
}

export function ContainerRowActions({ container, onAsk }: ContainerRowActionsProps) {
  const t = useTranslations("fleetActions");
  const fleet = useTranslations("fleet");
  const common = useTranslations("common");
  const { id, ownerName } = container;
  return (
    <Group gap={4} wrap="nowrap" justify="flex-end">
      <WorkflowIcon container={container} />
      <Menu position="bottom-end" width={200}>
        <Menu.Target>
          <ActionIcon variant="subtle" size={36} aria-label={common("actionsFor", { name: ownerName })}>
            <IconDots size={18} aria-hidden />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item
            renderRoot={(props) => <Link to="/admin/fleet/$containerId" params={{ containerId: id }} {...props} />}
            leftSection={<IconQuestionMark size={16} aria-hidden />}
          >
            {fleet("open")}
          </Menu.Item>
          <Menu.Item leftSection={<IconRefresh size={16} aria-hidden />} onClick={() => onAsk("restart")}>
            {t("restart")}
          </Menu.Item>
          <Menu.Item
            leftSection={<IconPlayerStop size={16} aria-hidden />}
            disabled={!canStop(container)}
            onClick={() => onAsk("stop")}
          >
            {t("stop")}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
    </Group>
  );
}

export function ContainerButtons({ container }: { readonly container: FleetContainer }) {
  const t = useTranslations("fleetActions");
  const [asked, setAsked] = useState<FleetAction | null>(null);
  const target = { id: container.id, name: container.ownerName };
  return (
    <Group gap="sm">
      <Button leftSection={<IconRefresh size={18} aria-hidden />} onClick={() => setAsked("restart")}>
        {t("restart")}
      </Button>
      {canStop(container) ? (
        <Button variant="default" leftSection={<IconPlayerStop size={18} aria-hidden />} onClick={() => setAsked("stop")}>
          {t("stop")}
        </Button>
      ) : null}
      {asked === null ? null : <RequestDialog action={asked} targets={[target]} onDone={() => setAsked(null)} />}
    </Group>
  );
}
