// The events, newest first.
import { Button } from "@mantine/core";
import { useState } from "react";
import { useFormatter, useTranslations } from "use-intl";
import type { z } from "zod";
import type { AuditEventView, auditPageSchema } from "../../../../contracts/audit/audit.ts";
import { DataTable, type Column } from "../../components/data-table.tsx";
import { StatusBadge } from "../../components/status-badge.tsx";
import type { ListState } from "../../components/use-list-search.ts";
import { AuditDetail } from "./audit-detail.tsx";
import { useAuditSentence } from "./audit-sentence.ts";

export interface AuditTableProps {
  readonly list: ListState;
  readonly page: z.infer<typeof auditPageSchema>;
}

export function AuditTable({ list, page: { events, meta } }: AuditTableProps) {
  const t = useTranslations("audit");
  const [opened, setOpened] = useState<AuditEventView | null>(null);
  const sentenceOf = useAuditSentence();
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
        nameOf={sentenceOf}
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
  const action = useAuditSentence()(event);
  return (
    <Button size="xs" variant="subtle" aria-label={t("detailsOf", { action, when })} onClick={onClick}>
      {t("details")}
    </Button>
  );
}

function useColumns(): readonly Column<AuditEventView>[] {
  const t = useTranslations("audit");
  const exact = useExactTime();
  const sentenceOf = useAuditSentence();
  return [
    { key: "event", header: t("event"), render: sentenceOf },
    { key: "when", header: t("when"), render: ({ occurredAt }) => <When at={occurredAt} text={exact(occurredAt)} /> },
    { key: "outcome", header: t("outcome"), render: ({ outcome }) => <StatusBadge status={outcome} /> },
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
