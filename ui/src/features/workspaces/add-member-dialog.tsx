// Adds someone to a workspace by what they are called here: to have all names listed is for administrators alone.
import { Stack, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslations } from "use-intl";
import type { WorkspaceRole } from "../../../../contracts/workspaces/workspaces.ts";
import { useApi } from "../../api/api-context.ts";
import { addMember, workspaceKeys } from "./workspaces-api.ts";
import { DialogButtons } from "../../components/dialog-buttons.tsx";
import { Dialog } from "../../components/dialog.tsx";
import { ErrorNotice } from "../../components/error-notice.tsx";
import { fieldErrors, focusFirst } from "../../components/field-errors.ts";
import { offeredRoles, type WorkspaceRights } from "./rights.ts";
import { WorkspaceRoleSelect } from "./workspace-role.tsx";

const IDENTIFIER_MAX_CHARS = 320;

interface Values {
  readonly identifier: string;
  readonly role: WorkspaceRole;
}

export interface AddMemberDialogProps {
  readonly workspaceId: string;
  readonly rights: WorkspaceRights;
  readonly onDone: () => void;
}

export function AddMemberDialog({ workspaceId, rights, onDone }: AddMemberDialogProps) {
  const t = useTranslations("workspaces");
  const form = useMemberForm();
  const adding = useAdding(workspaceId, form, onDone);
  return (
    <Dialog opened title={t("addMember")} onClose={onDone}>
      <form noValidate onSubmit={form.onSubmit((values) => adding.mutate(values), focusFirst(form))}>
        <Stack>
          <TextInput
            label={t("identifier")}
            description={t("identifierHint")}
            maxLength={IDENTIFIER_MAX_CHARS}
            autoCapitalize="none"
            spellCheck={false}
            data-autofocus
            {...form.getInputProps("identifier")}
          />
          <WorkspaceRoleSelect
            label={t("role")}
            roles={offeredRoles(rights)}
            value={form.values.role}
            onChange={(role) => form.setFieldValue("role", role)}
          />
          {adding.isError ? <ErrorNotice error={adding.error} texts={{ CONFLICT: t("isMember") }} /> : null}
          <DialogButtons submit={t("addMember")} isBusy={adding.isPending} onCancel={onDone} />
        </Stack>
      </form>
    </Dialog>
  );
}

function useMemberForm() {
  const required = useTranslations("fields")("required");
  return useForm<Values>({
    initialValues: { identifier: "", role: "member" },
    validate: { identifier: (value) => (value.trim() === "" ? required : null) },
  });
}

function useAdding(workspaceId: string, form: ReturnType<typeof useMemberForm>, onDone: () => void) {
  const api = useApi();
  const queryClient = useQueryClient();
  const unknown = useTranslations("workspaces")("unknownPerson");
  return useMutation({
    mutationFn: ({ identifier, role }: Values) => addMember(api, workspaceId, { identifier: identifier.trim(), role }),
    onSuccess: async () => {
      onDone();
      await queryClient.invalidateQueries({ queryKey: workspaceKeys.all });
    },
    onError: (error) => form.setErrors(fieldErrors(error, ["identifier"], unknown)),
  });
}
