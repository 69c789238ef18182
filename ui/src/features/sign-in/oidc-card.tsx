// Settings of single sign-on: what is in effect, a form for new values, their test, and the step that puts them into effect.
import { Button, Divider, Group, Paper, Stack, Text, Title } from "@mantine/core";
import { useState } from "react";
import { useTranslations } from "use-intl";
import type { OidcConfigView } from "../../../../contracts/sign-in/oidc.ts";
import { toApiError } from "../../api/errors.ts";
import { ErrorNotice, Notice } from "../../components/error-notice.tsx";
import { focusFirst } from "../../components/field-errors.ts";
import { EffectButtons } from "./effect-buttons.tsx";
import { OidcFields } from "./oidc-fields.tsx";
import { valuesOf } from "./oidc-values.ts";
import { RedirectUri } from "./redirect-uri.tsx";
import { TestPanel } from "./test-panel.tsx";
import { useOidcForm, useStoring, type OidcForm } from "./use-oidc-form.ts";

export function OidcCard({ config }: { readonly config: OidcConfigView }) {
  const t = useTranslations("signInMethod");
  const form = useOidcForm(config);
  const [isActivated, setActivated] = useState(false);
  return (
    <Paper p={{ base: "md", sm: "lg" }} component="section">
      <Stack>
        <Title order={2} size="h3">
          {t("settings")}
        </Title>
        <RedirectUri uri={config.redirectUri} />
        <SettingsForm form={form} config={config} onStore={() => setActivated(false)} />
        {isActivated && config.candidate === null ? <Notice tone="good">{t("activated")}</Notice> : null}
        {config.candidate === null ? null : (
          <>
            <Divider />
            {/* Other values begin with a clean test. */}
            <TestPanel key={config.candidate.revision} candidate={config.candidate} isStale={form.isDirty()} />
            <EffectButtons
              candidate={config.candidate}
              isStale={form.isDirty()}
              onActivated={() => setActivated(true)}
              onSettled={(next) => (form.setValues(valuesOf(next)), form.resetDirty(valuesOf(next)))}
            />
          </>
        )}
      </Stack>
    </Paper>
  );
}

interface SettingsFormProps {
  readonly form: OidcForm;
  readonly config: OidcConfigView;
  readonly onStore: () => void;
}

function SettingsForm({ form, config, onStore }: SettingsFormProps) {
  const t = useTranslations("signInMethod");
  const storing = useStoring(form);
  const { fields, code } = toApiError(storing.error);
  const isAtField = fields.length > 0 || code === "PROVIDER_TEST_FAILED";
  const submit = form.onSubmit((values) => (onStore(), storing.mutate(values)), focusFirst(form));
  return (
    <form noValidate onSubmit={submit}>
      <Stack>
        <OidcFields form={form} config={config} />
        <Text c="dimmed">{t("checkText")}</Text>
        {storing.isError && !isAtField ? <ErrorNotice error={storing.error} /> : null}
        <Group justify="flex-end">
          <Button type="submit" loading={storing.isPending} variant={config.candidate === null ? "filled" : "default"}>
            {t("check")}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
