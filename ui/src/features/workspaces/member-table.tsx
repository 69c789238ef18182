// Who is in a workspace, and as what.
import { Box, Button, Group, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import IconUserPlus from "@tabler/icons-react/dist/esm/icons/IconUserPlus.mjs";
import { useState, type ReactNode } from "react";
import { useTranslations } from "use-intl";
import type { MemberView, WorkspaceView } from "../../../../contracts/workspaces/workspaces.ts";
import { useApi } from "../../api/api-context.ts";
import { membersQuery } from "./workspaces-api.ts";
import { DataTable, type Column } from "../../components/data-table.tsx";
import { FilterBar, SearchField } from "../../components/filters.tsx";
import { PagedList } from "../../components/paged-list.tsx";
import { StatusBadge } from "../../components/status-badge.tsx";
import { EmailText } from "../../components/wrapped-text.tsx";
import { TimeText } from "../../components/time-text.tsx";
import { useListSearch, type ListState } from "../../components/use-list-search.ts";
import { NotGiven } from "../../components/not-given.tsx";
import { useSession } from "../../shell/use-session.ts";
import { AddMemberDialog } from "./add-member-dialog.tsx";
import { MemberRole, RemoveMemberButton, RemoveMemberDialog } from "./member-actions.tsx";
import { mayChange, type WorkspaceRights } from "./rights.ts";

export interface MemberTableProps {
  readonly workspace: WorkspaceView;
  readonly rights: WorkspaceRights;
}

export function MemberTable({ workspace, rights }: MemberTableProps) {
  const t = useTranslations("workspaces");
  const list = useListSearch();
  const members = useQuery(membersQuery(useApi(), workspace.id, list.search));
  const columns = useColumns({ workspace, rights });
  const [removed, setRemoved] = useState<MemberView | null>(null);
  const renderActions = (member: MemberView) =>
    mayChange(rights, member) && !member.isLastOwner ? (
      <RemoveMemberButton name={member.name} onClick={() => setRemoved(member)} />
    ) : null;
  return (
    <Stack>
      <Tools list={list} addButton={rights.mayManage ? <AddMemberButton workspaceId={workspace.id} rights={rights} /> : null} />
      <PagedList list={list} query={members} lines={4}>
        {({ members: rows, meta }) => (
          <DataTable
            label={t("members")}
            rows={rows}
            idOf={({ userId }) => userId}
            nameOf={({ name }) => name}
            columns={columns}
            {...(rights.mayManage ? { renderActions } : {})}
            hasWideActions
            list={list}
            meta={meta}
            empty={t("noMembers")}
          />
        )}
      </PagedList>
      {removed === null ? null : (
        <RemoveMemberDialog workspaceId={workspace.id} member={removed} onDone={() => setRemoved(null)} />
      )}
    </Stack>
  );
}

function Tools({ list, addButton }: { readonly list: ListState; readonly addButton: ReactNode }) {
  const t = useTranslations("workspaces");
  return (
    <Group justify="space-between" align="flex-start">
      <Box flex="1 1 14rem">
        <FilterBar>
          <SearchField label={t("searchMembers")} value={list.search.search} onChange={(search) => list.filter({ search })} />
        </FilterBar>
      </Box>
      {addButton}
    </Group>
  );
}

function useColumns({ workspace, rights }: MemberTableProps): readonly Column<MemberView>[] {
  const t = useTranslations("workspaces");
  return [
    { key: "name", header: t("name"), render: (member) => <MemberName member={member} /> },
    {
      key: "email",
      header: t("email"),
      isLong: true,
      render: ({ email }) => (email === null ? <NotGiven /> : <EmailText email={email} />),
    },
    {
      key: "role",
      header: t("role"),
      render: (member) => <MemberRole workspaceId={workspace.id} member={member} rights={rights} />,
    },
    { key: "joined", header: t("joined"), render: ({ joinedAt }) => <TimeText at={joinedAt} /> },
  ];
}

function MemberName({ member: { userId, name, isDeactivated } }: { readonly member: MemberView }) {
  const common = useTranslations("common");
  const isSelf = useSession().user.id === userId;
  return (
    <Group gap="xs">
      {name}
      {isSelf ? (
        <Text span c="dimmed" fw={400} inherit>
          {common("you")}
        </Text>
      ) : null}
      {isDeactivated ? <StatusBadge status="deactivated" /> : null}
    </Group>
  );
}

function AddMemberButton({ workspaceId, rights }: { readonly workspaceId: string; readonly rights: WorkspaceRights }) {
  const t = useTranslations("workspaces");
  const [isRequest, setAsked] = useState(false);
  return (
    <>
      <Button leftSection={<IconUserPlus size={18} aria-hidden />} onClick={() => setAsked(true)}>
        {t("addMember")}
      </Button>
      {isRequest ? <AddMemberDialog workspaceId={workspaceId} rights={rights} onDone={() => setAsked(false)} /> : null}
    </>
  );
}
