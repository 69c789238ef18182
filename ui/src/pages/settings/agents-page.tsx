// My agents with keys of their own: programs that sign in under their own name.
import { Anchor, Button, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import IconPlus from "@tabler/icons-react/dist/esm/icons/IconPlus.mjs";
import { lazy, Suspense, useState } from "react";
import { useTranslations } from "use-intl";
import { AGENTS_PER_OWNER_MAX } from "../../../../contracts/agents/facts.ts";
import type { AgentView } from "../../../../contracts/agents/schema.ts";
import { useApi } from "../../api/api-context.ts";
import { EmptyState } from "../../components/empty-state.tsx";
import { Page } from "../../components/page.tsx";
import { LinesSkeleton, QueryBoundary } from "../../components/query-boundary.tsx";
import { AgentCard } from "../../features/agents/agent-card.tsx";
import { agentsQuery } from "../../features/agents/agents-api.ts";
import { loadFile } from "../../load-file.ts";

const CreateAgent = lazy(async () => ({
  default: (await loadFile(() => import("../../features/agents/create-agent.tsx"))).CreateAgent,
}));

export function AgentsPage() {
  const t = useTranslations("ownAgents");
  const agents = useQuery(agentsQuery(useApi()));
  const navigate = useNavigate();
  const [isCreating, setCreating] = useState(false);
  const open = (agentId: string): void => void navigate({ to: "/settings/agents/$agentId", params: { agentId } });
  const isEmpty = agents.data?.length === 0;
  const isFull = (agents.data?.length ?? 0) >= AGENTS_PER_OWNER_MAX;
  const button = <CreateButton onClick={() => setCreating(true)} />;
  return (
    <Page title={t("title")} description={<Description />} action={isEmpty || isFull ? undefined : button}>
      <QueryBoundary query={agents} skeleton={<LinesSkeleton lines={3} height={88} />}>
        {(list) => (list.length === 0 ? <EmptyState text={t("empty")} action={button} /> : <AgentList agents={list} />)}
      </QueryBoundary>
      <Suspense fallback={null}>
        {isCreating ? <CreateAgent onCancel={() => setCreating(false)} onDone={open} /> : null}
      </Suspense>
    </Page>
  );
}

function AgentList({ agents }: { readonly agents: readonly AgentView[] }) {
  const t = useTranslations("ownAgents");
  return (
    <Stack gap="sm">
      {agents.length >= AGENTS_PER_OWNER_MAX ? <Text>{t("full", { max: AGENTS_PER_OWNER_MAX })}</Text> : null}
      {agents.map((agent) => (
        <AgentCard key={agent.agentUserId} agent={agent} />
      ))}
    </Stack>
  );
}

function Description() {
  const t = useTranslations("ownAgents");
  return (
    <>
      {t("description")}{" "}
      <Anchor component={Link} to="/kb/agent-login" underline="always" inherit>
        {t("instructions")}
      </Anchor>
    </>
  );
}

function CreateButton({ onClick }: { readonly onClick: () => void }) {
  const t = useTranslations("ownAgents");
  return (
    <Button leftSection={<IconPlus size={18} aria-hidden />} onClick={onClick}>
      {t("create")}
    </Button>
  );
}
