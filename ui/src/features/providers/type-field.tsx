// What kind of provider a new one is; what is written so far gives way to what is usual there.
import { SegmentedControl, Select } from "@mantine/core";
import { useTranslations } from "use-intl";
import { PROVIDER_TYPES } from "../../../../contracts/providers/provider-facts.ts";
import { newValues } from "./provider-values.ts";
import type { ProviderForm } from "./use-provider-form.ts";

export function TypeField({ form }: { readonly form: ProviderForm }) {
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
