// The first provider: tried for real, then saved as the administrator's default.
import { useMutation } from "@tanstack/react-query";
import { useTranslations } from "use-intl";
import { useApi } from "../../api/api-context.ts";
import { toApiError } from "../../api/errors.ts";
import { setUpProvider } from "../../api/onboarding.ts";
import { fieldErrors, focusFirst } from "../../components/field-errors.ts";
import { ProviderFields } from "../provider/provider-fields.tsx";
import { ProviderTestPanel } from "../provider/provider-test-panel.tsx";
import { TEST_STEPS } from "../provider/provider-types.ts";
import { toInput, type ProviderValues } from "../provider/provider-values.ts";
import { PROVIDER_FIELDS, useProviderForm, useProviderTest } from "../provider/use-provider-form.ts";
import { StepFrame } from "./step-frame.tsx";

export function ProviderStep({ onDone }: { readonly onDone: () => void }) {
  const t = useTranslations("onboarding");
  const form = useProviderForm(null);
  const test = useProviderTest(form, null);
  const api = useApi();
  const refused = useTranslations("fields")("other");
  const saving = useMutation({
    mutationFn: (values: ProviderValues) => setUpProvider(api, toInput(values)),
    onSuccess: onDone,
    onError: (error) => form.setErrors(fieldErrors(error, PROVIDER_FIELDS, refused)),
  });
  return (
    <form noValidate onSubmit={form.onSubmit((values) => saving.mutate(values), focusFirst(form))}>
      <StepFrame
        title={t("providerTitle")}
        text={t("providerText")}
        error={saving.error}
        errorTexts={useFailureTexts(saving.error)}
        isBusy={saving.isPending}
      >
        <ProviderFields form={form} saved={null} offered={test.data?.result.models ?? []} />
        <ProviderTestPanel form={form} test={test} />
      </StepFrame>
    </form>
  );
}

/** Saving tests too; its failure names the step at which it failed. */
function useFailureTexts(error: unknown) {
  const t = useTranslations("providers.failed");
  const step = error === null ? undefined : TEST_STEPS.find((name) => name === toApiError(error).details["failedStep"]);
  return step === undefined ? {} : { PROVIDER_TEST_FAILED: t(step) };
}
