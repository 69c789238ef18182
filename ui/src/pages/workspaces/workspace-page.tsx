// One workspace: who is in it, and its teams.
import { useQuery } from "@tanstack/react-query";
import { useParams, useSearch } from "@tanstack/react-router";
import { Stack } from "@mantine/core";
import { lazy, Suspense } from "react";
import { useTranslations } from "use-intl";
import type { WorkspaceView } from "../../../../contracts/workspaces/workspaces.ts";
import { useApi } from "../../api/api-context.ts";
import { isCode } from "../../api/errors.ts";
import { workspaceQuery } from "../../features/workspaces/workspaces-api.ts";
import { LinkTabs } from "../../components/link-tabs.tsx";
import { Page } from "../../components/page.tsx";
import { LinesSkeleton, QueryBoundary } from "../../components/query-boundary.tsx";
import { MemberTable } from "../../features/workspaces/member-table.tsx";
import { rightsIn } from "../../features/workspaces/rights.ts";
import { WorkspaceActions } from "../../features/workspaces/workspace-actions.tsx";
import { NotFoundPage } from "../../shell/failure-pages.tsx";
import { useSession } from "../../shell/use-session.ts";
import { loadFile } from "../../load-file.ts";

const TeamList = lazy(async () => ({
  default: (await loadFile(() => import("../../features/workspaces/team-list.tsx"))).TeamList,
}));

export function WorkspacePage() {
  const t = useTranslations("workspaces");
  const { workspaceId } = useParams({ from: "/signed-in/workspaces/$workspaceId" });
  const { user } = useSession();
  const workspace = useQuery(workspaceQuery(useApi(), workspaceId));
  if (isCode(workspace.error, "NOT_FOUND") || isCode(workspace.error, "VALIDATION_FAILED")) return <NotFoundPage />;
  const { data } = workspace;
  const rights = data === undefined ? null : rightsIn(data, user.systemRole);
  const hasActions = rights !== null && (rights.mayManage || data?.myRole !== null);
  return (
    <Page
      title={data?.name ?? t("title")}
      description={data?.description === "" ? undefined : data?.description}
      action={data !== undefined && hasActions ? <WorkspaceActions workspace={data} rights={rights} /> : undefined}
    >
      <QueryBoundary query={workspace}>{(loaded) => <Parts workspace={loaded} />}</QueryBoundary>
    </Page>
  );
}

function Parts({ workspace }: { readonly workspace: WorkspaceView }) {
  const t = useTranslations("workspaces");
  const { tab } = useSearch({ from: "/signed-in/workspaces/$workspaceId" });
  const rights = rightsIn(workspace, useSession().user.systemRole);
  const isTeams = tab === "teams";
  const tabs = [
    { label: t("membersTab", { count: workspace.memberCount }), search: {}, isOn: !isTeams },
    { label: t("teamsTab", { count: workspace.teamCount }), search: { tab: "teams" }, isOn: isTeams },
  ];
  return (
    <Stack gap="lg">
      <LinkTabs label={workspace.name} tabs={tabs} />
      {isTeams ? (
        <Suspense fallback={<LinesSkeleton lines={4} height={44} />}>
          <TeamList workspace={workspace} rights={rights} />
        </Suspense>
      ) : (
        <MemberTable workspace={workspace} rights={rights} />
      )}
    </Stack>
  );
}
