// All workspaces, for administrators.
import { useTranslations } from "use-intl";
import { Page } from "../../components/page.tsx";
import { CreateWorkspaceButton, WorkspaceTable } from "../../features/workspaces/workspace-table.tsx";

export function AllWorkspacesPage() {
  const t = useTranslations("workspaces");
  return (
    <Page title={t("allTitle")} description={t("description")} action={<CreateWorkspaceButton />}>
      <WorkspaceTable scope="all" />
    </Page>
  );
}
