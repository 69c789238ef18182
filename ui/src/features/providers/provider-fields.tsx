// The fields of a provider, for a new one and for one that is there.
import { Anchor, PasswordInput, Select, Stack, Switch, TextInput } from "@mantine/core";
import { lazy, Suspense } from "react";
import { useTranslations } from "use-intl";
import { API_TYPES, PROVIDER_DEFAULTS, type ApiType } from "../../../../contracts/providers/provider-facts.ts";
import type { OfferedModel, ProviderView } from "../../../../contracts/providers/provider.ts";
import { LinesSkeleton } from "../../components/query-boundary.tsx";
import { ModelsField } from "./models-field.tsx";
import { shortName } from "./provider-values.ts";
import { useOwnerTexts } from "./provider-owner.tsx";
import type { ModelOffer, ProviderForm } from "./use-provider-form.ts";
import { loadFile } from "../../load-file.ts";

/** The page of a provider that is there has none. */
const TypeField = lazy(async () => ({ default: (await loadFile(() => import("./type-field.tsx"))).TypeField }));

/** Their own names, the same in every language. */
const API_TYPE_NAMES: Readonly<Record<ApiType, string>> = {
  "openai-completions": "OpenAI Chat Completions",
  "openai-responses": "OpenAI Responses",
  "anthropic-messages": "Anthropic Messages",
  "google-generative-ai": "Google Generative AI",
  ollama: "Ollama",
};

export interface ProviderFieldsProps {
  readonly form: ProviderForm;
  readonly saved: ProviderView | null;
  readonly offer: ModelOffer;
  readonly offered: readonly OfferedModel[];
}

export function ProviderFields({ form, saved, offer, offered }: ProviderFieldsProps) {
  return (
    <Stack>
      {saved === null ? (
        <Suspense fallback={<LinesSkeleton lines={1} height={36} />}>
          <TypeField form={form} />
        </Suspense>
      ) : null}
      <NameFields form={form} saved={saved} />
      <ConnectionFields form={form} saved={saved} />
      <ModelsField form={form} offer={offer} saved={saved} offered={offered} />
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
