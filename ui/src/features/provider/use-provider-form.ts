// The state of the provider form: its values, their rules, and the connection test beside them.
import { useForm } from "@mantine/form";
import { useMutation } from "@tanstack/react-query";
import { useTranslations } from "use-intl";
import type { ProviderView } from "../../../../contracts/provider.ts";
import type { ProviderTestResult } from "../../../../contracts/provider-test.ts";
import { useApi } from "../../api/api-context.ts";
import { testProviderValues, testSavedProvider } from "../../api/providers.ts";
import { fieldErrors } from "../../components/field-errors.ts";
import { PROVIDER_FACTS } from "./provider-types.ts";
import { isConnectionOf, newValues, toTest, valuesOf, type ProviderValues } from "./provider-values.ts";

const SHORT_NAME = /^[a-z0-9][a-z0-9-]{0,62}$/;
export const PROVIDER_FIELDS = ["type", "name", "displayName", "baseUrl", "apiKey", "apiType", "models"] as const;

export interface TestedValues {
  readonly result: ProviderTestResult;
  /** What was tested; anything else in the form makes the result stale. */
  readonly of: string;
}

export const connectionKey = ({ type, baseUrl, apiKey, apiType }: ProviderValues): string =>
  JSON.stringify([type, baseUrl, apiKey, apiType]);

/** `saved` null: a new provider. */
export function useProviderForm(saved: ProviderView | null) {
  const t = useTranslations("fields");
  const needsUrl = (values: ProviderValues) => PROVIDER_FACTS[values.type].baseUrl === null;
  return useForm<ProviderValues>({
    initialValues: saved === null ? newValues("zai") : valuesOf(saved),
    validateInputOnBlur: true,
    validate: {
      displayName: (value) => (value.trim() === "" ? t("required") : null),
      name: (value) => (SHORT_NAME.test(value) ? null : t("slug")),
      baseUrl: (value, values) => {
        if (value.trim() === "") return needsUrl(values) ? t("required") : null;
        return /^https?:\/\//.test(value.trim()) && URL.canParse(value.trim()) ? null : t("url");
      },
      apiKey: (value, values) =>
        PROVIDER_FACTS[values.type].needsKey && value.trim() === "" && saved?.hasApiKey !== true ? t("required") : null,
    },
  });
}
export type ProviderForm = ReturnType<typeof useProviderForm>;

export function useProviderTest(form: ProviderForm, saved: ProviderView | null) {
  const api = useApi();
  const refused = useTranslations("providers.failed")("address");
  return useMutation({
    mutationFn: async (values: ProviderValues): Promise<TestedValues> => {
      const isSaved = saved !== null && isConnectionOf(values, saved);
      const result = isSaved ? await testSavedProvider(api, saved.id) : await testProviderValues(api, toTest(values));
      return { result, of: connectionKey(values) };
    },
    onError: (error) => form.setErrors({ ...form.errors, ...fieldErrors(error, PROVIDER_FIELDS, refused) }),
  });
}
