// All agents with keys of their own, for administrators: whose they are and whether they work. No descriptions, no content.
import { Anchor, Stack } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslations } from "use-intl";
import { AGENT_STATUSES } from "../../../../contracts/agents/facts.ts";
import type { AdminAgentView } from "../../../../contracts/agents/schema.ts";
import { useApi } from "../../api/api-context.ts";
import { DataTable, type Column } from "../../components/data-table.tsx";
import { Choice, FilterBar, SearchField } from "../../components/filters.tsx";
import { NotGiven } from "../../components/not-given.tsx";
import { PagedList } from "../../components/paged-list.tsx";
import { StatusBadge } from "../../components/status-badge.tsx";
import { TimeText } from "../../components/time-text.tsx";
import { useListSearch, type ListState } from "../../components/use-list-search.ts";
import { adminAgentsQuery } from "./agents-api.ts";
import { DisabledWhy } from "./disabled-why.tsx";
import { SwitchButton, SwitchDialog } from "./switch-agent.tsx";

export function AdminAgentTable() {
  const t = useTranslations("allAgents");
  const list = useListSearch();
  const agents = useQuery(adminAgentsQuery(useApi(), list.search));
  const columns = useColumns();
  // Not within a row: a filtered list loses the agent, while the dialog still has to show how that went.
  const [asked, setAsked] = useState<AdminAgentView | null>(null);
  return (
    <Stack>
      <Filters list={list} />
      <PagedList list={list} query={agents} lines={6}>
        {({ agents: rows, meta }) => (
          <DataTable
            label={t("title")}
            rows={rows}
            idOf={({ agentUserId }) => agentUserId}
            nameOf={({ handle }) => handle}
            columns={columns}
            renderActions={(agent) => <SwitchButton agent={agent} onClick={() => setAsked(agent)} />}
            hasWideActions
            list={list}
            meta={meta}
            empty={t("empty")}
          />
        )}
      </PagedList>
      {asked === null ? null : <SwitchDialog agent={asked} onDone={() => setAsked(null)} />}
    </Stack>
  );
}

function Filters({ list: { search, filter } }: { readonly list: ListState }) {
  const t = useTranslations("allAgents");
  const statuses = useTranslations("status");
  const options = AGENT_STATUSES.map((value) => ({ value, label: statuses(value) }));
  return (
    <FilterBar>
      <SearchField label={t("search")} value={search.search} onChange={(words) => filter({ search: words })} />
      <Choice label={t("status")} options={options} value={search.status} onChange={(status) => filter({ status })} />
    </FilterBar>
  );
}

function useColumns(): readonly Column<AdminAgentView>[] {
  const t = useTranslations("allAgents");
  const keys = useTranslations("keys");
  const own = useTranslations("ownAgents");
  const common = useTranslations("common");
  return [
    { key: "handle", header: t("agent"), render: ({ handle }) => handle },
    { key: "owner", header: t("owner"), render: ({ owner }) => (owner === null ? <NotGiven /> : <OwnerLink owner={owner} />) },
    { key: "status", header: t("status"), render: (agent) => <Status agent={agent} /> },
    { key: "keys", header: t("activeKeys"), render: ({ keys: count }) => count.active },
    {
      key: "lastUsed",
      header: keys("lastUsed"),
      render: ({ lastUsedAt }) => (lastUsedAt === null ? common("never") : <TimeText at={lastUsedAt} />),
    },
    { key: "created", header: own("since"), render: ({ createdAt }) => <TimeText at={createdAt} /> },
  ];
}

function Status({ agent }: { readonly agent: AdminAgentView }) {
  return (
    <>
      <StatusBadge status={agent.status} />
      <DisabledWhy agent={agent} />
    </>
  );
}

function OwnerLink({ owner }: { readonly owner: NonNullable<AdminAgentView["owner"]> }) {
  return (
    <Anchor
      inherit
      renderRoot={(props) => (
        <Link to="/admin/users/$userId" params={{ userId: owner.id }} {...props}>
          {owner.name}
        </Link>
      )}
    />
  );
}
