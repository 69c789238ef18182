// Who did what, when, from where, and with which outcome.
import { Stack } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslations } from "use-intl";
import { useApi } from "../../api/api-context.ts";
import { auditQuery } from "../../api/audit.ts";
import { Page } from "../../components/page.tsx";
import { LinesSkeleton, QueryBoundary } from "../../components/query-boundary.tsx";
import { useAdoptedPage, useListSearch } from "../../components/use-list-search.ts";
import { ExportButton, ExportProgress } from "../../features/audit/audit-export.tsx";
import { AuditFilters } from "../../features/audit/audit-filters.tsx";
import { AuditTable } from "../../features/audit/audit-table.tsx";
import { useAuditExport } from "../../features/audit/use-audit-export.ts";

export function AuditLogPage() {
  const t = useTranslations("audit");
  const list = useListSearch();
  const events = useQuery(auditQuery(useApi(), list.search));
  const exporting = useAuditExport();
  const start = () => exporting.start(list.search);
  useAdoptedPage(list, events.isPlaceholderData ? undefined : events.data?.meta);
  const action = <ExportButton isBusy={exporting.state.kind === "running"} onClick={start} />;
  return (
    <Page title={t("title")} description={t("description")} action={action}>
      <Stack>
        <ExportProgress exporting={exporting} total={events.data?.meta.total} onRetry={start} />
        <AuditFilters list={list} actions={events.data?.actions ?? []} />
        <QueryBoundary query={events} skeleton={<LinesSkeleton lines={8} height={36} />}>
          {(page) => <AuditTable list={list} page={page} />}
        </QueryBoundary>
      </Stack>
    </Page>
  );
}
