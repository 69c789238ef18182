// Calls an address by what is saved, and says how far it got.
import { Button, Group, Stack, Text, TextInput, Title } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useMutation } from "@tanstack/react-query";
import { useTranslations } from "use-intl";
import type { OutboundTestResult } from "../../../../contracts/installation/outbound.ts";
import { useApi } from "../../api/api-context.ts";
import { tryAddress } from "./outbound-api.ts";
import { ErrorNotice, Notice } from "../../components/error-notice.tsx";
import { focusFirst } from "../../components/field-errors.ts";
import { useReasonText } from "../providers/use-reason-text.ts";

/** `isStale`: the form above has changes, which the try would not use. */
export function TryAddress({ isStale }: { readonly isStale: boolean }) {
  const t = useTranslations("outbound");
  const api = useApi();
  const form = useForm({
    initialValues: { url: "https://" },
    validate: { url: (value) => (/^https?:\/\/[^/\s]+/.test(value.trim()) ? null : t("addressWrong")) },
  });
  const trying = useMutation({ mutationFn: (url: string) => tryAddress(api, url) });
  return (
    <form noValidate onSubmit={form.onSubmit(({ url }) => trying.mutate(url.trim()), focusFirst(form))}>
      <Stack>
        <div>
          <Title order={3} size="h4">
            {t("try")}
          </Title>
          {isStale ? <Text c="dimmed">{t("tryDirty")}</Text> : null}
        </div>
        <Group align="flex-end" gap="sm">
          <TextInput
            label={t("address")}
            inputMode="url"
            spellCheck={false}
            style={{ flex: "1 1 14rem" }}
            {...form.getInputProps("url")}
          />
          <Button type="submit" variant="default" loading={trying.isPending} disabled={isStale}>
            {t("tryButton")}
          </Button>
        </Group>
        {trying.isError ? <ErrorNotice error={trying.error} /> : null}
        {trying.data === undefined ? null : <Result result={trying.data} />}
      </Stack>
    </form>
  );
}

function Result({ result }: { readonly result: OutboundTestResult }) {
  const t = useTranslations("outbound");
  const reasonText = useReasonText();
  if (!result.ok) return <Notice tone="danger">{reasonText({ reason: result.reason })}</Notice>;
  return <Notice tone="good">{result.viaProxy ? t("answeredByProxy") : t("answered")}</Notice>;
}
