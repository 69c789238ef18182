// Who may use this installation.
import { Button, Group, Paper, Stack, Text, Title } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import IconUserPlus from "@tabler/icons-react/dist/esm/icons/IconUserPlus.mjs";
import { useState } from "react";
import { useTranslations } from "use-intl";
import type { UserView } from "../../../../contracts/users.ts";
import { useApi } from "../../api/api-context.ts";
import { inviteKeys, invitesQuery, revokeInvite, usersQuery, type CreatedInvite, type Invite } from "../../api/users.ts";
import { DataTable, type Column } from "../../components/data-table.tsx";
import { ErrorNotice } from "../../components/error-notice.tsx";
import { Choice, FilterBar, SearchField } from "../../components/filters.tsx";
import { Page } from "../../components/page.tsx";
import { LinesSkeleton, QueryBoundary } from "../../components/query-boundary.tsx";
import { ShowOnce } from "../../components/show-once.tsx";
import { StatusBadge } from "../../components/status-badge.tsx";
import { TimeText } from "../../components/time-text.tsx";
import { useAdoptedPage, useListSearch } from "../../components/use-list-search.ts";
import { UserActions } from "../../features/users/user-actions.tsx";
import { InviteDialog } from "../../features/users/user-dialogs.tsx";
import { useSession } from "../../shell/use-session.ts";

export function UsersPage() {
  const t = useTranslations("users");
  const [isInviting, setInviting] = useState(false);
  const [made, setMade] = useState<CreatedInvite | null>(null);
  const action = (
    <Button leftSection={<IconUserPlus size={18} aria-hidden />} onClick={() => setInviting(true)}>
      {t("invite")}
    </Button>
  );
  const onCreated = (invite: CreatedInvite): void => {
    setInviting(false);
    setMade(invite);
  };
  return (
    <Page title={t("title")} description={t("description")} action={action}>
      <UserList />
      <OpenInvites />
      {isInviting ? <InviteDialog onCancel={() => setInviting(false)} onCreated={onCreated} /> : null}
      {made === null ? null : <MadeInvite made={made} onStored={() => setMade(null)} />}
    </Page>
  );
}

function UserList() {
  const t = useTranslations("users");
  const roles = useTranslations("roles");
  const list = useListSearch();
  const users = useQuery(usersQuery(useApi(), list.search));
  const columns = useColumns();
  useAdoptedPage(list, users.isPlaceholderData ? undefined : users.data?.meta);
  const statuses = (["active", "deactivated"] as const).map((value) => ({ value, label: t(value) }));
  const roleOptions = (["admin", "member"] as const).map((value) => ({ value, label: roles(value) }));
  return (
    <Stack>
      <FilterBar>
        <SearchField value={list.search.search} onChange={(search) => list.filter({ search })} />
        <Choice label={t("role")} options={roleOptions} value={list.search.role} onChange={(role) => list.filter({ role })} />
        <Choice
          label={t("status")}
          options={statuses}
          value={list.search.status}
          onChange={(status) => list.filter({ status })}
        />
      </FilterBar>
      <QueryBoundary query={users} skeleton={<LinesSkeleton lines={6} height={44} />}>
        {({ users: rows, meta }) => (
          <DataTable
            label={t("title")}
            rows={rows}
            idOf={({ id }) => id}
            nameOf={({ name }) => name}
            columns={columns}
            renderActions={(user) => <UserActions user={user} />}
            meta={meta}
            onPage={list.toPage}
            onLimit={(limit) => list.filter({ limit })}
            isFiltered={list.isFiltered}
            onClearFilters={list.clear}
            empty={t("empty")}
          />
        )}
      </QueryBoundary>
    </Stack>
  );
}

function useColumns(): readonly Column<UserView>[] {
  const t = useTranslations("users");
  const roles = useTranslations("roles");
  const common = useTranslations("common");
  const ownId = useSession().user.id;
  return [
    { key: "name", header: t("name"), render: ({ id, name }) => (id === ownId ? `${name} ${common("you")}` : name) },
    { key: "email", header: t("email"), render: ({ email }) => email ?? "–" },
    { key: "role", header: t("role"), render: ({ systemRole }) => roles(systemRole) },
    { key: "status", header: t("status"), render: ({ status }) => <StatusBadge status={status} /> },
    {
      key: "lastSignIn",
      header: t("lastSignIn"),
      render: ({ lastSignInAt }) => (lastSignInAt === null ? common("never") : <TimeText at={lastSignInAt} />),
    },
  ];
}

function MadeInvite({ made, onStored }: { readonly made: CreatedInvite; readonly onStored: () => void }) {
  const t = useTranslations("users");
  const mail = { sent: t("mailSent"), failed: t("mailFailed"), not_configured: "" }[made.mail];
  return (
    <ShowOnce
      title={t("linkTitle", { email: made.email })}
      explanation={`${t("linkText")} ${mail}`.trim()}
      secret={made.link}
      onStored={onStored}
    />
  );
}

function OpenInvites() {
  const t = useTranslations("users");
  const invites = useQuery(invitesQuery(useApi()));
  if (invites.isError) return <ErrorNotice error={invites.error} onRetry={() => void invites.refetch()} />;
  if (invites.data === undefined || invites.data.invites.length === 0) return null;
  return (
    <Stack gap="sm">
      <Title order={2} size="h3">
        {t("pending")}
      </Title>
      {invites.data.invites.map((invite) => (
        <InviteRow key={invite.id} invite={invite} />
      ))}
    </Stack>
  );
}

function InviteRow({ invite }: { readonly invite: Invite }) {
  const t = useTranslations("users");
  const roles = useTranslations("roles");
  const api = useApi();
  const queryClient = useQueryClient();
  const revoking = useMutation({
    mutationFn: () => revokeInvite(api, invite.id),
    onSettled: () => queryClient.invalidateQueries({ queryKey: inviteKeys.all }),
  });
  return (
    <Paper p="sm" px="md">
      <Group justify="space-between">
        <Group gap="sm" miw={0}>
          <StatusBadge status="invited" />
          <Text style={{ overflowWrap: "anywhere" }}>{invite.email}</Text>
          <Text size="sm" c="dimmed">
            {roles(invite.systemRole)} · {t("expiresAt")} <TimeText at={invite.expiresAt} />
          </Text>
        </Group>
        <Button
          variant="default"
          loading={revoking.isPending}
          aria-label={t("revokeInviteFor", { email: invite.email })}
          onClick={() => revoking.mutate()}
        >
          {t("revokeInvite")}
        </Button>
      </Group>
    </Paper>
  );
}
