// One system agent in the list, and what can be done about it.
import { ActionIcon, Anchor, Button, Group, Menu, Paper, Stack, Text, Title } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import IconDots from "@tabler/icons-react/dist/esm/icons/IconDots.mjs";
import { useTranslations } from "use-intl";
import { useReasonWords } from "./use-reason-words.ts";
import type { ContainerReason } from "../../../../contracts/containers/container-reasons.ts";
import type { SystemAgentView } from "../../../../contracts/containers/fleet.ts";
import { StatusBadge, type BadgeStatus } from "../../components/status-badge.tsx";
import { TimeText } from "../../components/time-text.tsx";
import { BADGE_OF_PHASE } from "./agent-state.ts";
import type { AgentAction } from "./system-agent-dialogs.tsx";
import { WorkflowIcon } from "./workflow-link.tsx";

export interface SystemAgentRowProps {
  readonly agent: SystemAgentView;
  readonly onAsk: (action: AgentAction) => void;
}

export function SystemAgentRow({ agent, onAsk }: SystemAgentRowProps) {
  const roles = useTranslations("roles");
  const { name, role, container } = agent;
  return (
    <Paper p="md" component="article">
      <Group justify="space-between" align="flex-start" wrap="nowrap" gap="md">
        <Stack gap={4} flex={1} miw={0}>
          <Group gap="sm">
            <Title order={2} size="h3" style={{ overflowWrap: "anywhere" }}>
              <AgentLink agent={agent} />
            </Title>
            <StatusBadge status={badgeOf(agent)} />
          </Group>
          <Text size="sm" c="dimmed">
            {name} · {roles(role)}
            <Whereabouts agent={agent} />
          </Text>
          {container?.status === "error" ? <Trouble reason={container.reason} /> : null}
        </Stack>
        <Group gap={4} wrap="nowrap">
          <WideButtons agent={agent} onAsk={onAsk} />
          {container === null ? null : <WorkflowIcon container={container} />}
          <RowMenu agent={agent} onAsk={onAsk} />
        </Group>
      </Group>
    </Paper>
  );
}

/** On phones they are in the menu. */
function WideButtons({ agent: { name, displayName }, onAsk }: SystemAgentRowProps) {
  const t = useTranslations("systemAgents");
  return (
    <>
      <Button
        visibleFrom="sm"
        variant="default"
        aria-label={`${t("settings")}: ${displayName}`}
        onClick={() => onAsk("settings")}
      >
        {t("settings")}
      </Button>
      <Button
        visibleFrom="sm"
        variant="default"
        aria-label={`${t("providers")}: ${displayName}`}
        renderRoot={(props) => <ProvidersLink {...props} name={name} />}
      >
        {t("providers")}
      </Button>
    </>
  );
}

function ProvidersLink({ name, ...props }: Pick<SystemAgentView, "name">) {
  return <Link {...props} to="/admin/system-agents/$name/providers" params={{ name }} />;
}

function badgeOf({ isEnabled, container }: SystemAgentView): BadgeStatus {
  const isUp = container !== null && container.status !== "stopped";
  if (!isEnabled && !isUp) return "off";
  return container === null ? "neverStarted" : BADGE_OF_PHASE[container.phase];
}

function AgentLink({ agent: { displayName, container } }: { readonly agent: SystemAgentView }) {
  if (container === null) return displayName;
  return (
    <Anchor
      inherit
      renderRoot={(props) => <Link to="/admin/fleet/$containerId" params={{ containerId: container.id }} {...props} />}
    >
      {displayName}
    </Anchor>
  );
}

function Whereabouts({ agent: { container } }: { readonly agent: SystemAgentView }) {
  const fleet = useTranslations("fleet");
  if (container === null) return null;
  const { host, lastActivityAt } = container;
  return (
    <>
      {host === null ? null : ` · ${fleet("host")}: ${host}`}
      {lastActivityAt === null ? null : (
        <>
          {` · ${fleet("lastActivity")}: `}
          <TimeText at={lastActivityAt} />
        </>
      )}
    </>
  );
}

function RowMenu({ agent, onAsk }: SystemAgentRowProps) {
  const t = useTranslations("systemAgents");
  const common = useTranslations("common");
  const { name, isEnabled, displayName, container } = agent;
  return (
    <Menu position="bottom-end" width={220}>
      <Menu.Target>
        <ActionIcon variant="subtle" size={36} aria-label={common("actionsFor", { name: displayName })}>
          <IconDots size={18} aria-hidden />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item hiddenFrom="sm" onClick={() => onAsk("settings")}>
          {t("settings")}
        </Menu.Item>
        <Menu.Item hiddenFrom="sm" renderRoot={(props) => <ProvidersLink {...props} name={name} />}>
          {t("providers")}
        </Menu.Item>
        <Menu.Item onClick={() => onAsk("edit")}>{t("edit")}</Menu.Item>
        {isEnabled && container !== null ? <Menu.Item onClick={() => onAsk("restart")}>{t("restart")}</Menu.Item> : null}
        <Menu.Item onClick={() => onAsk(isEnabled ? "switchOff" : "switchOn")}>
          {t(isEnabled ? "switchOff" : "switchOn")}
        </Menu.Item>
        <Menu.Divider />
        <Menu.Item c="var(--mosaic-danger)" onClick={() => onAsk("delete")}>
          {t("delete")}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

function Trouble({ reason }: { readonly reason: ContainerReason | null }) {
  const wordsOf = useReasonWords();
  return reason === null ? null : <Text size="sm">{wordsOf(reason)}</Text>;
}
