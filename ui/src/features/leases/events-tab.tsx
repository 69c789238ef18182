// What happened to leases in the last two days.
import { Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslations } from "use-intl";
import { LEASE_EVENT_TYPES } from "../../../../contracts/core/closed-sets.ts";
import { LEASE_EXPIRED_QUARANTINE_CODE } from "../../../../contracts/leases/lease-codes.ts";
import { useApi } from "../../api/api-context.ts";
import { leaseEventsQuery, LISTED_MAX, type LeaseEvent } from "./credentials-api.ts";
import { DataTable, type Column } from "../../components/data-table.tsx";
import { Choice, FilterBar, SearchField } from "../../components/filters.tsx";
import { LinesSkeleton, QueryBoundary } from "../../components/query-boundary.tsx";
import { TimeText } from "../../components/time-text.tsx";
import { useAdoptedPage, useListSearch, type ListState } from "../../components/use-list-search.ts";
import { NotGiven } from "../../components/not-given.tsx";
import { shortId } from "./credential-state.ts";
import { Truncated } from "./credentials-tab.tsx";
import { cutPage, holds } from "./cut-page.ts";
import { KindChoice } from "./kind-choice.tsx";

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

export function EventsTab() {
  const t = useTranslations("leaseEvents");
  const list = useListSearch();
  const { kind, search, status } = list.search;
  // A whole id is asked of the server, which knows more events than it lists at once.
  const credentialId = search !== undefined && UUID.test(search) ? search : undefined;
  const events = useQuery(leaseEventsQuery(useApi(), { kind, credentialId }));
  const types = LEASE_EVENT_TYPES.map((value) => ({ value, label: t(`types.${value}`) }));
  return (
    <Stack>
      <Text c="dimmed">{t("description")}</Text>
      <FilterBar>
        <SearchField label={t("search")} value={search} onChange={(next) => list.filter({ search: next })} />
        <KindChoice list={list} />
        <Choice label={t("what")} options={types} value={status} onChange={(next) => list.filter({ status: next })} />
      </FilterBar>
      <QueryBoundary query={events} isPolled={!events.isPlaceholderData} skeleton={<LinesSkeleton lines={8} height={44} />}>
        {(all) => (
          <>
            {all.length < LISTED_MAX ? null : <Truncated />}
            <EventTable list={list} all={all} isFresh={!events.isPlaceholderData} />
          </>
        )}
      </QueryBoundary>
    </Stack>
  );
}

interface EventTableProps {
  readonly list: ListState;
  readonly all: readonly LeaseEvent[];
  readonly isFresh: boolean;
}

function EventTable({ list, all, isFresh }: EventTableProps) {
  const t = useTranslations("leaseEvents");
  const credentials = useTranslations("credentials");
  const columns = useColumns();
  const { search, status } = list.search;
  const wanted = all.filter(
    ({ type, credentialId, ownerId, actorId, message }) =>
      (status === undefined || type === status) && holds([credentialId, ownerId, actorId, message], search),
  );
  const { rows, meta } = cutPage(wanted, list);
  useAdoptedPage(list, isFresh ? meta : undefined);
  return (
    <DataTable
      label={credentials("tabs.events")}
      rows={rows}
      idOf={({ id }) => String(id)}
      nameOf={({ type }) => t(`types.${type}`)}
      columns={columns}
      list={list}
      meta={meta}
      empty={t("empty")}
    />
  );
}

function useColumns(): readonly Column<LeaseEvent>[] {
  const t = useTranslations("leaseEvents");
  const leases = useTranslations("leases");
  const credentials = useTranslations("credentials");
  return [
    { key: "what", header: t("what"), render: (event) => <What event={event} /> },
    { key: "kind", header: credentials("kind"), render: ({ kind }) => kind },
    { key: "credential", header: leases("credential"), render: (event) => <Credential event={event} /> },
    { key: "who", header: t("who"), render: (event) => <Who event={event} /> },
    {
      key: "when",
      header: t("when"),
      render: ({ occurredAtMs }) => <TimeText at={new Date(occurredAtMs).toISOString()} />,
    },
  ];
}

function What({ event }: { readonly event: LeaseEvent }) {
  const t = useTranslations("leaseEvents");
  const message = useWhy(event);
  return (
    <>
      {t(`types.${event.type}`)}
      {message === null ? null : (
        <Text size="xs" c="dimmed" fw={400} maw="20rem" style={{ overflowWrap: "anywhere" }}>
          {message}
        </Text>
      )}
    </>
  );
}

/** The broker's own notes are said in the reader's language; a person's or a run's words stay theirs. */
function useWhy({ type, code, message }: LeaseEvent): string | null {
  const t = useTranslations("leaseEvents");
  if (code === LEASE_EXPIRED_QUARANTINE_CODE) return t("expiredQuarantine");
  const chunk = type === "payload_read" ? /^chunk (?<index>\d+)$/.exec(message ?? "")?.groups?.["index"] : undefined;
  return chunk === undefined ? message : t("chunk", { number: Number(chunk) + 1 });
}

function Credential({ event: { credentialId, fence } }: { readonly event: LeaseEvent }) {
  const t = useTranslations("leaseEvents");
  if (credentialId === null) return <NotGiven />;
  return (
    <>
      <span title={credentialId}>{shortId(credentialId)}</span>
      {fence === null ? null : (
        <Text size="xs" c="dimmed">
          {t("lease", { fence })}
        </Text>
      )}
    </>
  );
}

function Who({ event: { ownerId, actorId, actorRole } }: { readonly event: LeaseEvent }) {
  const t = useTranslations("leases.role");
  const caller = [actorRole === null ? null : t(actorRole), actorId].filter((part) => part !== null).join(" · ");
  if (ownerId === null) return caller === "" ? <NotGiven /> : caller;
  return (
    <>
      <div style={{ overflowWrap: "anywhere" }}>{ownerId}</div>
      <Text size="xs" c="dimmed">
        {caller}
      </Text>
    </>
  );
}
