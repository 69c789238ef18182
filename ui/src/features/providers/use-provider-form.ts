// The state of the provider form: its values, their rules, and beside them the connection test and the models on offer.
import { useForm } from "@mantine/form";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslations } from "use-intl";
import { isReadableModelId } from "../../../../contracts/providers/model-id.ts";
import { MODEL_LIMITS, PROVIDER_DEFAULTS, type ModelLimit } from "../../../../contracts/providers/provider-facts.ts";
import type { OfferedModel, ProviderView } from "../../../../contracts/providers/provider.ts";
import type { ProviderTestResult } from "../../../../contracts/providers/provider-test.ts";
import { toApiError } from "../../api/errors.ts";
import { fieldErrors } from "../../components/field-errors.ts";
import { useProviderOwner } from "./provider-owner.tsx";
import { useReasonOf } from "./use-reason-text.ts";
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
  const ofProviders = useTranslations("providers");
  const again = ofProviders("apiKeyAgain");
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
      models: (ids) => {
        const unreadable = ids.find((id) => !isReadableModelId(id));
        return unreadable === undefined ? null : ofProviders("modelUnreadable", { model: unreadable });
      },
      abilities: (said, { models }) => {
        const wrong = models.flatMap((id) => LIMIT_NAMES.filter((limit) => !isWithin(limit, said[id]?.[limit])));
        return wrong[0] === undefined ? null : t("number", MODEL_LIMITS[wrong[0]]);
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

export const LIMIT_NAMES = ["contextWindow", "maxTokens"] as const satisfies readonly ModelLimit[];

export function isWithin(limit: ModelLimit, tokens: number | null | undefined): boolean {
  const { min, max } = MODEL_LIMITS[limit];
  return tokens === undefined || tokens === null || (tokens >= min && tokens <= max);
}

/** Those fields that say whether the provider can be asked at all. */
export function hasValidConnection(form: ProviderForm): boolean {
  return (["baseUrl", "apiKey"] as const).map((field) => form.validateField(field)).every(({ hasError }) => !hasError);
}

export function useProviderTest(
  form: ProviderForm,
  saved: ProviderView | null,
  onSuccess: (tested: TestedValues) => void = () => undefined,
) {
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
    onSuccess,
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
  const textOf = useReasonOf();
  const ofField = (error: unknown) => ({
    baseUrl: textOf(error) ?? t("refusedAddress"),
    apiKey: t("apiKeyAgain"),
    name: t("taken"),
    models: t("modelsNeeded"),
  });
  return (error) => {
    const refused = fieldErrors(error, PROVIDER_FIELDS, other);
    const texts = ofField(error);
    const known = Object.fromEntries(Object.entries(texts).filter(([field]) => field in refused));
    const taken = toApiError(error).code === "CONFLICT" ? { name: texts.name } : {};
    form.setErrors({ ...form.errors, ...refused, ...known, ...taken });
  };
}

/** What the provider has told of its models, to a test or when asked; what another connection told says nothing of this one. */
export function offeredModels({ values }: ProviderForm, test: ProviderTest, offer: ModelOffer): readonly OfferedModel[] {
  const isOfThis = (of: ProviderValues | undefined) => of !== undefined && connectionKey(of) === connectionKey(values);
  const listed = isOfThis(offer.variables) ? (offer.data?.models ?? []) : [];
  return [...listed, ...(isOfThis(test.data?.of) ? (test.data?.result.offered ?? []) : [])];
}

/** Choosing among the models that the test itself found makes it no older. */
export function isStale({ result, of }: TestedValues, values: ProviderValues): boolean {
  const tested = new Set([...of.models, ...result.models]);
  return connectionKey(of) !== connectionKey(values) || values.models.some((id) => !tested.has(id));
}
