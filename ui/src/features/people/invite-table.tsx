// Invitations: those that are open, and what became of the others.
import { Button, Group, Stack } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslations } from "use-intl";
import { INVITE_STATUSES } from "../../../../contracts/core/closed-sets.ts";
import { useApi } from "../../api/api-context.ts";
import { inviteKeys, invitesQuery, revokeInvite, type Invite } from "./users-api.ts";
import { ConfirmDialog } from "../../components/confirm-dialog.tsx";
import { DataTable, type Column } from "../../components/data-table.tsx";
import { Choice, FilterBar, SearchField } from "../../components/filters.tsx";
import { PagedList } from "../../components/paged-list.tsx";
import { StatusBadge, type BadgeStatus } from "../../components/status-badge.tsx";
import { TimeText } from "../../components/time-text.tsx";
import { useListSearch, type ListState } from "../../components/use-list-search.ts";
import { NotGiven } from "../../components/not-given.tsx";
import { InviteDialog } from "./invite-dialog.tsx";

const BADGES = {
  pending: "invited",
  used: "inviteUsed",
  revoked: "revoked",
  expired: "expired",
} as const satisfies Record<Invite["status"], BadgeStatus>;

interface Asked {
  readonly invite: Invite;
  readonly action: "renew" | "revoke";
}

/** Its dialogs stand beside the rows: what they are about may leave the list while they are open. */
export function InviteTable() {
  const t = useTranslations("users");
  const list = useListSearch();
  const invites = useQuery(invitesQuery(useApi(), list.search));
  const columns = useColumns();
  const [asked, setAsked] = useState<Asked | null>(null);
  return (
    <Stack>
      <Filters list={list} />
      <PagedList list={list} query={invites} lines={4}>
        {({ invites: rows, meta }) => (
          <DataTable
            label={t("invitations")}
            rows={rows}
            idOf={({ id }) => id}
            nameOf={({ email }) => email}
            columns={columns}
            renderActions={(invite) => <InviteActions invite={invite} onAsk={setAsked} />}
            hasWideActions
            list={list}
            meta={meta}
            empty={t("noInvites")}
          />
        )}
      </PagedList>
      {asked === null ? null : <AskedDialog asked={asked} onDone={() => setAsked(null)} />}
    </Stack>
  );
}

/** Without a choice the open ones are shown, which are those one can do something about. */
function Filters({ list: { search, filter } }: { readonly list: ListState }) {
  const t = useTranslations("users");
  const options = INVITE_STATUSES.map((value) => ({ value, label: t(`inviteStatus.${value}`) }));
  return (
    <FilterBar>
      <SearchField label={t("searchInvites")} value={search.search} onChange={(words) => filter({ search: words })} />
      <Choice
        label={t("inviteStatus.pending")}
        options={options}
        value={search.status}
        onChange={(status) => filter({ status })}
      />
    </FilterBar>
  );
}

function useColumns(): readonly Column<Invite>[] {
  const t = useTranslations("users");
  const roles = useTranslations("roles");
  return [
    { key: "email", header: t("email"), render: ({ email }) => email },
    { key: "role", header: t("role"), render: ({ systemRole }) => roles(systemRole) },
    { key: "status", header: t("status"), render: ({ status }) => <StatusBadge status={BADGES[status]} /> },
    { key: "expires", header: t("expiresAt"), render: ({ expiresAt }) => <TimeText at={expiresAt} /> },
    { key: "by", header: t("invitedBy"), render: ({ invitedBy }) => invitedBy?.name ?? <NotGiven /> },
  ];
}

interface InviteActionsProps {
  readonly invite: Invite;
  readonly onAsk: (asked: Asked) => void;
}

function InviteActions({ invite, onAsk }: InviteActionsProps) {
  const t = useTranslations("users");
  const { email, status } = invite;
  if (status === "used") return null;
  return (
    <Group gap="xs" display="inline-flex" wrap="nowrap">
      <Button
        size="xs"
        variant="default"
        aria-label={t("renewFor", { email })}
        onClick={() => onAsk({ invite, action: "renew" })}
      >
        {t("renew")}
      </Button>
      {status === "pending" ? (
        <Button
          size="xs"
          variant="outline"
          color="danger"
          aria-label={t("revokeInviteFor", { email })}
          onClick={() => onAsk({ invite, action: "revoke" })}
        >
          {t("revokeInvite")}
        </Button>
      ) : null}
    </Group>
  );
}

function AskedDialog({ asked: { invite, action }, onDone }: { readonly asked: Asked; readonly onDone: () => void }) {
  switch (action) {
    case "renew":
      return <InviteDialog before={invite} onDone={onDone} />;
    case "revoke":
      return <RevokeDialog invite={invite} onDone={onDone} />;
  }
}

function RevokeDialog({ invite, onDone }: { readonly invite: Invite; readonly onDone: () => void }) {
  const t = useTranslations("users");
  const api = useApi();
  const queryClient = useQueryClient();
  const revoking = useMutation({
    mutationFn: () => revokeInvite(api, invite.id),
    onSuccess: onDone,
    // Someone else may have been faster: the list says what is so now.
    onSettled: () => queryClient.invalidateQueries({ queryKey: inviteKeys.all }),
  });
  return (
    <ConfirmDialog
      title={t("revokeInviteTitle", { email: invite.email })}
      body={t("revokeInviteBody")}
      confirm={t("revokeInvite")}
      isBusy={revoking.isPending}
      error={revoking.error}
      onCancel={onDone}
      onConfirm={() => revoking.mutate()}
    />
  );
}
