// Everything that is known about why my agent does what it does.
import { Group, Paper, Stack, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslations } from "use-intl";
import { agentQuery } from "../../features/containers/agent-api.ts";
import { useApi } from "../../api/api-context.ts";
import { Page } from "../../components/page.tsx";
import { QueryBoundary } from "../../components/query-boundary.tsx";
import { StatusBadge } from "../../components/status-badge.tsx";
import { AgentActions } from "../../features/containers/agent-actions.tsx";
import { AgentFailure } from "../../features/containers/agent-failure.tsx";
import { AgentAsked, AgentSentence } from "../../features/containers/agent-sentence.tsx";
import { BADGE_OF_PHASE } from "../../features/containers/agent-state.ts";
import { Timeline } from "../../features/containers/timeline.tsx";
import { useSession } from "../../shell/use-session.ts";

export function WhyPage() {
  const t = useTranslations("why");
  const agent = useQuery(agentQuery(useApi()));
  const selfId = useSession().user.id;
  return (
    <Page title={t("title")} description={t("description")} width="form">
      <QueryBoundary query={agent} isPolled>
        {(data) => (
          <Stack gap="lg">
            <Paper p={{ base: "md", sm: "lg" }}>
              <Group justify="space-between" align="flex-start" wrap="nowrap">
                <Stack gap={6} align="flex-start">
                  <Title order={2} size="h3">
                    {t("now")}
                  </Title>
                  <StatusBadge status={BADGE_OF_PHASE[data.phase]} />
                  <Text>
                    <AgentSentence agent={data} />
                  </Text>
                  <AgentAsked agent={data} />
                </Stack>
                <AgentActions agent={data} />
              </Group>
              {data.status === "error" ? <AgentFailure agent={data} /> : null}
            </Paper>
            <Paper p={{ base: "md", sm: "lg" }}>
              <Timeline events={data.timeline} selfId={selfId} />
            </Paper>
          </Stack>
        )}
      </QueryBoundary>
    </Page>
  );
}
