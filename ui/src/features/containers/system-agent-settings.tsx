// How a system agent thinks: its model and its personality. What is being written stays, whatever changes meanwhile.
import { Select, Stack, Text, Textarea } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useTranslations } from "use-intl";
import { PERSONALITY_MAX_CHARS } from "../../../../contracts/agent-config/agent-limits.ts";
import type { SystemAgentSettings, SystemAgentView } from "../../../../contracts/containers/fleet.ts";
import { useApi } from "../../api/api-context.ts";
import { systemAgentKeys } from "../../api/cache-keys.ts";
import { systemAgentSettingsQuery, updateSystemAgentSettings } from "./fleet-api.ts";
import { Dialog } from "../../components/dialog.tsx";
import { ErrorNotice } from "../../components/error-notice.tsx";
import { focusFirst } from "../../components/field-errors.ts";
import { QueryBoundary } from "../../components/query-boundary.tsx";
import { DialogButtons } from "../../components/dialog-buttons.tsx";
import { UnsavedNotice } from "../../components/unsaved-notice.tsx";
import { useSavedValues } from "../../components/use-saved-values.ts";
import { useAgentChange } from "./use-agent-change.ts";

const AUTO = "auto";
const SEARCHABLE_FROM = 8;

export interface SystemAgentSettingsDialogProps {
  readonly agent: Pick<SystemAgentView, "name" | "displayName">;
  readonly onDone: () => void;
}

export function SystemAgentSettingsDialog({ agent, onDone }: SystemAgentSettingsDialogProps) {
  const t = useTranslations("systemAgents");
  const settings = useQuery({ ...systemAgentSettingsQuery(useApi(), agent.name), staleTime: 0 });
  return (
    <Dialog opened size="lg" title={t("settingsTitle", { name: agent.displayName })} onClose={onDone}>
      <QueryBoundary query={settings}>
        {(data) => <SettingsForm name={agent.name} settings={data} onDone={onDone} />}
      </QueryBoundary>
    </Dialog>
  );
}

interface SettingsFormProps {
  readonly name: string;
  readonly settings: SystemAgentSettings;
  readonly onDone: () => void;
}

interface Values {
  /** Empty: chosen by the rule of the installation. */
  readonly primaryModel: string;
  readonly personality: string;
}

function SettingsForm({ name, settings, onDone }: SettingsFormProps) {
  const t = useTranslations("systemAgents");
  const agent = useTranslations("agent");
  const common = useTranslations("common");
  const form = useSettingsForm(settings);
  const { base, isOutdated, load } = useSavedValues(form, valuesOf(settings));
  const saving = useSaving({ name, base, onDone });
  const { length } = form.values.personality;
  return (
    <form noValidate onSubmit={form.onSubmit((values) => saving.mutate(values), focusFirst(form))}>
      <Stack>
        <ModelField
          settings={settings}
          value={form.values.primaryModel}
          onChange={(model) => form.setFieldValue("primaryModel", model)}
        />
        <Textarea
          label={agent("personality")}
          description={agent("personalityHint")}
          autosize
          minRows={6}
          maxRows={16}
          {...form.getInputProps("personality")}
        />
        <Text size="xs" c={length > PERSONALITY_MAX_CHARS ? "danger" : "dimmed"} ta="right" className="tabular">
          {agent("count", { count: length, max: PERSONALITY_MAX_CHARS })}
        </Text>
        <Text size="sm" c="dimmed">
          {t("settingsHint")}
        </Text>
        {isOutdated ? <UnsavedNotice why="changedElsewhere" onLoad={load} /> : null}
        {saving.isError ? <ErrorNotice error={saving.error} /> : null}
        <DialogButtons submit={common("save")} isBusy={saving.isPending} onCancel={onDone} />
      </Stack>
    </form>
  );
}

function valuesOf({ primaryModel, personality }: SystemAgentSettings): Values {
  return { primaryModel: primaryModel ?? "", personality };
}

function useSettingsForm(settings: SystemAgentSettings) {
  const t = useTranslations("agent");
  return useForm<Values>({
    initialValues: valuesOf(settings),
    validate: {
      personality: ({ length }) =>
        length > PERSONALITY_MAX_CHARS ? t("tooLong", { count: length - PERSONALITY_MAX_CHARS }) : null,
    },
  });
}

interface Saving {
  readonly name: string;
  readonly base: Values;
  readonly onDone: () => void;
}

/** What was changed alone: the rest may have been changed elsewhere meanwhile. */
function useSaving({ name, base, onDone }: Saving) {
  const api = useApi();
  const queryClient = useQueryClient();
  return useAgentChange(async ({ primaryModel, personality }: Values) => {
    const change = {
      ...(primaryModel === base.primaryModel ? {} : { primaryModel: primaryModel === "" ? null : primaryModel }),
      ...(personality === base.personality ? {} : { personality }),
    };
    queryClient.setQueryData(systemAgentKeys.settings(name), await updateSystemAgentSettings(api, name, change));
  }, onDone);
}

interface ModelFieldProps {
  readonly settings: SystemAgentSettings;
  readonly value: string;
  readonly onChange: (model: string) => void;
}

function ModelField({ settings: { models, effectiveModel, providers }, value, onChange }: ModelFieldProps) {
  const t = useTranslations("systemAgents");
  const auto = { value: AUTO, label: t("modelAuto", { model: effectiveModel ?? t("modelNone") }) };
  const gone = value === "" || models.includes(value) ? [] : [{ value, label: t("modelGone", { model: value }) }];
  const names = providers.map(({ displayName }) => displayName).join(", ");
  return (
    <Select
      label={t("model")}
      description={providers.length === 0 ? t("noModels") : t("itsProviders", { names })}
      data={[auto, ...gone, ...models.map((model) => ({ value: model, label: model }))]}
      allowDeselect={false}
      searchable={models.length > SEARCHABLE_FROM}
      value={value === "" ? AUTO : value}
      onChange={(chosen) => onChange(chosen === null || chosen === AUTO ? "" : chosen)}
    />
  );
}
