// Sends a mail through the server that is set.
import { Button, Group, Stack, Text, TextInput, Title } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useTranslations } from "use-intl";
import { profileQuery } from "../people/account-api.ts";
import { useApi } from "../../api/api-context.ts";
import { sendTestMail } from "./mail-server-api.ts";
import { ErrorNotice, Notice } from "../../components/error-notice.tsx";
import { focusFirst } from "../../components/field-errors.ts";

/** `isStale`: the form above has changes, which the test would not use. */
export function TestMail({ isStale }: { readonly isStale: boolean }) {
  const api = useApi();
  const profile = useQuery(profileQuery(api));
  // Its own address is what one most likely tries; an unknown one is typed.
  return <TestMailForm key={profile.data?.email} own={profile.data?.email ?? ""} isStale={isStale} />;
}

function TestMailForm({ own, isStale }: { readonly own: string; readonly isStale: boolean }) {
  const t = useTranslations("system");
  const email = useTranslations("fields")("email");
  const api = useApi();
  const form = useForm({
    initialValues: { to: own },
    validate: { to: (value) => (/^[^@\s]+@[^@\s]+\.[^@\s]+$/.test(value.trim()) ? null : email) },
  });
  const sending = useMutation({ mutationFn: (to: string) => sendTestMail(api, to) });
  return (
    <form noValidate onSubmit={form.onSubmit(({ to }) => sending.mutate(to.trim()), focusFirst(form))}>
      <Stack>
        <div>
          <Title order={3} size="h4">
            {t("test")}
          </Title>
          {isStale ? <Text c="dimmed">{t("testDirty")}</Text> : null}
        </div>
        <Group align="flex-end" gap="sm">
          <TextInput label={t("testTo")} inputMode="email" style={{ flex: "1 1 14rem" }} {...form.getInputProps("to")} />
          <Button type="submit" variant="default" loading={sending.isPending} disabled={isStale}>
            {t("testSend")}
          </Button>
        </Group>
        {sending.isError ? <ErrorNotice error={sending.error} /> : null}
        {sending.isSuccess ? <Notice tone="good">{t("testSent", { to: sending.variables })}</Notice> : null}
      </Stack>
    </form>
  );
}
