// The mail server: its settings, which are tried before they are kept, and a test mail through what is kept.
import { Button, Divider, Group, NumberInput, Paper, PasswordInput, Radio, Stack, Text, TextInput, Title } from "@mantine/core";
import { useState } from "react";
import { useTranslations } from "use-intl";
import { toApiError } from "../../api/errors.ts";
import type { MailServer } from "./mail-server-api.ts";
import { ErrorNotice, Notice } from "../../components/error-notice.tsx";
import { focusFirst } from "../../components/field-errors.ts";
import { RemoveMailServer } from "./remove-mail-server.tsx";
import { TestMail } from "./test-mail.tsx";
import { keepsPassword, useMailForm, useMailSaving, type MailForm } from "./use-mail-form.ts";

export function MailServerCard({ server }: { readonly server: MailServer | null }) {
  const t = useTranslations("system");
  const form = useMailForm(server);
  const saving = useMailSaving(form);
  const [isRemoving, setRemoving] = useState(false);
  const isAtField = toApiError(saving.error).fields.length > 0;
  return (
    <Paper p={{ base: "md", sm: "lg" }} component="section">
      <Stack>
        <MailHead server={server} />
        <form noValidate onSubmit={form.onSubmit((values) => saving.mutate(values), focusFirst(form))}>
          <Stack>
            <MailFields form={form} server={server} />
            {saving.isError && !isAtField ? <ErrorNotice error={saving.error} /> : null}
            {saving.isSuccess && !form.isDirty() ? <Notice tone="good">{t("saved")}</Notice> : null}
            <Group justify="flex-end">
              {server === null ? null : (
                <Button variant="default" onClick={() => setRemoving(true)}>
                  {t("remove")}
                </Button>
              )}
              <Button type="submit" loading={saving.isPending}>
                {t("save")}
              </Button>
            </Group>
          </Stack>
        </form>
        {server === null ? null : (
          <>
            <Divider />
            <TestMail isStale={form.isDirty()} />
          </>
        )}
      </Stack>
      {isRemoving ? <RemoveMailServer onDone={() => setRemoving(false)} /> : null}
    </Paper>
  );
}

function MailHead({ server }: { readonly server: MailServer | null }) {
  const t = useTranslations("system");
  return (
    <div>
      <Title order={2} size="h3">
        {t("mail")}
      </Title>
      <Text c="dimmed">{t("mailText")}</Text>
      <Text mt="xs">{server === null ? t("mailOff") : t("mailOn", { host: server.host })}</Text>
    </div>
  );
}

function MailFields({ form, server }: { readonly form: MailForm; readonly server: MailServer | null }) {
  const t = useTranslations("system");
  const isKept = keepsPassword(server, form.values);
  return (
    <>
      <Group align="flex-start" grow preventGrowOverflow={false}>
        <TextInput label={t("host")} placeholder="mail.example.org" spellCheck={false} {...form.getInputProps("host")} />
        <NumberInput label={t("port")} min={1} max={65_535} maw="8rem" hideControls {...form.getInputProps("port")} />
      </Group>
      <Radio.Group label={t("security")} {...form.getInputProps("security")}>
        <Stack gap="xs" mt="xs">
          <Radio value="tls" label={t("tls")} />
          <Radio value="starttls" label={t("starttls")} />
          <Radio value="none" label={t("none")} />
        </Stack>
      </Radio.Group>
      <TextInput
        label={t("username")}
        description={t("usernameHint")}
        autoComplete="off"
        spellCheck={false}
        {...form.getInputProps("username")}
      />
      <PasswordInput
        label={t("password")}
        description={isKept ? t("passwordKept") : undefined}
        placeholder={isKept ? "••••••••" : undefined}
        autoComplete="off"
        {...form.getInputProps("password")}
      />
      <TextInput label={t("from")} inputMode="email" placeholder="fleet@example.org" {...form.getInputProps("from")} />
    </>
  );
}
