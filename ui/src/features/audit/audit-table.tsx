// The events, newest first.
import { Button, Text } from "@mantine/core";
import { useState } from "react";
import { useFormatter, useTranslations } from "use-intl";
import type { z } from "zod";
import type { AuditEventView, auditPageSchema } from "../../../../contracts/audit/audit.ts";
import { DataTable, type Column } from "../../components/data-table.tsx";
import { StatusBadge } from "../../components/status-badge.tsx";
import type { ListState } from "../../components/use-list-search.ts";
import { NotGiven } from "../../components/not-given.tsx";
import { ActionCode } from "./action-code.tsx";
import { useActorName } from "./actor-name.ts";
import { AuditDetail } from "./audit-detail.tsx";

const SHORT_ID_CHARS = 8;

export interface AuditTableProps {
  readonly list: ListState;
  readonly page: z.infer<typeof auditPageSchema>;
}

export function AuditTable({ list, page: { events, meta } }: AuditTableProps) {
  const t = useTranslations("audit");
  const [opened, setOpened] = useState<AuditEventView | null>(null);
  const columns = useColumns();
  const only = (part: { readonly actorId?: string; readonly targetId?: string }): void => {
    setOpened(null);
    list.filter(part);
  };
  return (
    <>
      <DataTable
        label={t("title")}
        rows={events}
        idOf={({ id }) => id}
        nameOf={({ action }) => action}
        columns={columns}
        renderActions={(event) => <DetailButton event={event} onClick={() => setOpened(event)} />}
        list={list}
        meta={meta}
        empty={t("empty")}
      />
      {opened === null ? null : <AuditDetail event={opened} onOnly={only} onClose={() => setOpened(null)} />}
    </>
  );
}

function DetailButton({ event, onClick }: { readonly event: AuditEventView; readonly onClick: () => void }) {
  const t = useTranslations("audit");
  const when = useExactTime()(event.occurredAt);
  return (
    <Button size="xs" variant="subtle" aria-label={t("detailsOf", { action: event.action, when })} onClick={onClick}>
      {t("details")}
    </Button>
  );
}

function useColumns(): readonly Column<AuditEventView>[] {
  const t = useTranslations("audit");
  const exact = useExactTime();
  const nameOf = useActorName();
  return [
    { key: "action", header: t("action"), render: ({ action }) => <ActionCode action={action} /> },
    { key: "when", header: t("when"), render: ({ occurredAt }) => <When at={occurredAt} text={exact(occurredAt)} /> },
    { key: "who", header: t("who"), render: (event) => nameOf(event) },
    { key: "target", header: t("target"), isLong: true, render: (event) => <Target event={event} /> },
    { key: "outcome", header: t("outcome"), render: ({ outcome }) => <StatusBadge status={outcome} /> },
    { key: "from", header: t("from"), isLong: true, render: ({ remoteAddress }) => remoteAddress ?? <NotGiven /> },
  ];
}

function When({ at, text }: { readonly at: string; readonly text: string }) {
  return (
    <time dateTime={at} className="tabular">
      {text}
    </time>
  );
}

/** To the second: what came first matters here. */
function useExactTime(): (at: string) => string {
  const format = useFormatter();
  return (at) => format.dateTime(new Date(at), { dateStyle: "medium", timeStyle: "medium" });
}

/** Of a long id as much as one tells it by; the rest is in the details. */
function Target({ event: { targetKind, targetId } }: { readonly event: AuditEventView }) {
  if (targetKind === null) return <NotGiven />;
  const isLong = targetId !== null && targetId.length > SHORT_ID_CHARS * 3;
  return (
    <>
      {targetKind}{" "}
      <Text span size="sm" c="dimmed" title={targetId ?? undefined}>
        {isLong ? `${targetId.slice(0, SHORT_ID_CHARS)}…` : targetId}
      </Text>
    </>
  );
}
