// Single sign-on; may be left for later.
import { PasswordInput, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useMutation } from "@tanstack/react-query";
import { useTranslations } from "use-intl";
import { useApi } from "../../api/api-context.ts";
import { setUpOidc, type OidcInput } from "../../api/onboarding.ts";
import { fieldErrors, focusFirst } from "../../components/field-errors.ts";
import { StepFrame } from "./step-frame.tsx";

const FIELDS = ["issuerUrl", "clientId", "clientSecret"] as const;

export function SignInStep({ onDone }: { readonly onDone: () => void }) {
  const t = useTranslations("onboarding");
  const fields = useTranslations("fields");
  const api = useApi();
  const form = useForm<OidcInput>({
    initialValues: { issuerUrl: "", clientId: "", clientSecret: "" },
    validate: {
      issuerUrl: (value) => (/^https?:\/\//.test(value) && URL.canParse(value) ? null : fields("url")),
      clientId: (value) => (value === "" ? fields("required") : null),
      clientSecret: (value) => (value === "" ? fields("required") : null),
    },
  });
  const saving = useMutation({
    mutationFn: (values: OidcInput) => setUpOidc(api, values),
    onSuccess: onDone,
    onError: (error) => form.setErrors(fieldErrors(error, FIELDS, fields("other"))),
  });
  return (
    <form noValidate onSubmit={form.onSubmit((values) => saving.mutate(values), focusFirst(form))}>
      <StepFrame title={t("signInTitle")} text={t("signInText")} error={saving.error} isBusy={saving.isPending} onSkip={onDone}>
        <TextInput label={t("issuerUrl")} description={t("issuerHint")} inputMode="url" {...form.getInputProps("issuerUrl")} />
        <TextInput label={t("clientId")} autoComplete="off" {...form.getInputProps("clientId")} />
        <PasswordInput label={t("clientSecret")} autoComplete="off" {...form.getInputProps("clientSecret")} />
      </StepFrame>
    </form>
  );
}
