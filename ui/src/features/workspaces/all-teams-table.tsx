// The teams of all workspaces, for administrators: found by their own name or their workspace's.
import { Anchor, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useFormatter, useTranslations } from "use-intl";
import { useApi } from "../../api/api-context.ts";
import { allTeamsQuery, type ListedTeam } from "../../api/workspaces.ts";
import { DataTable, type Column } from "../../components/data-table.tsx";
import { FilterBar, SearchField } from "../../components/filters.tsx";
import { LinesSkeleton, QueryBoundary } from "../../components/query-boundary.tsx";
import { TimeText } from "../../components/time-text.tsx";
import { useAdoptedPage, useListSearch } from "../../components/use-list-search.ts";
import { TeamDialog, TeamMenu, type AskedOfTeam } from "./team-actions.tsx";

export function AllTeamsTable() {
  const t = useTranslations("workspaces");
  const list = useListSearch();
  const teams = useQuery(allTeamsQuery(useApi(), list.search));
  const columns = useColumns();
  const [asked, setAsked] = useState<AskedOfTeam | null>(null);
  useAdoptedPage(list, teams.isPlaceholderData ? undefined : teams.data?.meta);
  const hasMany = list.isFiltered || (teams.data?.meta.total ?? 0) > 1;
  return (
    <Stack>
      {hasMany ? (
        <FilterBar>
          <SearchField label={t("searchTeams")} value={list.search.search} onChange={(search) => list.filter({ search })} />
        </FilterBar>
      ) : null}
      <QueryBoundary query={teams} skeleton={<LinesSkeleton lines={4} height={44} />}>
        {({ teams: rows, meta }) => (
          <DataTable
            label={t("allTeamsTitle")}
            rows={rows}
            idOf={({ id }) => id}
            nameOf={({ name }) => name}
            columns={columns}
            renderActions={(team) => <TeamMenu team={team} onAsk={setAsked} />}
            meta={meta}
            onPage={list.toPage}
            onLimit={(limit) => list.filter({ limit })}
            isFiltered={list.isFiltered}
            onClearFilters={list.clear}
            empty={t("allTeamsEmpty")}
          />
        )}
      </QueryBoundary>
      {asked === null ? null : <TeamDialog asked={asked} onDone={() => setAsked(null)} />}
    </Stack>
  );
}

function useColumns(): readonly Column<ListedTeam>[] {
  const t = useTranslations("workspaces");
  const format = useFormatter();
  return [
    { key: "name", header: t("name"), render: (team) => <TeamName team={team} /> },
    { key: "workspace", header: t("workspace"), render: (team) => <WorkspaceLink team={team} /> },
    { key: "members", header: t("members"), render: ({ memberCount }) => format.number(memberCount) },
    { key: "created", header: t("created"), render: ({ createdAt }) => <TimeText at={createdAt} /> },
  ];
}

interface TeamProps {
  readonly team: ListedTeam;
}

/** Leads to where the team stands among the others of its workspace. */
function TeamName({ team: { workspaceId, name, description } }: TeamProps) {
  return (
    <>
      <Anchor
        inherit
        renderRoot={(props) => (
          <Link to="/workspaces/$workspaceId" params={{ workspaceId }} search={{ tab: "teams" }} {...props}>
            {name}
          </Link>
        )}
      />
      {description === "" ? null : (
        <Text size="sm" c="dimmed" fw={400} lineClamp={2}>
          {description}
        </Text>
      )}
    </>
  );
}

function WorkspaceLink({ team: { workspaceId, workspaceName } }: TeamProps) {
  return (
    <Anchor
      inherit
      renderRoot={(props) => (
        <Link to="/workspaces/$workspaceId" params={{ workspaceId }} {...props}>
          {workspaceName}
        </Link>
      )}
    />
  );
}
