// What my agent does, why, and what comes next.
import { Anchor, Button, Group, Paper, SimpleGrid, Stack, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import IconMessage from "@tabler/icons-react/dist/esm/icons/IconMessage.mjs";
import { useTranslations } from "use-intl";
import type { ContainerView } from "../../../../contracts/containers/agent-container.ts";
import { agentConfigQuery } from "../../features/agent-config/agent-config-api.ts";
import { agentQuery, isPending } from "../../features/containers/agent-api.ts";
import { useApi } from "../../api/api-context.ts";
import { providersQuery } from "../../features/providers/providers-api.ts";
import { Logo } from "../../components/logo.tsx";
import { Page } from "../../components/page.tsx";
import { LinesSkeleton, QueryBoundary } from "../../components/query-boundary.tsx";
import { StatusBadge } from "../../components/status-badge.tsx";
import { TimeText } from "../../components/time-text.tsx";
import { AgentActions } from "../../features/containers/agent-actions.tsx";
import { AgentFailure } from "../../features/containers/agent-failure.tsx";
import { AgentAsked, AgentSentence } from "../../features/containers/agent-sentence.tsx";
import { BADGE_OF_PHASE } from "../../features/containers/agent-state.ts";
import { Timeline } from "../../features/containers/timeline.tsx";
import { useSession } from "../../shell/use-session.ts";

const RECENT = 5;

export function HomePage() {
  const t = useTranslations("home");
  const agent = useQuery(agentQuery(useApi()));
  return (
    <Page title={t("title")}>
      <QueryBoundary query={agent} isPolled skeleton={<LinesSkeleton lines={3} height={64} />}>
        {(data) => (
          <Stack gap="lg">
            <NowCard agent={data} />
            <SimpleGrid cols={{ base: 1, md: 2 }} spacing="lg">
              <RecentCard agent={data} />
              <FactsCard agent={data} />
            </SimpleGrid>
          </Stack>
        )}
      </QueryBoundary>
    </Page>
  );
}

function NowCard({ agent }: { readonly agent: ContainerView }) {
  const t = useTranslations("home");
  const isUp = agent.status === "running";
  return (
    <Paper p={{ base: "md", sm: "lg" }}>
      <Stack>
        <Group wrap="nowrap" align="flex-start" gap="md">
          <Text span lh={0} visibleFrom="xs">
            <Logo size={48} {...(isUp ? {} : { progress: 0 })} />
          </Text>
          <Stack gap={6} align="flex-start">
            <StatusBadge status={BADGE_OF_PHASE[agent.phase]} />
            <Text size="md" aria-live="polite">
              <AgentSentence agent={agent} />
            </Text>
            <AgentAsked agent={agent} />
            {isPending(agent) ? <Text c="dimmed">{t("pending")}</Text> : null}
          </Stack>
        </Group>
        {agent.status === "error" ? <AgentFailure agent={agent} /> : null}
        <Group gap="sm">
          <Button component={Link} to="/chat" leftSection={<IconMessage size={18} aria-hidden />}>
            {t("chat")}
          </Button>
          <Button component={Link} to="/agent/why" variant="default">
            {t("why")}
          </Button>
          <AgentActions agent={agent} />
        </Group>
      </Stack>
    </Paper>
  );
}

function RecentCard({ agent }: { readonly agent: ContainerView }) {
  const t = useTranslations("home");
  const selfId = useSession().user.id;
  return (
    <Paper p={{ base: "md", sm: "lg" }}>
      <Group justify="space-between" mb="xs" wrap="nowrap">
        <Title order={2} size="h3">
          {t("recent")}
        </Title>
        {agent.timeline.length > RECENT ? (
          <Anchor component={Link} to="/agent/why">
            {t("all")}
          </Anchor>
        ) : null}
      </Group>
      <Timeline events={agent.timeline.slice(0, RECENT)} selfId={selfId} />
    </Paper>
  );
}

function FactsCard({ agent }: { readonly agent: ContainerView }) {
  const t = useTranslations("home");
  return (
    <Paper p={{ base: "md", sm: "lg" }}>
      <Title order={2} size="h3" mb="xs">
        {t("facts")}
      </Title>
      <Stack gap="xs">
        <ModelFact />
        <Fact label={t("configuration")}>
          {agent.status === "running" ? t(isPending(agent) ? "pending" : "applied") : t("notStarted")}
        </Fact>
        {agent.lastActivityAt === null ? null : (
          <Fact label={t("lastActivity")}>
            <TimeText at={agent.lastActivityAt} />
          </Fact>
        )}
        {agent.host === null ? null : <Fact label={t("host")}>{agent.host}</Fact>}
        {agent.generation === 0 ? null : <Fact label={t("starts")}>{agent.generation}</Fact>}
      </Stack>
    </Paper>
  );
}

function ModelFact() {
  const t = useTranslations("home");
  const api = useApi();
  const config = useQuery(agentConfigQuery(api));
  const providers = useQuery(providersQuery(api));
  const model = config.data?.effectiveModel;
  // A provider without a model is mended at itself; a second one would not help.
  const mended = providers.data?.find(({ isActive }) => isActive);
  return (
    <Fact label={t("model")}>
      {model === null ? (
        <>
          {t(mended === undefined ? "noProvider" : "noModel")}{" "}
          <Anchor component={Link} to={mended === undefined ? "/settings/providers/new" : "/settings/providers"}>
            {t(mended === undefined ? "addProvider" : "chooseModel")}
          </Anchor>
        </>
      ) : (
        (model ?? "…")
      )}
    </Fact>
  );
}

function Fact({ label, children }: { readonly label: string; readonly children: React.ReactNode }) {
  return (
    <div>
      <Text size="xs" c="dimmed">
        {label}
      </Text>
      <Text component="div" style={{ overflowWrap: "anywhere" }}>
        {children}
      </Text>
    </div>
  );
}
