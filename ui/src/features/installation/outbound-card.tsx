// Outbound connections: proxy, exceptions and certificate authorities, for the product and its agents, and a try of them.
import { Button, Divider, Group, Paper, PasswordInput, Stack, Text, Textarea, TextInput, Title } from "@mantine/core";
import { useTranslations } from "use-intl";
import { toApiError } from "../../api/errors.ts";
import type { OutboundView } from "./outbound-api.ts";
import { ErrorNotice, Notice } from "../../components/error-notice.tsx";
import { focusFirst } from "../../components/field-errors.ts";
import { TryAddress } from "./try-address.tsx";
import { useOutboundForm, useOutboundReset, useOutboundSaving, type OutboundForm } from "./use-outbound-form.ts";

export function OutboundCard({ view }: { readonly view: OutboundView }) {
  const t = useTranslations("outbound");
  const form = useOutboundForm(view);
  const saving = useOutboundSaving(form);
  const reset = useOutboundReset(form);
  const error = saving.error ?? reset.error;
  const isAtField = toApiError(error).fields.length > 0;
  return (
    <Paper p={{ base: "md", sm: "lg" }} component="section">
      <Stack>
        <OutboundHead view={view} />
        <form noValidate onSubmit={form.onSubmit((values) => saving.mutate(values), focusFirst(form))}>
          <Stack>
            <OutboundFields form={form} isKept={view.hasPassword} />
            {error === null || isAtField ? null : <ErrorNotice error={error} />}
            {saving.isSuccess && !form.isDirty() ? <Notice tone="good">{t("saved")}</Notice> : null}
            <Group justify="flex-end">
              {view.source === "environment" ? null : (
                <Button variant="default" loading={reset.isPending} onClick={() => reset.mutate()}>
                  {t("reset")}
                </Button>
              )}
              <Button type="submit" loading={saving.isPending}>
                {t("save")}
              </Button>
            </Group>
          </Stack>
        </form>
        <Divider />
        <TryAddress isStale={form.isDirty()} />
      </Stack>
    </Paper>
  );
}

function OutboundHead({ view }: { readonly view: OutboundView }) {
  const t = useTranslations("outbound");
  return (
    <div>
      <Title order={2} size="h3">
        {t("title")}
      </Title>
      <Text c="dimmed">{t("text")}</Text>
      <Text mt="xs">{view.source === "environment" ? t("fromEnvironment") : t("fromSettings")}</Text>
    </div>
  );
}

const PLAIN = { autoComplete: "off", spellCheck: false } as const;

function OutboundFields({ form, isKept }: { readonly form: OutboundForm; readonly isKept: boolean }) {
  const t = useTranslations("outbound");
  return (
    <>
      <TextInput
        label={t("proxy")}
        description={t("proxyHint")}
        placeholder="http://proxy.example.org:3128"
        {...PLAIN}
        {...form.getInputProps("proxyUrl")}
      />
      <Group align="flex-start" grow preventGrowOverflow={false}>
        <TextInput label={t("username")} {...PLAIN} {...form.getInputProps("username")} />
        <PasswordInput
          label={t("password")}
          placeholder={isKept ? "••••••••" : undefined}
          autoComplete="off"
          {...form.getInputProps("password")}
        />
      </Group>
      <OutboundLists form={form} />
    </>
  );
}

function OutboundLists({ form }: { readonly form: OutboundForm }) {
  const t = useTranslations("outbound");
  return (
    <>
      <Textarea
        label={t("exceptions")}
        description={t("exceptionsHint")}
        placeholder={"models.example.org\n10.20.0.0/16"}
        autosize
        minRows={2}
        maxRows={8}
        {...PLAIN}
        {...form.getInputProps("exceptions")}
      />
      <Textarea
        label={t("certificates")}
        description={t("certificatesHint")}
        placeholder="-----BEGIN CERTIFICATE-----"
        autosize
        minRows={3}
        maxRows={10}
        {...PLAIN}
        {...form.getInputProps("certificates")}
      />
    </>
  );
}
