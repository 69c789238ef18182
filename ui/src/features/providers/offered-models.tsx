// The checklist of what a provider offers, with a filter for those that offer hundreds.
import { Checkbox, Group, Paper, Stack, Text, TextInput } from "@mantine/core";
import { useId, useState } from "react";
import { useFormatter, useTranslations } from "use-intl";
import type { OfferedModel, OfferedModels as Offered } from "../../../../contracts/providers/provider.ts";
import type { ProviderForm } from "./use-provider-form.ts";

/** More are found by filtering; drawing hundreds is slow, and nobody reads them. */
const SHOWN_MAX = 40;
const FILTER_FROM = 8;
const LIST_STYLE = { maxHeight: "20rem", overflowY: "auto" } as const;

export interface OfferedModelsProps {
  readonly form: ProviderForm;
  readonly offered: Offered;
  readonly max: number;
}

export function OfferedModels({ form, offered, max }: OfferedModelsProps) {
  const t = useTranslations("providers");
  const title = useId();
  const [filter, setFilter] = useState("");
  const matching = offered.models.filter((model) => matches(model, filter));
  const shown = matching.slice(0, SHOWN_MAX);
  const chosen = offered.models.filter(({ id }) => form.values.models.includes(id)).length;
  const toggle = (id: string, isChosen: boolean): void => {
    const others = form.values.models.filter((each) => each !== id);
    form.setFieldValue("models", isChosen ? [...others, id].slice(0, max) : others);
  };
  return (
    <Paper p="md" role="group" aria-labelledby={title}>
      <Stack gap="sm">
        <Group justify="space-between">
          <Text fw={600} id={title}>
            {t("offered")}
          </Text>
          <Text size="xs" c="dimmed" role="status">
            {t("offeredCount", { chosen, total: offered.models.length })}
          </Text>
        </Group>
        {offered.models.length < FILTER_FROM ? null : <Filter value={filter} onChange={setFilter} />}
        <Stack gap={0} style={LIST_STYLE}>
          {shown.map((model) => (
            <ModelChoice key={model.id} model={model} isChosen={form.values.models.includes(model.id)} onToggle={toggle} />
          ))}
        </Stack>
        <Remainder filter={filter} matching={matching.length} isCut={offered.isCut} />
        {offered.unusable.length === 0 ? null : (
          <Text size="xs" c="dimmed">
            {t("offeredUnusable", { models: offered.unusable.join(", ") })}
          </Text>
        )}
      </Stack>
    </Paper>
  );
}

function Filter({ value, onChange }: { readonly value: string; readonly onChange: (value: string) => void }) {
  const t = useTranslations("providers");
  return (
    <TextInput
      aria-label={t("offeredFilter")}
      placeholder={t("offeredFilter")}
      value={value}
      spellCheck={false}
      onChange={(event) => onChange(event.currentTarget.value)}
      // Enter would save the whole form.
      onKeyDown={(event) => event.key === "Enter" && event.preventDefault()}
    />
  );
}

interface ModelChoiceProps {
  readonly model: OfferedModel;
  readonly isChosen: boolean;
  readonly onToggle: (id: string, isChosen: boolean) => void;
}

function ModelChoice({ model: { id, name, contextWindow }, isChosen, onToggle }: ModelChoiceProps) {
  const t = useTranslations("providers");
  const format = useFormatter();
  const size = contextWindow === null ? [] : [t("contextWindow", { tokens: format.number(contextWindow) })];
  const facts = [...(name === id ? [] : [name]), ...size].join(" · ");
  return (
    <Checkbox
      py={6}
      label={id}
      {...(facts === "" ? {} : { description: facts })}
      styles={{ label: { overflowWrap: "anywhere" } }}
      checked={isChosen}
      onChange={(event) => onToggle(id, event.currentTarget.checked)}
    />
  );
}

function Remainder({ filter, matching, isCut }: { filter: string; matching: number; isCut: boolean }) {
  const t = useTranslations("providers");
  const hidden = matching - SHOWN_MAX;
  return (
    <>
      {matching === 0 ? <Text size="sm">{t("offeredNothing", { filter })}</Text> : null}
      {hidden > 0 ? (
        <Text size="xs" c="dimmed">
          {t("offeredMore", { count: hidden })}
        </Text>
      ) : null}
      {isCut ? (
        <Text size="xs" c="dimmed">
          {t("offeredCut")}
        </Text>
      ) : null}
    </>
  );
}

function matches({ id, name }: OfferedModel, filter: string): boolean {
  const wanted = filter.trim().toLowerCase();
  return id.toLowerCase().includes(wanted) || name.toLowerCase().includes(wanted);
}
