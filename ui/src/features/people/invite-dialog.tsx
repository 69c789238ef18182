// Invites someone, or renews an invitation: address, role and duration; then it shows the link once.
import { Select, Stack, Text, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useFormatter, useTranslations } from "use-intl";
import type { SystemRole } from "../../../../contracts/core/principal.ts";
import { useApi } from "../../api/api-context.ts";
import { createInvite, inviteKeys, mailQuery, type CreatedInvite, type Invite } from "./users-api.ts";
import { DialogButtons } from "../../components/dialog-buttons.tsx";
import { Dialog } from "../../components/dialog.tsx";
import { ErrorNotice, Notice } from "../../components/error-notice.tsx";
import { fieldErrors, focusFirst } from "../../components/field-errors.ts";
import { ShowOnce } from "../../components/show-once.tsx";
import { EMAIL, RoleSelect } from "./user-fields.tsx";

const LIVES = { "24": "hours24", "72": "hours72", "168": "hours168" } as const;

export interface InviteDialogProps {
  /** The invitation whose place the new one takes. */
  readonly before?: Pick<Invite, "email" | "systemRole">;
  readonly onDone: () => void;
}

export function InviteDialog({ before, onDone }: InviteDialogProps) {
  const [made, setMade] = useState<CreatedInvite | null>(null);
  return made === null ? (
    <AskDialog before={before} onCancel={onDone} onMade={setMade} />
  ) : (
    <LinkDialog made={made} onStored={onDone} />
  );
}

interface AskDialogProps {
  readonly before: InviteDialogProps["before"];
  readonly onCancel: () => void;
  readonly onMade: (made: CreatedInvite) => void;
}

function AskDialog({ before, onCancel, onMade }: AskDialogProps) {
  const t = useTranslations("users");
  const form = useInviteForm(before);
  const inviting = useInviting(form, onMade);
  const close = () => (inviting.isPending ? undefined : onCancel());
  const title = before === undefined ? t("inviteTitle") : t("renewTitle", { email: before.email });
  return (
    <Dialog opened title={title} onClose={close}>
      <form noValidate onSubmit={form.onSubmit((values) => inviting.mutate(values), focusFirst(form))}>
        <Stack>
          <Text>
            {before === undefined ? t("inviteText") : t("renewText")} <MailSentence />
          </Text>
          {before === undefined ? (
            <TextInput label={t("email")} type="email" data-autofocus {...form.getInputProps("email")} />
          ) : null}
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
          {inviting.isError ? <ErrorNotice error={inviting.error} texts={{ CONFLICT: t("isHere") }} /> : null}
          <DialogButtons submit={t("createInvite")} isBusy={inviting.isPending} onCancel={close} />
        </Stack>
      </form>
    </Dialog>
  );
}

/** Nothing until it is known: the link works in either case. */
function MailSentence() {
  const t = useTranslations("users");
  const mail = useQuery(mailQuery(useApi()));
  if (mail.data === undefined) return null;
  return mail.data.smtp === null ? t("mailOff") : t("mailOn");
}

interface Values {
  readonly email: string;
  readonly systemRole: SystemRole;
  readonly hours: string;
}

function useInviteForm(before: InviteDialogProps["before"]) {
  const invalid = useTranslations("fields")("email");
  return useForm<Values>({
    initialValues: { email: before?.email ?? "", systemRole: before?.systemRole ?? "member", hours: "72" },
    validate: { email: (value) => (EMAIL.test(value.trim()) ? null : invalid) },
  });
}

function useInviting(form: ReturnType<typeof useInviteForm>, onMade: (made: CreatedInvite) => void) {
  const api = useApi();
  const queryClient = useQueryClient();
  const invalid = useTranslations("fields")("email");
  return useMutation({
    // The answer holds the link: it must not stay in the cache.
    gcTime: 0,
    mutationFn: ({ email, systemRole, hours }: Values) =>
      createInvite(api, { email: email.trim(), systemRole, expiresInHours: Number(hours) }),
    onSuccess: async (made) => {
      onMade(made);
      await queryClient.invalidateQueries({ queryKey: inviteKeys.all });
    },
    onError: (error) => form.setErrors(fieldErrors(error, ["email"], invalid)),
  });
}

const MAIL = {
  sent: { tone: "good", text: "mailSent" },
  failed: { tone: "warning", text: "mailFailed" },
} as const;

function LinkDialog({ made, onStored }: { readonly made: CreatedInvite; readonly onStored: () => void }) {
  const t = useTranslations("users");
  const format = useFormatter();
  const until = format.dateTime(new Date(made.expiresAt), { dateStyle: "full", timeStyle: "short" });
  const mail = made.mail === "not_configured" ? null : MAIL[made.mail];
  return (
    <ShowOnce
      title={t("linkTitle", { email: made.email })}
      explanation={t("linkText", { until })}
      secret={made.link}
      onStored={onStored}
    >
      {mail === null ? null : <Notice tone={mail.tone}>{t(mail.text)}</Notice>}
    </ShowOnce>
  );
}
