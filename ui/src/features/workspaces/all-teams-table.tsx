// The teams of all workspaces, for administrators: found by their own name or their workspace's.
import { Stack } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useFormatter, useTranslations } from "use-intl";
import { useApi } from "../../api/api-context.ts";
import { allTeamsQuery, type ListedTeam } from "./workspaces-api.ts";
import { DataTable, type Column } from "../../components/data-table.tsx";
import { FilterBar, SearchField } from "../../components/filters.tsx";
import { PagedList } from "../../components/paged-list.tsx";
import { TimeText } from "../../components/time-text.tsx";
import { useListSearch } from "../../components/use-list-search.ts";
import { NamedLink } from "./named-link.tsx";
import { TeamDialog, TeamMenu, type AskedOfTeam } from "./team-actions.tsx";

export function AllTeamsTable() {
  const t = useTranslations("workspaces");
  const list = useListSearch();
  const teams = useQuery(allTeamsQuery(useApi(), list.search));
  const columns = useColumns();
  const [asked, setAsked] = useState<AskedOfTeam | null>(null);
  const hasMany = list.isFiltered || (teams.data?.meta.total ?? 0) > 1;
  return (
    <Stack>
      {hasMany ? (
        <FilterBar>
          <SearchField label={t("searchTeams")} value={list.search.search} onChange={(search) => list.filter({ search })} />
        </FilterBar>
      ) : null}
      <PagedList list={list} query={teams} lines={4}>
        {({ teams: rows, meta }) => (
          <DataTable
            label={t("allTeamsTitle")}
            rows={rows}
            idOf={({ id }) => id}
            nameOf={({ name }) => name}
            columns={columns}
            renderActions={(team) => <TeamMenu team={team} onAsk={setAsked} />}
            list={list}
            meta={meta}
            empty={t("allTeamsEmpty")}
          />
        )}
      </PagedList>
      {asked === null ? null : <TeamDialog asked={asked} onDone={() => setAsked(null)} />}
    </Stack>
  );
}

function useColumns(): readonly Column<ListedTeam>[] {
  const t = useTranslations("workspaces");
  const format = useFormatter();
  return [
    { key: "name", header: t("name"), render: (team) => <NamedLink {...team} tab="teams" /> },
    {
      key: "workspace",
      header: t("workspace"),
      render: ({ workspaceId, workspaceName }) => <NamedLink workspaceId={workspaceId} name={workspaceName} />,
    },
    { key: "members", header: t("members"), render: ({ memberCount }) => format.number(memberCount) },
    { key: "created", header: t("created"), render: ({ createdAt }) => <TimeText at={createdAt} /> },
  ];
}
