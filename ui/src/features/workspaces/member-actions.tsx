// Changes what a member is in a workspace, or takes them out of it.
import { Button } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslations } from "use-intl";
import type { MemberView, WorkspaceRole } from "../../../../contracts/workspaces/workspaces.ts";
import { useApi } from "../../api/api-context.ts";
import { changeMember, removeMember, workspaceKeys } from "./workspaces-api.ts";
import { ConfirmDialog } from "../../components/confirm-dialog.tsx";
import { useErrorText } from "../../components/use-error-text.ts";
import { useSession } from "../../shell/use-session.ts";
import { mayChange, offeredRoles, type WorkspaceRights } from "./rights.ts";
import { useWorkspaceRoleName, WorkspaceRoleSelect } from "./workspace-role.tsx";

export interface MemberRoleProps {
  readonly workspaceId: string;
  readonly member: MemberView;
  readonly rights: WorkspaceRights;
}

/** A choice for those who may make it, a word for the others. */
export function MemberRole({ workspaceId, member, rights }: MemberRoleProps) {
  const t = useTranslations("workspaces");
  const textOf = useErrorText();
  const nameOf = useWorkspaceRoleName();
  const ownId = useSession().user.id;
  const [asked, setAsked] = useState<WorkspaceRole | null>(null);
  const changing = useChanging(workspaceId, member);
  if (!mayChange(rights, member)) return nameOf(member.role);
  // Rights that users give up themselves can only be restored by someone else.
  const choose = (role: WorkspaceRole) => (member.userId === ownId ? setAsked(role) : changing.mutate(role));
  return (
    <>
      <WorkspaceRoleSelect
        label={t("roleOf", { name: member.name })}
        isLabelHidden
        roles={offeredRoles(rights)}
        value={changing.isPending ? changing.variables : member.role}
        isDisabled={member.isLastOwner || changing.isPending}
        hint={member.isLastOwner ? t("lastOwner") : undefined}
        error={changing.isError ? textOf(changing.error, { CONFLICT: t("lastOwner") }) : undefined}
        onChange={choose}
      />
      {asked === null ? null : (
        <ConfirmDialog
          title={t("ownRoleTitle", { role: nameOf(asked) })}
          body={t("ownRoleBody")}
          confirm={t("ownRoleConfirm")}
          isBusy={false}
          error={null}
          onCancel={() => setAsked(null)}
          onConfirm={() => {
            setAsked(null);
            changing.mutate(asked);
          }}
        />
      )}
    </>
  );
}

function useChanging(workspaceId: string, { userId }: MemberView) {
  const api = useApi();
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (role: WorkspaceRole) => changeMember(api, workspaceId, { userId, role }),
    onSettled: () => queryClient.invalidateQueries({ queryKey: workspaceKeys.all }),
  });
}

export function RemoveMemberButton({ name, onClick }: { readonly name: string; readonly onClick: () => void }) {
  const t = useTranslations("workspaces");
  return (
    <Button size="xs" variant="outline" color="danger" aria-label={t("removeOne", { name })} onClick={onClick}>
      {t("remove")}
    </Button>
  );
}

export interface RemoveMemberDialogProps {
  readonly workspaceId: string;
  readonly member: MemberView;
  readonly onDone: () => void;
}

export function RemoveMemberDialog({ workspaceId, member, onDone }: RemoveMemberDialogProps) {
  const t = useTranslations("workspaces");
  const api = useApi();
  const queryClient = useQueryClient();
  const removing = useMutation({
    mutationFn: () => removeMember(api, workspaceId, member.userId),
    onSuccess: async () => {
      onDone();
      await queryClient.invalidateQueries({ queryKey: workspaceKeys.all });
    },
  });
  return (
    <ConfirmDialog
      title={t("removeTitle", { name: member.name })}
      body={t("removeBody")}
      confirm={t("remove")}
      isBusy={removing.isPending}
      error={removing.error}
      errorTexts={{ CONFLICT: t("lastOwner") }}
      onCancel={onDone}
      onConfirm={() => removing.mutate()}
    />
  );
}
