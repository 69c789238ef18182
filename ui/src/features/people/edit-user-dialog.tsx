// Changes a person's name, e-mail address and role.
import { Stack, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslations } from "use-intl";
import type { SystemRole } from "../../../../contracts/core/principal.ts";
import type { UserUpdate, UserView } from "../../../../contracts/people/users.ts";
import { useApi } from "../../api/api-context.ts";
import { updateUser, userKeys } from "./users-api.ts";
import { DialogButtons } from "../../components/dialog-buttons.tsx";
import { Dialog } from "../../components/dialog.tsx";
import { ErrorNotice } from "../../components/error-notice.tsx";
import { fieldErrors, focusFirst } from "../../components/field-errors.ts";
import { EMAIL, NAME_MAX_CHARS, RoleSelect } from "./user-fields.tsx";

interface Values {
  readonly name: string;
  readonly email: string;
  readonly systemRole: SystemRole;
}

export interface EditUserDialogProps {
  readonly user: UserView;
  readonly isSelf: boolean;
  readonly onDone: () => void;
}

export function EditUserDialog({ user, isSelf, onDone }: EditUserDialogProps) {
  const t = useTranslations("users");
  const common = useTranslations("common");
  const form = useUserForm(user);
  const saving = useSaving(user, form, onDone);
  const isRoleFixed = isSelf || user.isLastAdmin;
  const hint = isSelf ? t("selfRole") : user.isLastAdmin ? t("lastAdmin") : t("roleEndsSessions");
  return (
    <Dialog opened title={t("editTitle", { name: user.name })} onClose={onDone}>
      <form noValidate onSubmit={form.onSubmit((values) => saving.mutate(values), focusFirst(form))}>
        <Stack>
          <TextInput label={t("name")} maxLength={NAME_MAX_CHARS} data-autofocus {...form.getInputProps("name")} />
          <TextInput label={t("email")} type="email" description={t("emailHint")} {...form.getInputProps("email")} />
          <RoleSelect
            value={form.values.systemRole}
            hint={hint}
            isDisabled={isRoleFixed}
            onChange={(role) => form.setFieldValue("systemRole", role)}
          />
          {saving.isError ? <ErrorNotice error={saving.error} texts={{ CONFLICT: t("emailTaken") }} /> : null}
          <DialogButtons submit={common("save")} isBusy={saving.isPending} onCancel={onDone} />
        </Stack>
      </form>
    </Dialog>
  );
}

function useUserForm(user: UserView) {
  const fields = useTranslations("fields");
  return useForm<Values>({
    initialValues: { name: user.name, email: user.email ?? "", systemRole: user.systemRole },
    validateInputOnBlur: true,
    validate: {
      name: (value) => (value.trim() === "" ? fields("required") : null),
      email: (value) => (value.trim() === "" || EMAIL.test(value.trim()) ? null : fields("email")),
    },
  });
}

function useSaving(user: UserView, form: ReturnType<typeof useUserForm>, onDone: () => void) {
  const api = useApi();
  const queryClient = useQueryClient();
  const refused = useTranslations("fields")("other");
  return useMutation({
    mutationFn: (values: Values) => updateUser(api, user.id, changesOf(user, values)),
    onSuccess: async () => {
      onDone();
      await queryClient.invalidateQueries({ queryKey: userKeys.all });
    },
    onError: (error) => form.setErrors(fieldErrors(error, ["name", "email"], refused)),
  });
}

/** Only what has changed is sent: a role that is sent ends sessions, an address that is sent counts as unverified. */
export function changesOf(user: Pick<UserView, "name" | "email" | "systemRole">, values: Values): UserUpdate {
  const name = values.name.trim();
  const email = values.email.trim() === "" ? null : values.email.trim();
  return {
    ...(name === user.name ? {} : { name }),
    ...(email === user.email ? {} : { email }),
    ...(values.systemRole === user.systemRole ? {} : { systemRole: values.systemRole }),
  };
}
