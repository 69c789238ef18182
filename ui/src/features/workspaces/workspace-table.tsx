// The list of workspaces: the caller's, or for administrators all of them.
import { Button, Stack } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import IconPlus from "@tabler/icons-react/dist/esm/icons/IconPlus.mjs";
import { useState } from "react";
import { useFormatter, useTranslations } from "use-intl";
import type { WorkspaceView } from "../../../../contracts/workspaces/workspaces.ts";
import { useApi } from "../../api/api-context.ts";
import { createWorkspace, workspacesQuery, type Scope } from "./workspaces-api.ts";
import { DataTable, type Column } from "../../components/data-table.tsx";
import { FilterBar, SearchField } from "../../components/filters.tsx";
import { PagedList } from "../../components/paged-list.tsx";
import { TimeText } from "../../components/time-text.tsx";
import { useListSearch } from "../../components/use-list-search.ts";
import { NamedDialog } from "./named-dialog.tsx";
import { NamedLink } from "./named-link.tsx";
import { useWorkspaceRoleName } from "./workspace-role.tsx";

export function WorkspaceTable({ scope }: { readonly scope: Scope }) {
  const t = useTranslations("workspaces");
  const list = useListSearch();
  const workspaces = useQuery(workspacesQuery(useApi(), scope, list.search));
  const columns = useColumns();
  const hasMany = list.isFiltered || (workspaces.data?.meta.total ?? 0) > 1;
  return (
    <Stack>
      {hasMany ? (
        <FilterBar>
          <SearchField label={t("search")} value={list.search.search} onChange={(search) => list.filter({ search })} />
        </FilterBar>
      ) : null}
      <PagedList list={list} query={workspaces} lines={4}>
        {({ workspaces: rows, meta }) => (
          <DataTable
            label={t("title")}
            rows={rows}
            idOf={({ id }) => id}
            nameOf={({ name }) => name}
            columns={columns}
            list={list}
            meta={meta}
            empty={scope === "mine" ? t("empty") : t("allEmpty")}
            emptyAction={<CreateWorkspaceButton />}
          />
        )}
      </PagedList>
    </Stack>
  );
}

function useColumns(): readonly Column<WorkspaceView>[] {
  const t = useTranslations("workspaces");
  const format = useFormatter();
  const nameOf = useWorkspaceRoleName();
  return [
    { key: "name", header: t("name"), render: (workspace) => <NamedLink {...workspace} workspaceId={workspace.id} /> },
    { key: "role", header: t("myRole"), render: ({ myRole }) => (myRole === null ? t("notMember") : nameOf(myRole)) },
    { key: "members", header: t("members"), render: ({ memberCount }) => format.number(memberCount) },
    { key: "teams", header: t("teams"), render: ({ teamCount }) => format.number(teamCount) },
    { key: "created", header: t("created"), render: ({ createdAt }) => <TimeText at={createdAt} /> },
  ];
}

/** Its maker is its owner, and goes there at once. */
export function CreateWorkspaceButton() {
  const t = useTranslations("workspaces");
  const api = useApi();
  const navigate = useNavigate();
  const [isRequest, setAsked] = useState(false);
  return (
    <>
      <Button leftSection={<IconPlus size={18} aria-hidden />} onClick={() => setAsked(true)}>
        {t("create")}
      </Button>
      {isRequest ? (
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
