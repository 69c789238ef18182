// The list of people: found, filtered, sorted, in pages.
import { Anchor, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslations } from "use-intl";
import { USER_STATUSES } from "../../../../contracts/core/closed-sets.ts";
import { SYSTEM_ROLES } from "../../../../contracts/core/principal.ts";
import type { UserView } from "../../../../contracts/people/users.ts";
import { useApi } from "../../api/api-context.ts";
import { usersQuery } from "./users-api.ts";
import { DataTable, type Column } from "../../components/data-table.tsx";
import { Choice, FilterBar, SearchField } from "../../components/filters.tsx";
import { PagedList } from "../../components/paged-list.tsx";
import { StatusBadge } from "../../components/status-badge.tsx";
import { EmailText } from "../../components/wrapped-text.tsx";
import { TimeText } from "../../components/time-text.tsx";
import { sortingOf, useListSearch, type ListState } from "../../components/use-list-search.ts";
import { NotGiven } from "../../components/not-given.tsx";
import { useSession } from "../../shell/use-session.ts";
import { UserDialog, UserMenu, type AskedOfUser } from "./user-actions.tsx";

const FIRST_ORDER = { by: "name", order: "ascending" } as const;

export function UserTable() {
  const t = useTranslations("users");
  const list = useListSearch();
  const sorting = sortingOf(list, FIRST_ORDER);
  const users = useQuery(usersQuery(useApi(), list.search));
  const columns = useColumns();
  const [asked, setAsked] = useState<AskedOfUser | null>(null);
  return (
    <Stack>
      <Filters list={list} />
      <PagedList list={list} query={users} lines={6}>
        {({ users: rows, meta }) => (
          <DataTable
            label={t("title")}
            rows={rows}
            idOf={({ id }) => id}
            nameOf={({ name }) => name}
            columns={columns}
            renderActions={(user) => <UserMenu user={user} onAsk={setAsked} />}
            sorting={sorting}
            list={list}
            meta={meta}
            empty={t("empty")}
          />
        )}
      </PagedList>
      {asked === null ? null : <UserDialog asked={asked} onDone={() => setAsked(null)} />}
    </Stack>
  );
}

function Filters({ list: { search, filter } }: { readonly list: ListState }) {
  const t = useTranslations("users");
  const roles = useTranslations("roles");
  const statuses = useTranslations("status");
  const roleOptions = SYSTEM_ROLES.map((value) => ({ value, label: roles(value) }));
  const statusOptions = USER_STATUSES.map((value) => ({ value, label: statuses(value) }));
  return (
    <FilterBar>
      <SearchField label={t("search")} value={search.search} onChange={(words) => filter({ search: words })} />
      <Choice label={t("role")} options={roleOptions} value={search.role} onChange={(role) => filter({ role })} />
      <Choice label={t("status")} options={statusOptions} value={search.status} onChange={(status) => filter({ status })} />
    </FilterBar>
  );
}

function useColumns(): readonly Column<UserView>[] {
  const t = useTranslations("users");
  const roles = useTranslations("roles");
  const common = useTranslations("common");
  return [
    { key: "name", header: t("name"), sortBy: "name", render: (user) => <UserName user={user} /> },
    {
      key: "email",
      header: t("email"),
      isLong: true,
      render: ({ email }) => (email === null ? <NotGiven /> : <EmailText email={email} />),
    },
    { key: "role", header: t("role"), render: ({ systemRole }) => roles(systemRole) },
    { key: "status", header: t("status"), render: ({ status }) => <StatusBadge status={status} /> },
    {
      key: "lastSignIn",
      header: t("lastSignIn"),
      sortBy: "lastSignInAt",
      render: ({ lastSignInAt }) => (lastSignInAt === null ? common("never") : <TimeText at={lastSignInAt} />),
    },
    { key: "created", header: t("since"), sortBy: "createdAt", render: ({ createdAt }) => <TimeText at={createdAt} /> },
  ];
}

function UserName({ user: { id, name } }: { readonly user: UserView }) {
  const common = useTranslations("common");
  const isSelf = useSession().user.id === id;
  return (
    <>
      <Anchor
        inherit
        renderRoot={(props) => (
          <Link to="/admin/users/$userId" params={{ userId: id }} {...props}>
            {name}
          </Link>
        )}
      />
      {isSelf ? (
        <Text span c="dimmed" fw={400} inherit>
          {` ${common("you")}`}
        </Text>
      ) : null}
    </>
  );
}
