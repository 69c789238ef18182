// The fields of a provider, for a new one and for one that is there.
import { PasswordInput, SegmentedControl, Select, Stack, Switch, TagsInput, Text, TextInput } from "@mantine/core";
import { useTranslations } from "use-intl";
import type { ProviderView } from "../../../../contracts/provider.ts";
import { API_TYPE_NAMES, API_TYPES, PROVIDER_FACTS, PROVIDER_TYPES } from "./provider-types.ts";
import { newValues, shortName } from "./provider-values.ts";
import type { ProviderForm } from "./use-provider-form.ts";

export interface ProviderFieldsProps {
  readonly form: ProviderForm;
  readonly saved: ProviderView | null;
  /** Offered by the last test. */
  readonly offered: readonly string[];
}

export function ProviderFields({ form, saved, offered }: ProviderFieldsProps) {
  return (
    <Stack>
      {saved === null ? <TypeField form={form} /> : null}
      <NameFields form={form} saved={saved} />
      <ConnectionFields form={form} saved={saved} />
      <ModelsField form={form} offered={offered} />
      {saved === null ? null : <ActiveField form={form} />}
    </Stack>
  );
}

function TypeField({ form }: { readonly form: ProviderForm }) {
  const t = useTranslations("providers");
  const data = PROVIDER_TYPES.map((value) => ({ value, label: t(value) }));
  const choose = (value: string | null): void => {
    const type = PROVIDER_TYPES.find((each) => each === value);
    if (type === undefined) return;
    form.setValues(newValues(type));
    form.clearErrors();
  };
  return (
    <>
      <Select label={t("type")} data={data} value={form.values.type} onChange={choose} allowDeselect={false} hiddenFrom="sm" />
      <SegmentedControl
        aria-label={t("type")}
        data={data}
        value={form.values.type}
        onChange={choose}
        visibleFrom="sm"
        fullWidth
      />
    </>
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
  const { baseUrl, needsKey } = PROVIDER_FACTS[type];
  const keyHint = needsKey ? t("apiKeyHint") : t("apiKeyOptional");
  const kept = saved?.hasApiKey === true ? t("apiKeyKept", { lastFour: saved.apiKeyLastFour ?? "" }) : keyHint;
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
      <PasswordInput
        label={t("apiKey")}
        description={kept}
        autoComplete="off"
        maxLength={4096}
        {...form.getInputProps("apiKey")}
      />
      {type === "custom" ? (
        <Select label={t("apiType")} data={interfaces} allowDeselect={false} {...form.getInputProps("apiType")} />
      ) : null}
    </>
  );
}

function ModelsField({ form, offered }: Pick<ProviderFieldsProps, "form" | "offered">) {
  const t = useTranslations("providers");
  const isEmpty = form.values.models.length === 0;
  return (
    <div>
      <TagsInput
        label={t("models")}
        description={t("modelsHint")}
        data={[...offered]}
        maxTags={200}
        limit={100}
        comboboxProps={{ withinPortal: true }}
        acceptValueOnBlur
        {...form.getInputProps("models")}
      />
      {isEmpty ? (
        <Text size="xs" c="dimmed" mt={4}>
          {t("modelsNone")}
        </Text>
      ) : null}
    </div>
  );
}

function ActiveField({ form }: { readonly form: ProviderForm }) {
  const t = useTranslations("providers");
  return <Switch label={t("active")} description={t("activeHint")} {...form.getInputProps("isActive", { type: "checkbox" })} />;
}
