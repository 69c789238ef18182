// The models of a provider: written by hand, or chosen from what it says it offers.
import { Button, Group, Stack, TagsInput, Text } from "@mantine/core";
import { lazy, Suspense } from "react";
import { useTranslations } from "use-intl";
import type { OfferedModel, ProviderView } from "../../../../contracts/providers/provider.ts";
import { ErrorNotice, Notice } from "../../components/error-notice.tsx";
import { isCode } from "../../api/errors.ts";
import { BusyText } from "../../components/busy-text.tsx";
import { connectionKey } from "./provider-values.ts";
import { hasValidConnection, type ModelOffer, type ProviderForm } from "./use-provider-form.ts";
import { useReasonTexts } from "./use-reason-text.ts";
import { loadFile } from "../../load-file.ts";

const MODELS_MAX = 200;
const OfferedModels = lazy(async () => ({ default: (await loadFile(() => import("./offered-models.tsx"))).OfferedModels }));

const ModelAbilities = lazy(async () => ({ default: (await loadFile(() => import("./model-abilities.tsx"))).ModelAbilities }));

export interface ModelsFieldProps {
  readonly form: ProviderForm;
  readonly offer: ModelOffer;
  readonly saved: ProviderView | null;
  readonly offered: readonly OfferedModel[];
}

export function ModelsField({ form, offer, saved, offered }: ModelsFieldProps) {
  const t = useTranslations("providers");
  const isEmpty = form.values.models.length === 0;
  const onLoad = (): void => {
    if (hasValidConnection(form)) offer.mutate(form.values);
  };
  return (
    <Stack gap="sm">
      <TagsInput
        label={t("models")}
        description={t("modelsHint")}
        data={offer.data?.models.map(({ id }) => id) ?? []}
        maxTags={MODELS_MAX}
        limit={50}
        comboboxProps={{ withinPortal: true }}
        acceptValueOnBlur
        {...form.getInputProps("models")}
      />
      {isEmpty ? (
        <Text size="xs" c="dimmed">
          {t("modelsNone")}
        </Text>
      ) : null}
      <Group>
        <Button variant="default" onClick={onLoad} loading={offer.isPending}>
          {t("loadModels")}
        </Button>
        {offer.isPending ? <BusyText since={offer.submittedAt} text={(seconds) => t("loadingModels", { seconds })} /> : null}
      </Group>
      <Offer form={form} offer={offer} />
      <Suspense fallback={null}>
        <ModelAbilities form={form} known={{ saved: saved?.models ?? [], offered }} />
      </Suspense>
    </Stack>
  );
}

function Offer({ form, offer }: Pick<ModelsFieldProps, "form" | "offer">) {
  const t = useTranslations("providers");
  const texts = useReasonTexts(offer.error);
  // What another connection offered says nothing of this one.
  if (offer.variables === undefined || connectionKey(offer.variables) !== connectionKey(form.values)) return null;
  if (offer.isError) return isCode(offer.error, "VALIDATION_FAILED") ? null : <ErrorNotice error={offer.error} texts={texts} />;
  if (offer.data === undefined) return null;
  if (offer.data.models.length === 0) return <Notice tone="info">{t("offeredNone")}</Notice>;
  return (
    <Suspense fallback={null}>
      <OfferedModels form={form} offered={offer.data} max={MODELS_MAX} />
    </Suspense>
  );
}
