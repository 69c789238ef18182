// What each chosen model takes and does: as its provider says, else as is known of its name; the owner has the last word.
import { Checkbox, Group, NumberInput, Paper, Stack, Text } from "@mantine/core";
import { useTranslations } from "use-intl";
import { defaultsOf } from "../../../../contracts/providers/model-families.ts";
import { asSaid, type CapabilityChange } from "../../../../contracts/providers/model-input.ts";
import { MODEL_ABILITIES, MODEL_LIMITS, type ModelLimit } from "../../../../contracts/providers/provider-facts.ts";
import type { KnownModels } from "./provider-values.ts";
import { isWithin, LIMIT_NAMES, type ProviderForm } from "./use-provider-form.ts";

export interface ModelAbilitiesProps {
  readonly form: ProviderForm;
  readonly known: KnownModels;
}

export function ModelAbilities({ form, known }: ModelAbilitiesProps) {
  const t = useTranslations("providers");
  const { models } = form.values;
  if (models.length === 0) return null;
  return (
    <Paper p="md" role="group" aria-label={t("abilities")}>
      <Text fw={600}>{t("abilities")}</Text>
      <Text size="xs" c="dimmed" mb="xs">
        {t("abilitiesHint")}
      </Text>
      <Stack gap="md" style={{ maxHeight: "24rem", overflowY: "auto" }}>
        {models.map((id) => (
          <OneModel key={id} id={id} form={form} known={known} />
        ))}
      </Stack>
    </Paper>
  );
}

function OneModel({ id, form, known }: ModelAbilitiesProps & { readonly id: string }) {
  const t = useTranslations("providers");
  const { abilities } = form.values;
  const said = abilities[id] ?? {};
  const saved = known.saved.find((model) => model.id === id);
  const told = known.offered.find((model) => model.id === id);
  const usual = defaultsOf(id);
  const say = (change: CapabilityChange): void =>
    form.setFieldValue("abilities", { ...abilities, [id]: { ...said, ...change } });
  return (
    <div role="group" aria-label={id}>
      <Text size="sm" style={{ overflowWrap: "anywhere" }}>
        {id}
      </Text>
      <Group gap="md">
        {MODEL_ABILITIES.map((ability) => (
          <Checkbox
            key={ability}
            py={6}
            label={t(`ability.${ability}`)}
            checked={said[ability] ?? saved?.[ability] ?? told?.[ability] ?? usual[ability]}
            onChange={(event) => say({ [ability]: event.currentTarget.checked })}
          />
        ))}
      </Group>
      <Group gap="xs" grow preventGrowOverflow={false}>
        {LIMIT_NAMES.map((limit) => (
          <LimitField
            key={limit}
            limit={limit}
            value={said[limit] === undefined && saved !== undefined ? asSaid(saved)[limit] : said[limit]}
            usual={told?.[limit] ?? usual[limit]}
            onChange={(tokens) => say({ [limit]: tokens })}
          />
        ))}
      </Group>
    </div>
  );
}

interface LimitFieldProps {
  readonly limit: ModelLimit;
  readonly value: number | null | undefined;
  readonly usual: number;
  /** Null: what is usual. */
  readonly onChange: (tokens: number | null) => void;
}

function LimitField({ limit, value, usual, onChange }: LimitFieldProps) {
  const t = useTranslations("providers");
  const fields = useTranslations("fields");
  const isWrong = !isWithin(limit, value);
  return (
    <NumberInput
      size="xs"
      label={t(`limit.${limit}`)}
      placeholder={String(usual)}
      miw="8rem"
      flex="1 1 8rem"
      hideControls
      allowDecimal={false}
      allowNegative={false}
      clampBehavior="none"
      value={value ?? ""}
      onChange={(tokens) => onChange(tokens === "" ? null : Number(tokens))}
      error={isWrong ? fields("number", MODEL_LIMITS[limit]) : null}
      // Where the form looks for what takes the focus when it is refused.
      {...(isWrong ? { "data-path": "abilities" } : {})}
    />
  );
}
