// The teams of all workspaces, for administrators.
import { useTranslations } from "use-intl";
import { Page } from "../../components/page.tsx";
import { AllTeamsTable } from "../../features/workspaces/all-teams-table.tsx";

export function AllTeamsPage() {
  const t = useTranslations("workspaces");
  return (
    <Page title={t("allTeamsTitle")} description={t("allTeamsText")}>
      <AllTeamsTable />
    </Page>
  );
}
