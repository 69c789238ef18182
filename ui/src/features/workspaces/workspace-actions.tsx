// What one can do about a whole workspace: change it, leave it, delete it.
import { Button, Menu } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import IconChevronDown from "@tabler/icons-react/dist/esm/icons/IconChevronDown.mjs";
import { useState } from "react";
import { useTranslations } from "use-intl";
import type { WorkspaceView } from "../../../../contracts/workspaces/workspaces.ts";
import { useApi } from "../../api/api-context.ts";
import { deleteWorkspace, removeMember, updateWorkspace, workspaceKeys } from "./workspaces-api.ts";
import { ConfirmDialog } from "../../components/confirm-dialog.tsx";
import { RefusedItem } from "../../components/refused-item.tsx";
import { useSession } from "../../shell/use-session.ts";
import { NamedDialog } from "./named-dialog.tsx";
import type { WorkspaceRights } from "./rights.ts";

type Action = "edit" | "leave" | "delete";

export interface WorkspaceActionsProps {
  readonly workspace: WorkspaceView;
  readonly rights: WorkspaceRights;
}

export function WorkspaceActions({ workspace, rights }: WorkspaceActionsProps) {
  const t = useTranslations("workspaces");
  const common = useTranslations("common");
  const api = useApi();
  const [asked, setAsked] = useState<Action | null>(null);
  const done = () => setAsked(null);
  return (
    <>
      <Menu position="bottom-end" width={260}>
        <Menu.Target>
          <Button variant="default" rightSection={<IconChevronDown size={16} aria-hidden />}>
            {common("actions")}
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          {rights.mayManage ? <Menu.Item onClick={() => setAsked("edit")}>{common("edit")}</Menu.Item> : null}
          {workspace.myRole === null ? null : (
            <LeaveItem isLastOwner={workspace.isLastOwner} onClick={() => setAsked("leave")} />
          )}
          {rights.mayDelete ? (
            <Menu.Item c="var(--mosaic-danger)" onClick={() => setAsked("delete")}>
              {t("delete")}
            </Menu.Item>
          ) : null}
        </Menu.Dropdown>
      </Menu>
      {asked === "edit" ? (
        <NamedDialog
          title={t("editTitle", { name: workspace.name })}
          submit={common("save")}
          before={workspace}
          save={(values) => updateWorkspace(api, workspace.id, values)}
          onCancel={done}
          onSaved={done}
        />
      ) : null}
      {asked === "leave" || asked === "delete" ? <GoneDialog workspace={workspace} action={asked} onCancel={done} /> : null}
    </>
  );
}

function LeaveItem({ isLastOwner, onClick }: { readonly isLastOwner: boolean; readonly onClick: () => void }) {
  const t = useTranslations("workspaces");
  if (!isLastOwner) return <Menu.Item onClick={onClick}>{t("leave")}</Menu.Item>;
  return <RefusedItem label={t("leave")} reason={t("lastOwner")} />;
}

interface GoneDialogProps {
  readonly workspace: WorkspaceView;
  readonly action: "leave" | "delete";
  readonly onCancel: () => void;
}

/** Afterwards there is nothing to see here any more. */
function GoneDialog({ workspace: { id, name }, action, onCancel }: GoneDialogProps) {
  const t = useTranslations("workspaces");
  const api = useApi();
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  const ownId = useSession().user.id;
  const isLeaving = action === "leave";
  const going = useMutation({
    mutationFn: () => (isLeaving ? removeMember(api, id, ownId) : deleteWorkspace(api, id)),
    onSuccess: async () => {
      await navigate({ to: "/workspaces" });
      await queryClient.invalidateQueries({ queryKey: workspaceKeys.all });
    },
  });
  return (
    <ConfirmDialog
      title={t(isLeaving ? "leaveTitle" : "deleteTitle", { name })}
      body={isLeaving ? t("leaveBody") : t("deleteBody")}
      confirm={t(action)}
      isBusy={going.isPending}
      error={going.error}
      errorTexts={{ CONFLICT: t("lastOwner") }}
      onCancel={onCancel}
      onConfirm={() => going.mutate()}
    />
  );
}
