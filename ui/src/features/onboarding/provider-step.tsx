// The first provider: tried for real, then saved as the administrator's default.
import { useMutation } from "@tanstack/react-query";
import { useTranslations } from "use-intl";
import { useApi } from "../../api/api-context.ts";
import { setUpProvider } from "../../api/onboarding.ts";
import { focusFirst } from "../../components/field-errors.ts";
import { ProviderFields } from "../provider/provider-fields.tsx";
import { ProviderTestPanel } from "../provider/provider-test-panel.tsx";
import { toInput, type ProviderValues } from "../provider/provider-values.ts";
import { useFieldRefusal, useModelOffer, useProviderForm, useProviderTest } from "../provider/use-provider-form.ts";
import { useReasonTexts } from "../provider/use-reason-text.ts";
import { StepFrame } from "./step-frame.tsx";

export function ProviderStep({ onDone }: { readonly onDone: () => void }) {
  const t = useTranslations("onboarding");
  const form = useProviderForm(null);
  const test = useProviderTest(form, null);
  const api = useApi();
  const offer = useModelOffer(form, null);
  const saving = useMutation({
    mutationFn: (values: ProviderValues) => setUpProvider(api, toInput(values, offer.data?.models ?? [])),
    onSuccess: onDone,
    onError: useFieldRefusal(form),
  });
  return (
    <form noValidate onSubmit={form.onSubmit((values) => saving.mutate(values), focusFirst(form))}>
      <StepFrame
        title={t("providerTitle")}
        text={t("providerText")}
        error={saving.error}
        errorTexts={useReasonTexts(saving.error)}
        isBusy={saving.isPending}
      >
        <ProviderFields form={form} saved={null} offer={offer} />
        <ProviderTestPanel form={form} test={test} />
      </StepFrame>
    </form>
  );
}
