// The state of the provider form: its values, their rules, and beside them the connection test and the models on offer.
import { useForm } from "@mantine/form";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslations } from "use-intl";
import { PROVIDER_DEFAULTS } from "../../../../contracts/provider-facts.ts";
import type { ProviderView } from "../../../../contracts/provider.ts";
import type { ProviderTestResult } from "../../../../contracts/provider-test.ts";
import { toApiError } from "../../api/errors.ts";
import { fieldErrors } from "../../components/field-errors.ts";
import { useProviderOwner } from "./provider-owner.tsx";
import {
  connectionKey,
  isAsSaved,
  isElsewhere,
  newValues,
  toModelsInput,
  toTestInput,
  valuesOf,
  type ProviderValues,
} from "./provider-values.ts";

const SHORT_NAME = /^[a-z0-9][a-z0-9-]{0,62}$/;
const PROVIDER_FIELDS = ["type", "name", "displayName", "baseUrl", "apiKey", "apiType", "models"] as const;

export interface TestedValues {
  readonly result: ProviderTestResult;
  readonly of: ProviderValues;
}

/** `saved` null: a new provider. */
export function useProviderForm(saved: ProviderView | null) {
  const t = useTranslations("fields");
  const again = useTranslations("providers")("apiKeyAgain");
  const needsUrl = (values: ProviderValues) => PROVIDER_DEFAULTS[values.type].baseUrl === null;
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
      apiKey: (value, values) => {
        if (value.trim() !== "") return null;
        const keeps = saved?.hasApiKey === true && !values.removesKey;
        if (keeps) return isElsewhere(values, saved) ? again : null;
        return PROVIDER_DEFAULTS[values.type].needsKey ? t("required") : null;
      },
    },
  });
}
export type ProviderForm = ReturnType<typeof useProviderForm>;

/** Those fields that say whether the provider can be asked at all. */
export function hasValidConnection(form: ProviderForm): boolean {
  return (["baseUrl", "apiKey"] as const).map((field) => form.validateField(field)).every(({ hasError }) => !hasError);
}

export function useProviderTest(form: ProviderForm, saved: ProviderView | null) {
  const { calls } = useProviderOwner();
  const queryClient = useQueryClient();
  const showRefusal = useFieldRefusal(form);
  return useMutation({
    // The question holds the key: it must not stay in the cache.
    gcTime: 0,
    mutationFn: async (of: ProviderValues): Promise<TestedValues> => {
      if (saved === null || !isAsSaved(of, saved)) return { result: await calls.testValues(toTestInput(of, saved)), of };
      const result = await calls.testSaved(saved.id);
      // The list alone: the form stands as it is.
      await queryClient.invalidateQueries({ queryKey: calls.list.queryKey, exact: true });
      return { result, of };
    },
    onError: showRefusal,
  });
}
export type ProviderTest = ReturnType<typeof useProviderTest>;

export function useModelOffer(form: ProviderForm, saved: ProviderView | null) {
  const { calls } = useProviderOwner();
  const showRefusal = useFieldRefusal(form);
  return useMutation({
    gcTime: 0,
    mutationFn: (values: ProviderValues) => calls.discoverModels(toModelsInput(values, saved)),
    onError: showRefusal,
  });
}
export type ModelOffer = ReturnType<typeof useModelOffer>;

/** What the api refused goes to its field. */
export function useFieldRefusal(form: ProviderForm): (error: unknown) => void {
  const t = useTranslations("providers");
  const other = useTranslations("fields")("other");
  const ofField = { baseUrl: t("refusedAddress"), apiKey: t("apiKeyAgain"), name: t("taken") };
  return (error) => {
    const refused = fieldErrors(error, PROVIDER_FIELDS, other);
    const known = Object.fromEntries(Object.entries(ofField).filter(([field]) => field in refused));
    const taken = toApiError(error).code === "CONFLICT" ? { name: ofField.name } : {};
    form.setErrors({ ...form.errors, ...refused, ...known, ...taken });
  };
}

/** Choosing among the models that the test itself found makes it no older. */
export function isStale({ result, of }: TestedValues, values: ProviderValues): boolean {
  const tested = new Set([...of.models, ...result.models]);
  return connectionKey(of) !== connectionKey(values) || values.models.some((id) => !tested.has(id));
}
