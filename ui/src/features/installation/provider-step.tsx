// The first provider: tried for real, then saved as the administrator's default.
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslations } from "use-intl";
import { suggestedModels } from "../../../../contracts/providers/model-families.ts";
import { useApi } from "../../api/api-context.ts";
import { setUpProvider } from "./onboarding-api.ts";
import { providersQuery } from "../providers/providers-api.ts";
import { focusFirst } from "../../components/field-errors.ts";
import { ProviderFields } from "../providers/provider-fields.tsx";
import { ProviderTestPanel } from "../providers/provider-test-panel.tsx";
import { toInput, type ProviderValues } from "../providers/provider-values.ts";
import {
  offeredModels,
  useFieldRefusal,
  useModelOffer,
  useProviderForm,
  useProviderTest,
} from "../providers/use-provider-form.ts";
import { useReasonTexts } from "../providers/use-reason-text.ts";
import { StepFrame } from "./step-frame.tsx";

export function ProviderStep({ onDone }: { readonly onDone: () => void }) {
  const t = useTranslations("onboarding");
  const form = useProviderForm(null);
  // The set-up begins with models, so that nobody ends with none; what was chosen meanwhile stays.
  const test = useProviderTest(form, null, ({ result }) => {
    const isUnchosen = form.getValues().models.length === 0;
    if (isUnchosen) form.setFieldValue("models", [...suggestedModels(result.models)]);
  });
  const api = useApi();
  const queryClient = useQueryClient();
  const offer = useModelOffer(form, null);
  const offered = offeredModels(form, test, offer);
  const saving = useMutation({
    mutationFn: (values: ProviderValues) => setUpProvider(api, toInput(values, offered)),
    onSuccess: () => {
      // The end looks whether there is one.
      queryClient.removeQueries({ queryKey: providersQuery(api).queryKey });
      onDone();
    },
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
        <ProviderFields form={form} saved={null} offer={offer} offered={offered} />
        <ProviderTestPanel form={form} test={test} />
      </StepFrame>
    </form>
  );
}
