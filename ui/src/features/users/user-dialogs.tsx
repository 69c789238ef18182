// Inviting somebody, and changing somebody.
import { Button, Group, Modal, Select, Stack, Text, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslations } from "use-intl";
import type { UserView } from "../../../../contracts/users.ts";
import { useApi } from "../../api/api-context.ts";
import { createInvite, inviteKeys, updateUser, userKeys, type CreatedInvite } from "../../api/users.ts";
import { ErrorNotice } from "../../components/error-notice.tsx";
import { fieldErrors, focusFirst } from "../../components/field-errors.ts";

const ROLES = ["member", "admin"] as const;
type Role = (typeof ROLES)[number];
const LIVES = { "24": "hours24", "72": "hours72", "168": "hours168" } as const;
/** The server knows better; this catches slips. */
const EMAIL = /^[^\s@]+@[^\s@]+\.[^\s@]+$/;

const isRole = (text: string | null): text is Role => text === "member" || text === "admin";

function RoleSelect(props: { value: Role; isDisabled?: boolean; hint: string; onChange: (role: Role) => void }) {
  const t = useTranslations("users");
  const roles = useTranslations("roles");
  return (
    <Select
      label={t("role")}
      description={props.hint}
      data={ROLES.map((value) => ({ value, label: roles(value) }))}
      allowDeselect={false}
      disabled={props.isDisabled === true}
      value={props.value}
      onChange={(value) => isRole(value) && props.onChange(value)}
    />
  );
}

function Buttons({ submit, isBusy, onCancel }: { submit: string; isBusy: boolean; onCancel: () => void }) {
  const common = useTranslations("common");
  return (
    <Group justify="flex-end">
      <Button variant="default" onClick={onCancel}>
        {common("cancel")}
      </Button>
      <Button type="submit" loading={isBusy}>
        {submit}
      </Button>
    </Group>
  );
}

export function InviteDialog({ onCancel, onCreated }: { onCancel: () => void; onCreated: (made: CreatedInvite) => void }) {
  const t = useTranslations("users");
  const fields = useTranslations("fields");
  const form = useForm<{ email: string; systemRole: Role; hours: string }>({
    initialValues: { email: "", systemRole: "member", hours: "72" },
    validate: { email: (value) => (EMAIL.test(value.trim()) ? null : fields("email")) },
  });
  const inviting = useInviting(onCreated, (error) => form.setErrors(fieldErrors(error, ["email"], fields("email"))));
  return (
    <Modal opened title={t("inviteTitle")} onClose={onCancel}>
      <form noValidate onSubmit={form.onSubmit((values) => inviting.mutate(values), focusFirst(form))}>
        <Stack>
          <Text>{t("inviteText")}</Text>
          <TextInput label={t("email")} type="email" data-autofocus {...form.getInputProps("email")} />
          <RoleSelect
            value={form.values.systemRole}
            hint={t("adminHint")}
            onChange={(role) => form.setFieldValue("systemRole", role)}
          />
          <Select
            label={t("expires")}
            data={Object.entries(LIVES).map(([value, key]) => ({ value, label: t(key) }))}
            allowDeselect={false}
            {...form.getInputProps("hours")}
          />
          {inviting.isError ? <ErrorNotice error={inviting.error} /> : null}
          <Buttons submit={t("createInvite")} isBusy={inviting.isPending} onCancel={onCancel} />
        </Stack>
      </form>
    </Modal>
  );
}

function useInviting(onCreated: (made: CreatedInvite) => void, onError: (error: unknown) => void) {
  const api = useApi();
  const queryClient = useQueryClient();
  return useMutation({
    // The answer holds the link: it must not stay in the cache.
    gcTime: 0,
    mutationFn: ({ email, systemRole, hours }: { email: string; systemRole: Role; hours: string }) =>
      createInvite(api, { email: email.trim(), systemRole, expiresInHours: Number(hours) }),
    onSuccess: async (made) => {
      onCreated(made);
      await queryClient.invalidateQueries({ queryKey: inviteKeys.all });
    },
    onError,
  });
}

export function EditUserDialog({ user, isSelf, onDone }: { user: UserView; isSelf: boolean; onDone: () => void }) {
  const t = useTranslations("users");
  const common = useTranslations("common");
  const fields = useTranslations("fields");
  const form = useForm<{ name: string; email: string; systemRole: Role }>({
    initialValues: { name: user.name, email: user.email ?? "", systemRole: user.systemRole },
    validate: {
      name: (value) => (value.trim() === "" ? fields("required") : null),
      email: (value) => (value.trim() === "" || EMAIL.test(value.trim()) ? null : fields("email")),
    },
  });
  const saving = useSaving(user, onDone);
  const hint = isSelf ? t("selfRole") : user.isLastAdmin ? t("lastAdmin") : t("adminHint");
  return (
    <Modal opened title={t("editTitle", { name: user.name })} onClose={onDone}>
      <form noValidate onSubmit={form.onSubmit((values) => saving.mutate(values), focusFirst(form))}>
        <Stack>
          <TextInput label={t("name")} maxLength={255} data-autofocus {...form.getInputProps("name")} />
          <TextInput label={t("email")} type="email" {...form.getInputProps("email")} />
          <RoleSelect
            value={form.values.systemRole}
            hint={hint}
            isDisabled={isSelf || user.isLastAdmin}
            onChange={(role) => form.setFieldValue("systemRole", role)}
          />
          {saving.isError ? <ErrorNotice error={saving.error} /> : null}
          <Buttons submit={common("save")} isBusy={saving.isPending} onCancel={onDone} />
        </Stack>
      </form>
    </Modal>
  );
}

/** Only what has changed is sent: a role that is sent ends sessions. */
function useSaving(user: UserView, onDone: () => void) {
  const api = useApi();
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: ({ name, email, systemRole }: { name: string; email: string; systemRole: Role }) => {
      const address = email.trim() === "" ? null : email.trim();
      return updateUser(api, user.id, {
        ...(name.trim() === user.name ? {} : { name: name.trim() }),
        ...(address === user.email ? {} : { email: address }),
        ...(systemRole === user.systemRole ? {} : { systemRole }),
      });
    },
    onSuccess: async () => {
      onDone();
      await queryClient.invalidateQueries({ queryKey: userKeys.all });
    },
  });
}
