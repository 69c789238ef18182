// Single credentials: what each is just now, why, and who holds it. Never what is in them.
import { Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslations } from "use-intl";
import { LEASE_EXPIRED_QUARANTINE_CODE } from "../../../../contracts/leases/lease-codes.ts";
import { useApi } from "../../api/api-context.ts";
import { credentialsQuery, LISTED_MAX, poolsQuery, type CredentialVerb, type PooledCredential } from "./credentials-api.ts";
import { DataTable, type Column } from "../../components/data-table.tsx";
import { Notice } from "../../components/error-notice.tsx";
import { Choice, FilterBar, SearchField } from "../../components/filters.tsx";
import { LinesSkeleton, QueryBoundary } from "../../components/query-boundary.tsx";
import { useTickingNow } from "../../components/ticker.ts";
import { TimeText } from "../../components/time-text.tsx";
import { useAdoptedPage, useListSearch, type ListState } from "../../components/use-list-search.ts";
import { NotGiven } from "../../components/not-given.tsx";
import { ChangeDialog, CredentialActions } from "./credential-actions.tsx";
import { CREDENTIAL_STATES, nameOf, restsUntilMs, shortId, stateOf, type CredentialState } from "./credential-state.ts";
import { cutPage, holds } from "./cut-page.ts";
import { KindChoice } from "./kind-choice.tsx";
import { CredentialBadge } from "./state-badge.tsx";

/** A credential with what it is just now. */
export interface Seen {
  readonly credential: PooledCredential;
  readonly state: CredentialState;
  readonly restsUntilMs: number | null;
}

export function CredentialsTab() {
  const t = useTranslations("leases");
  const list = useListSearch();
  const { kind, search, status } = list.search;
  const credentials = useQuery(credentialsQuery(useApi(), kind));
  const see = useSee();
  const states = CREDENTIAL_STATES.map((value) => ({ value, label: t(`states.${value}`) }));
  return (
    <Stack>
      <FilterBar>
        <SearchField label={t("search")} value={search} onChange={(next) => list.filter({ search: next })} />
        <KindChoice list={list} />
        <Choice label={t("state")} options={states} value={status} onChange={(next) => list.filter({ status: next })} />
      </FilterBar>
      <QueryBoundary
        query={credentials}
        isPolled={!credentials.isPlaceholderData}
        skeleton={<LinesSkeleton lines={6} height={44} />}
      >
        {(all) => (
          <>
            {all.length < LISTED_MAX ? null : <Truncated />}
            <CredentialTable list={list} all={all.map(see)} isFresh={!credentials.isPlaceholderData} />
          </>
        )}
      </QueryBoundary>
    </Stack>
  );
}

export function Truncated() {
  const t = useTranslations("credentials");
  return <Notice tone="info">{t("truncated", { count: LISTED_MAX })}</Notice>;
}

/** The rest after an expiry is the kind's, so that the pools are read too. */
function useSee(): (credential: PooledCredential) => Seen {
  const pools = useQuery(poolsQuery(useApi()));
  const nowMs = useTickingNow();
  return (credential) => {
    const coolDownMs = pools.data?.find(({ kind }) => kind === credential.kind)?.limits.coolDownMs ?? null;
    const moment = { nowMs, coolDownMs };
    return { credential, state: stateOf(credential, moment), restsUntilMs: restsUntilMs(credential, moment) };
  };
}

interface CredentialTableProps {
  readonly list: ListState;
  readonly all: readonly Seen[];
  readonly isFresh: boolean;
}

interface Asked {
  readonly credential: PooledCredential;
  readonly verb: CredentialVerb;
}

