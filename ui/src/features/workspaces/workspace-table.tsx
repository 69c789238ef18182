// The list of workspaces: one's own, or for administrators all of them.
import { Anchor, Button, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import IconPlus from "@tabler/icons-react/dist/esm/icons/IconPlus.mjs";
import { useState } from "react";
import { useFormatter, useTranslations } from "use-intl";
import type { WorkspaceView } from "../../../../contracts/workspaces.ts";
import { useApi } from "../../api/api-context.ts";
import { createWorkspace, workspacesQuery, type Scope } from "../../api/workspaces.ts";
import { DataTable, type Column } from "../../components/data-table.tsx";
import { FilterBar, SearchField } from "../../components/filters.tsx";
import { LinesSkeleton, QueryBoundary } from "../../components/query-boundary.tsx";
import { TimeText } from "../../components/time-text.tsx";
import { useAdoptedPage, useListSearch } from "../../components/use-list-search.ts";
import { NamedDialog } from "./named-dialog.tsx";
import { useWorkspaceRoleName } from "./workspace-role.tsx";

export function WorkspaceTable({ scope }: { readonly scope: Scope }) {
  const t = useTranslations("workspaces");
  const list = useListSearch();
  const workspaces = useQuery(workspacesQuery(useApi(), scope, list.search));
  const columns = useColumns();
  useAdoptedPage(list, workspaces.isPlaceholderData ? undefined : workspaces.data?.meta);
  const hasMany = list.isFiltered || (workspaces.data?.meta.total ?? 0) > 1;
  return (
    <Stack>
      {hasMany ? (
        <FilterBar>
          <SearchField label={t("search")} value={list.search.search} onChange={(search) => list.filter({ search })} />
        </FilterBar>
      ) : null}
      <QueryBoundary query={workspaces} skeleton={<LinesSkeleton lines={4} height={44} />}>
        {({ workspaces: rows, meta }) => (
          <DataTable
            label={t("title")}
            rows={rows}
            idOf={({ id }) => id}
            nameOf={({ name }) => name}
            columns={columns}
            meta={meta}
            onPage={list.toPage}
            onLimit={(limit) => list.filter({ limit })}
            isFiltered={list.isFiltered}
            onClearFilters={list.clear}
            empty={scope === "mine" ? t("empty") : t("allEmpty")}
            emptyAction={<CreateWorkspaceButton />}
          />
        )}
      </QueryBoundary>
    </Stack>
  );
}

function useColumns(): readonly Column<WorkspaceView>[] {
  const t = useTranslations("workspaces");
  const format = useFormatter();
  const nameOf = useWorkspaceRoleName();
  return [
    { key: "name", header: t("name"), render: (workspace) => <WorkspaceName workspace={workspace} /> },
    { key: "role", header: t("myRole"), render: ({ myRole }) => (myRole === null ? t("notMember") : nameOf(myRole)) },
    { key: "members", header: t("members"), render: ({ memberCount }) => format.number(memberCount) },
    { key: "teams", header: t("teams"), render: ({ teamCount }) => format.number(teamCount) },
    { key: "created", header: t("created"), render: ({ createdAt }) => <TimeText at={createdAt} /> },
  ];
}

function WorkspaceName({ workspace: { id, name, description } }: { readonly workspace: WorkspaceView }) {
  return (
    <>
      <Anchor
        inherit
        renderRoot={(props) => (
          <Link to="/workspaces/$workspaceId" params={{ workspaceId: id }} {...props}>
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

/** Its maker is its owner, and goes there at once. */
export function CreateWorkspaceButton() {
  const t = useTranslations("workspaces");
  const api = useApi();
  const navigate = useNavigate();
  const [isAsked, setAsked] = useState(false);
  return (
    <>
      <Button leftSection={<IconPlus size={18} aria-hidden />} onClick={() => setAsked(true)}>
        {t("create")}
      </Button>
      {isAsked ? (
        <NamedDialog
          title={t("create")}
          submit={t("create")}
          save={(values) => createWorkspace(api, values)}
          onCancel={() => setAsked(false)}
          onSaved={({ id }) => void navigate({ to: "/workspaces/$workspaceId", params: { workspaceId: id } })}
        />
      ) : null}
    </>
  );
}
