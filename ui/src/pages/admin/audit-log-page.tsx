// Who did what, when, from where, and with which outcome.
import { Stack } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslations } from "use-intl";
import { useApi } from "../../api/api-context.ts";
import { auditQuery } from "../../features/audit/audit-api.ts";
import { Page } from "../../components/page.tsx";
import { PagedList } from "../../components/paged-list.tsx";
import { useListSearch } from "../../components/use-list-search.ts";
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
  const action = <ExportButton isBusy={exporting.state.kind === "running"} onClick={start} />;
  return (
    <Page title={t("title")} description={t("description")} action={action}>
      <Stack>
        <ExportProgress exporting={exporting} total={events.data?.meta.total} onRetry={start} />
        <AuditFilters list={list} actions={events.data?.actions ?? []} />
        <PagedList list={list} query={events} lines={8}>
          {(page) => <AuditTable list={list} page={page} />}
        </PagedList>
      </Stack>
    </Page>
  );
}