/** Its dialogs stand beside the rows: the list is read every few seconds, and rows move and go. */
function CredentialTable({ list, all, isFresh }: CredentialTableProps) {
  const t = useTranslations("leases");
  const credentials = useTranslations("credentials");
  const columns = useColumns();
  const [asked, setAsked] = useState<Asked | null>(null);
  const { search, status } = list.search;
  const wanted = all.filter(
    ({ credential: { note, credentialId, lease }, state }) =>
      (status === undefined || state === status) && holds([note, credentialId, lease?.ownerId, lease?.actorId], search),
  );
  const { rows, meta } = cutPage(wanted, list);
  useAdoptedPage(list, isFresh ? meta : undefined);
  // Someone else may hold it by now, who is then the one to name.
  const newest = all.find(({ credential }) => credential.credentialId === asked?.credential.credentialId)?.credential;
  return (
    <>
      <DataTable
        label={credentials("tabs.credentials")}
        rows={rows}
        idOf={({ credential }) => credential.credentialId}
        nameOf={({ credential }) => nameOf(credential)}
        columns={columns}
        renderActions={({ credential, state }) => (
          <CredentialActions credential={credential} state={state} onAsk={(verb) => setAsked({ credential, verb })} />
        )}
        list={list}
        meta={meta}
        empty={t("empty")}
      />
      {asked === null ? null : (
        <ChangeDialog credential={newest ?? asked.credential} verb={asked.verb} onDone={() => setAsked(null)} />
      )}
    </>
  );
}

function useColumns(): readonly Column<Seen>[] {
  const t = useTranslations("leases");
  const common = useTranslations("common");
  return [
    { key: "name", header: t("credential"), render: ({ credential }) => <Name credential={credential} /> },
    { key: "state", header: t("state"), render: (seen) => <State seen={seen} /> },
    { key: "holder", header: t("holder"), render: (seen) => <Holder seen={seen} /> },
    { key: "until", header: t("until"), render: (seen) => <Ends seen={seen} /> },
    {
      key: "lastLeased",
      header: t("lastLeased"),
      render: ({ credential: { lastLeasedAtMs } }) => (lastLeasedAtMs === 0 ? common("never") : <At ms={lastLeasedAtMs} />),
    },
  ];
}

function At({ ms }: { readonly ms: number }) {
  return <TimeText at={new Date(ms).toISOString()} />;
}

function Name({ credential }: { readonly credential: PooledCredential }) {
  const { credentialId, kind, note } = credential;
  return (
    <>
      <div style={{ overflowWrap: "anywhere" }}>{nameOf(credential)}</div>
      <Text size="xs" c="dimmed" fw={400} title={credentialId} style={{ whiteSpace: "nowrap" }}>
        {kind}
        {note === null ? null : ` · ${shortId(credentialId)}`}
      </Text>
    </>
  );
}

function State({ seen: { credential, state, restsUntilMs: until } }: { readonly seen: Seen }) {
  return (
    <>
      <CredentialBadge state={state} />
      {state === "cooling" && until !== null ? (
        <Text size="xs" c="dimmed">
          <Until ms={until} />
        </Text>
      ) : null}
      {state === "quarantined" ? (
        <Text size="xs" c="dimmed" maw="16rem" style={{ overflowWrap: "anywhere" }}>
          <QuarantineWords reason={credential.quarantineReason} />
        </Text>
      ) : null}
    </>
  );
}

function QuarantineWords({ reason }: { readonly reason: string | null }) {
  const t = useTranslations("leases");
  const events = useTranslations("leaseEvents");
  if (reason === LEASE_EXPIRED_QUARANTINE_CODE) return events("expiredQuarantine");
  return reason === null ? t("noReason") : t("reason", { reason });
}

function Until({ ms }: { readonly ms: number }) {
  return useTranslations("leases").rich("coolUntil", { when: () => <At ms={ms} /> });
}

function Ends({ seen: { credential, state } }: { readonly seen: Seen }) {
  const t = useTranslations("leases");
  const { lease } = credential;
  if (lease === null || state !== "leased") return <NotGiven />;
  return (
    <>
      <At ms={lease.expiresAtMs} />
      <Text size="xs" c="dimmed">
        {t("heartbeat")}: <At ms={lease.heartbeatAtMs} />
      </Text>
    </>
  );
}

function Holder({ seen: { credential, state } }: { readonly seen: Seen }) {
  const t = useTranslations("leases");
  const { lease } = credential;
  if (lease === null) return t("nobody");
  const { ownerId, actorRole, actorId } = lease;
  if (state !== "leased")
    return (
      <Text size="sm" c="dimmed">
        {t("heldBefore", { owner: ownerId })}
      </Text>
    );
  return (
    <>
      <div style={{ overflowWrap: "anywhere" }}>{ownerId}</div>
      <Text size="xs" c="dimmed">
        {t(`role.${actorRole}`)} · {actorId}
      </Text>
    </>
  );
}
