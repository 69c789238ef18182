// All agents with keys of their own, for administrators.
import { useTranslations } from "use-intl";
import { Page } from "../../components/page.tsx";
import { AdminAgentTable } from "../../features/agents/admin-agent-table.tsx";

export function AllAgentsPage() {
  const t = useTranslations("allAgents");
  return (
    <Page title={t("title")} description={t("description")}>
      <AdminAgentTable />
    </Page>
  );
}
