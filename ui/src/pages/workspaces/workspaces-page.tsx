// The workspaces I am in.
import { useTranslations } from "use-intl";
import { Page } from "../../components/page.tsx";
import { CreateWorkspaceButton, WorkspaceTable } from "../../features/workspaces/workspace-table.tsx";

export function WorkspacesPage() {
  const t = useTranslations("workspaces");
  return (
    <Page title={t("title")} description={t("description")} action={<CreateWorkspaceButton />}>
      <WorkspaceTable scope="mine" />
    </Page>
  );
}
