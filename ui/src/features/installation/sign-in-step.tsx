// Single sign-on: stored, tested by a sign-in, and activated; can be postponed at any point.
import { Button, Group, PasswordInput, Stack, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslations } from "use-intl";
import type { OidcConfigView } from "../../../../contracts/sign-in/oidc.ts";
import { useApi } from "../../api/api-context.ts";
import { activateOidc, oidcConfigQuery, oidcKeys } from "../sign-in/oidc-api.ts";
import { setUpOidc, type OidcInput } from "./onboarding-api.ts";
import { fieldErrors, focusFirst } from "../../components/field-errors.ts";
import { RedirectUri } from "../sign-in/redirect-uri.tsx";
import { TestPanel } from "../sign-in/test-panel.tsx";
import { useIssuerText } from "../sign-in/use-oidc-form.ts";
import { StepFrame } from "./step-frame.tsx";

const FIELDS = ["issuerUrl", "clientId", "clientSecret"] as const;

interface StepProps {
  readonly onDone: () => void;
}

export function SignInStep({ onDone }: StepProps) {
  const config = useQuery(oidcConfigQuery(useApi())).data;
  const [isChanging, setChanging] = useState(false);
  const candidate = config?.candidate ?? null;
  if (candidate !== null && !isChanging)
    return <TestStep candidate={candidate} onDone={onDone} onChange={() => setChanging(true)} />;
  return <ValuesStep config={config} onStored={() => setChanging(false)} onDone={onDone} />;
}

interface ValuesStepProps extends StepProps {
  /** Not read yet, or not to be had: the step works without. */
  readonly config: OidcConfigView | undefined;
  readonly onStored: () => void;
}

function ValuesStep({ config, onStored, onDone }: ValuesStepProps) {
  const t = useTranslations("onboarding");
  const form = useValuesForm(config);
  const saving = useSaving(form, onStored);
  const isAtField = Object.keys(form.errors).length > 0;
  return (
    <form noValidate onSubmit={form.onSubmit((values) => saving.mutate(values), focusFirst(form))}>
      <StepFrame
        title={t("signInTitle")}
        text={t("signInText")}
        error={isAtField ? null : saving.error}
        isBusy={saving.isPending}
        submitLabel={t("signInCheck")}
        onSkip={onDone}
      >
        {config === undefined ? null : <RedirectUri uri={config.redirectUri} />}
        <TextInput label={t("issuerUrl")} description={t("issuerHint")} inputMode="url" {...form.getInputProps("issuerUrl")} />
        <TextInput label={t("clientId")} autoComplete="off" {...form.getInputProps("clientId")} />
        <PasswordInput label={t("clientSecret")} autoComplete="off" {...form.getInputProps("clientSecret")} />
      </StepFrame>
    </form>
  );
}

function useValuesForm(config: OidcConfigView | undefined) {
  const fields = useTranslations("fields");
  const { issuerUrl = "", clientId = "" } = config?.candidate ?? {};
  return useForm<OidcInput>({
    initialValues: { issuerUrl, clientId, clientSecret: "" },
    validate: {
      issuerUrl: (value) => (/^https?:\/\//.test(value) && URL.canParse(value) ? null : fields("url")),
      clientId: (value) => (value === "" ? fields("required") : null),
      clientSecret: (value) => (value === "" ? fields("required") : null),
    },
  });
}

function useSaving(form: ReturnType<typeof useValuesForm>, onStored: () => void) {
  const fields = useTranslations("fields");
  const issuerText = useIssuerText();
  const api = useApi();
  const queryClient = useQueryClient();
  return useMutation({
    // The question holds the secret: it must not stay in the cache.
    gcTime: 0,
    mutationFn: (values: OidcInput) => setUpOidc(api, values),
    onSuccess: async () => {
      await queryClient.invalidateQueries({ queryKey: oidcKeys.config });
      onStored();
    },
    onError: (error) => form.setErrors({ ...fieldErrors(error, FIELDS, fields("other")), ...issuerText(error) }),
  });
}

interface TestStepProps extends StepProps {
  readonly candidate: NonNullable<OidcConfigView["candidate"]>;
  readonly onChange: () => void;
}

function TestStep({ candidate, onDone, onChange }: TestStepProps) {
  const t = useTranslations("onboarding");
  const api = useApi();
  const queryClient = useQueryClient();
  const activating = useMutation({
    mutationFn: () => activateOidc(api),
    onSuccess: (config) => {
      queryClient.setQueryData(oidcKeys.config, config);
      onDone();
    },
  });
  const isTested = candidate.test !== null;
  return (
    <form noValidate onSubmit={(event) => (event.preventDefault(), isTested ? activating.mutate() : onDone())}>
      <StepFrame
        title={t("signInTitle")}
        text={isTested ? t("signInTested") : t("signInStored")}
        error={activating.error}
        isBusy={activating.isPending}
        submitLabel={isTested ? t("signInActivate") : t("signInLater")}
      >
        <Stack>
          <TestPanel key={candidate.revision} candidate={candidate} isStale={false} />
          <Group>
            <Button variant="subtle" onClick={onChange}>
              {t("signInChange")}
            </Button>
          </Group>
        </Stack>
      </StepFrame>
    </form>
  );
}
