// One of my agents in the list: what it is for, whether it works, when it was last used.
import { Anchor, Group, Paper, Stack, Text, Title } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useTranslations } from "use-intl";
import type { AgentView } from "../../../../contracts/agents/schema.ts";
import { StatusBadge } from "../../components/status-badge.tsx";
import { TimeText } from "../../components/time-text.tsx";
import { DisabledWhy } from "./disabled-why.tsx";

export function AgentCard({ agent }: { readonly agent: AgentView }) {
  const t = useTranslations("ownAgents");
  const keys = useTranslations("keys");
  const common = useTranslations("common");
  const { agentUserId, handle, description, lastUsedAt, keys: count, status } = agent;
  return (
    <Paper p="md" component="article">
      <Stack gap={4}>
        <Group gap="sm">
          <Title order={2} size="h3" style={{ overflowWrap: "anywhere" }}>
            <Anchor
              inherit
              renderRoot={(props) => (
                <Link to="/settings/agents/$agentId" params={{ agentId: agentUserId }} {...props}>
                  {handle}
                </Link>
              )}
            />
          </Title>
          <StatusBadge status={status} />
        </Group>
        {description === "" ? null : <Text style={{ overflowWrap: "anywhere" }}>{description}</Text>}
        <Text size="sm" c="dimmed">
          {t("activeKeys", { count: count.active })} · {keys("lastUsed")}:{" "}
          {lastUsedAt === null ? common("never") : <TimeText at={lastUsedAt} />}
        </Text>
        <DisabledWhy agent={agent} />
      </Stack>
    </Paper>
  );
}
