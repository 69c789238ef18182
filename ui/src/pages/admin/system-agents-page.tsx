// Agents of the installation itself: they run all the time.
import { Button, Stack } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import IconPlus from "@tabler/icons-react/dist/esm/icons/IconPlus.mjs";
import { lazy, Suspense, useState } from "react";
import { useTranslations } from "use-intl";
import { useApi } from "../../api/api-context.ts";
import { systemAgentsQuery } from "../../features/containers/fleet-api.ts";
import { EmptyState } from "../../components/empty-state.tsx";
import { Page } from "../../components/page.tsx";
import { LinesSkeleton, QueryBoundary } from "../../components/query-boundary.tsx";
import { SystemAgentDialog, type AskedOfAgent } from "../../features/containers/system-agent-dialogs.tsx";
import { SystemAgentRow } from "../../features/containers/system-agent-row.tsx";
import { loadFile } from "../../load-file.ts";

// Brings the whole form of a provider.
const AddSystemAgent = lazy(async () => ({
  default: (await loadFile(() => import("../../features/containers/add-system-agent.tsx"))).AddSystemAgent,
}));

export function SystemAgentsPage() {
  const t = useTranslations("systemAgents");
  const agents = useQuery(systemAgentsQuery(useApi()));
  const [isAdding, setAdding] = useState(false);
  const [asked, setAsked] = useState<AskedOfAgent | null>(null);
  const add = (
    <Button leftSection={<IconPlus size={18} aria-hidden />} onClick={() => setAdding(true)}>
      {t("add")}
    </Button>
  );
  return (
    <Page title={t("title")} description={t("description")} action={add}>
      <QueryBoundary query={agents} isPolled skeleton={<LinesSkeleton lines={3} height={72} />}>
        {(list) =>
          list.length === 0 ? (
            <EmptyState text={t("empty")} />
          ) : (
            <Stack gap="sm">
              {list.map((agent) => (
                <SystemAgentRow key={agent.name} agent={agent} onAsk={(action) => setAsked({ agent, action })} />
              ))}
            </Stack>
          )
        }
      </QueryBoundary>
      {asked === null ? null : <SystemAgentDialog asked={asked} onDone={() => setAsked(null)} />}
      <Suspense fallback={null}>{isAdding ? <AddSystemAgent onDone={() => setAdding(false)} /> : null}</Suspense>
    </Page>
  );
}
