// One of my agents with keys of their own: what it is for, its keys, what its container does and why.
import { Anchor, Button, Group, Paper, Stack, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import IconChevronLeft from "@tabler/icons-react/dist/esm/icons/IconChevronLeft.mjs";
import { lazy, Suspense, useState } from "react";
import { useTranslations } from "use-intl";
import type { AgentView } from "../../../../contracts/agents/schema.ts";
import { useApi } from "../../api/api-context.ts";
import { isCode } from "../../api/errors.ts";
import { Fact, Facts } from "../../components/facts.tsx";
import { NotGiven } from "../../components/not-given.tsx";
import { Page } from "../../components/page.tsx";
import { LinesSkeleton, QueryBoundary } from "../../components/query-boundary.tsx";
import { StatusBadge } from "../../components/status-badge.tsx";
import { TimeText } from "../../components/time-text.tsx";
import { AgentContainer } from "../../features/agents/agent-container.tsx";
import type { AgentVerb } from "../../features/agents/agent-dialogs.tsx";
import { AgentKeys } from "../../features/agents/agent-keys.tsx";
import { agentDetailQuery } from "../../features/agents/agents-api.ts";
import { DisabledWhy } from "../../features/agents/disabled-why.tsx";
import { loadFile } from "../../load-file.ts";
import { NotFoundPage } from "../../shell/failure-pages.tsx";

const AgentDialog = lazy(async () => ({
  default: (await loadFile(() => import("../../features/agents/agent-dialogs.tsx"))).AgentDialog,
}));

export function OwnAgentPage() {
  const t = useTranslations("ownAgents");
  const { agentId } = useParams({ from: "/signed-in/settings/agents/$agentId" });
  const detail = useQuery(agentDetailQuery(useApi(), agentId));
  const [verb, setVerb] = useState<AgentVerb | null>(null);
  if (isCode(detail.error, "NOT_FOUND") || isCode(detail.error, "VALIDATION_FAILED")) return <NotFoundPage />;
  const agent = detail.data?.agent;
  const back = (
    <Anchor component={Link} to="/settings/agents" size="sm">
      <IconChevronLeft size={14} aria-hidden style={{ verticalAlign: "-2px" }} /> {t("title")}
    </Anchor>
  );
  return (
    <Page title={agent?.handle ?? t("agent")} description={back} width="form">
      <QueryBoundary query={detail} isPolled skeleton={<LinesSkeleton lines={4} height={64} />}>
        {({ agent: shown, keys, container }) => (
          <Stack gap="lg">
            <AboutCard agent={shown} onAsk={setVerb} />
            <AgentKeys agentId={agentId} keys={keys} />
            <AgentContainer container={container} />
          </Stack>
        )}
      </QueryBoundary>
      <Suspense fallback={null}>
        {verb === null || agent === undefined ? null : <AgentDialog agent={agent} verb={verb} onDone={() => setVerb(null)} />}
      </Suspense>
    </Page>
  );
}

interface AboutCardProps {
  readonly agent: AgentView;
  readonly onAsk: (verb: AgentVerb) => void;
}

function AboutCard({ agent, onAsk }: AboutCardProps) {
  const t = useTranslations("ownAgents");
  const keys = useTranslations("keys");
  const common = useTranslations("common");
  const { status, description, usesOwnerProviders, createdAt, lastUsedAt } = agent;
  return (
    <Paper p={{ base: "md", sm: "lg" }} component="section" aria-labelledby="agent-about">
      <Stack>
        <Group gap="sm">
          <Title order={2} size="h3" id="agent-about">
            {t("about")}
          </Title>
          <StatusBadge status={status} />
        </Group>
        <DisabledWhy agent={agent} />
        <Facts>
          <Fact label={t("describe")}>
            {description === "" ? (
              <NotGiven />
            ) : (
              <Text inherit style={{ overflowWrap: "anywhere", whiteSpace: "pre-line" }}>
                {description}
              </Text>
            )}
          </Fact>
          <Fact label={t("providers")}>{t(usesOwnerProviders ? "providersMine" : "providersOwn")}</Fact>
          <Fact label={t("since")}>
            <TimeText at={createdAt} />
          </Fact>
          <Fact label={keys("lastUsed")}>{lastUsedAt === null ? common("never") : <TimeText at={lastUsedAt} />}</Fact>
        </Facts>
        <Buttons agent={agent} onAsk={onAsk} />
      </Stack>
    </Paper>
  );
}

/** What an administrator disabled, only an administrator enables. */
function Buttons({ agent: { status, disabledBy }, onAsk }: AboutCardProps) {
  const t = useTranslations("ownAgents");
  const common = useTranslations("common");
  return (
    <Group gap="sm">
      <Button variant="default" onClick={() => onAsk("edit")}>
        {common("edit")}
      </Button>
      {status === "active" ? (
        <Button variant="outline" color="danger" onClick={() => onAsk("disable")}>
          {t("disable")}
        </Button>
      ) : disabledBy === "administrator" ? (
        <Text size="sm">{t("enableRefused")}</Text>
      ) : (
        <Button onClick={() => onAsk("enable")}>{t("enable")}</Button>
      )}
    </Group>
  );
}
