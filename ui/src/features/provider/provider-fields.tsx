// The fields of a provider, for a new one and for one that is there.
import { Anchor, PasswordInput, Select, Stack, Switch, TextInput } from "@mantine/core";
import { lazy, Suspense } from "react";
import { useTranslations } from "use-intl";
import { API_TYPES, PROVIDER_DEFAULTS } from "../../../../contracts/provider-facts.ts";
import type { ProviderView } from "../../../../contracts/provider.ts";
import { LinesSkeleton } from "../../components/query-boundary.tsx";
import { ModelsField } from "./models-field.tsx";
import { API_TYPE_NAMES } from "./api-type-names.ts";
import { shortName } from "./provider-values.ts";
import { useOwnerTexts } from "./provider-owner.tsx";
import type { ModelOffer, ProviderForm } from "./use-provider-form.ts";

/** The page of a provider that is there has none. */
const TypeField = lazy(async () => ({ default: (await import("./type-field.tsx")).TypeField }));

export interface ProviderFieldsProps {
  readonly form: ProviderForm;
  readonly saved: ProviderView | null;
  readonly offer: ModelOffer;
}

export function ProviderFields({ form, saved, offer }: ProviderFieldsProps) {
  return (
    <Stack>
      {saved === null ? (
        <Suspense fallback={<LinesSkeleton lines={1} height={36} />}>
          <TypeField form={form} />
        </Suspense>
      ) : null}
      <NameFields form={form} saved={saved} />
      <ConnectionFields form={form} saved={saved} />
      <ModelsField form={form} offer={offer} />
      {saved === null ? null : <ActiveField form={form} />}
    </Stack>
  );
}

function NameFields({ form, saved }: Pick<ProviderFieldsProps, "form" | "saved">) {
  const t = useTranslations("providers");
  const { name, displayName } = form.values;
  const isFollowing = name === shortName(displayName);
  const onDisplayName = (value: string): void => {
    form.setFieldValue("displayName", value);
    if (saved === null && isFollowing) form.setFieldValue("name", shortName(value));
  };
  return (
    <>
      <TextInput
        label={t("displayName")}
        maxLength={255}
        {...form.getInputProps("displayName")}
        onChange={(event) => onDisplayName(event.currentTarget.value)}
      />
      {saved === null ? (
        <TextInput
          label={t("name")}
          description={t("nameHint", { name: name === "" ? "…" : name })}
          maxLength={63}
          spellCheck={false}
          {...form.getInputProps("name")}
        />
      ) : null}
    </>
  );
}

function ConnectionFields({ form, saved }: Pick<ProviderFieldsProps, "form" | "saved">) {
  const t = useTranslations("providers");
  const { type } = form.values;
  const { baseUrl } = PROVIDER_DEFAULTS[type];
  const interfaces = API_TYPES.map((value) => ({ value, label: API_TYPE_NAMES[value] }));
  return (
    <>
      <TextInput
        label={t("baseUrl")}
        description={baseUrl === null ? t("baseUrlHint") : t("baseUrlDefault", { url: baseUrl })}
        inputMode="url"
        spellCheck={false}
        maxLength={2048}
        {...form.getInputProps("baseUrl")}
      />
      <KeyField form={form} saved={saved} />
      {type === "custom" ? (
        <Select label={t("apiType")} data={interfaces} allowDeselect={false} {...form.getInputProps("apiType")} />
      ) : null}
    </>
  );
}

/** What is stored is never shown: that there is one, and how it ends, is all there is to see. */
function KeyField({ form, saved }: Pick<ProviderFieldsProps, "form" | "saved">) {
  const t = useTranslations("providers");
  const { type, removesKey, apiKey } = form.values;
  const { needsKey } = PROVIDER_DEFAULTS[type];
  const isStored = saved?.hasApiKey === true;
  const keyHint = needsKey ? t("apiKeyHint") : t("apiKeyOptional");
  const stored = removesKey ? t("apiKeyGone") : t("apiKeyKept", { lastFour: saved?.apiKeyLastFour ?? "" });
  return (
    <div>
      <PasswordInput
        label={t("apiKey")}
        description={isStored && apiKey === "" ? stored : keyHint}
        placeholder={isStored && !removesKey ? `••••••••${saved.apiKeyLastFour ?? ""}` : ""}
        autoComplete="off"
        maxLength={4096}
        {...form.getInputProps("apiKey")}
      />
      {isStored && !needsKey && apiKey === "" ? (
        <Anchor component="button" type="button" size="sm" mt={4} onClick={() => form.setFieldValue("removesKey", !removesKey)}>
          {removesKey ? t("apiKeyKeep") : t("apiKeyRemove")}
        </Anchor>
      ) : null}
    </div>
  );
}

function ActiveField({ form }: { readonly form: ProviderForm }) {
  const t = useTranslations("providers");
  const texts = useOwnerTexts();
  return (
    <Switch label={t("active")} description={texts("activeHint")} {...form.getInputProps("isActive", { type: "checkbox" })} />
  );
}
