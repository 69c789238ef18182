// How a system agent thinks: its model and its personality.
import { Select, Stack, Text, Textarea } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useTranslations } from "use-intl";
import { PERSONALITY_MAX_CHARS } from "../../../../contracts/agent-limits.ts";
import type { SystemAgentSettings, SystemAgentView } from "../../../../contracts/fleet.ts";
import { useApi } from "../../api/api-context.ts";
import { systemAgentKeys, systemAgentSettingsQuery, updateSystemAgentSettings } from "../../api/fleet.ts";
import { Dialog } from "../../components/dialog.tsx";
import { ErrorNotice } from "../../components/error-notice.tsx";
import { focusFirst } from "../../components/field-errors.ts";
import { QueryBoundary } from "../../components/query-boundary.tsx";
import { DialogButtons } from "../../components/dialog-buttons.tsx";
import { useAgentChange } from "./use-agent-change.ts";

const AUTO = "auto";
const SEARCHABLE_FROM = 8;

export interface SystemAgentSettingsDialogProps {
  readonly agent: SystemAgentView;
  readonly onDone: () => void;
}

export function SystemAgentSettingsDialog({ agent, onDone }: SystemAgentSettingsDialogProps) {
  const t = useTranslations("systemAgents");
  const settings = useQuery({ ...systemAgentSettingsQuery(useApi(), agent.name), staleTime: 0, refetchOnWindowFocus: false });
  return (
    <Dialog opened size="lg" title={t("settingsTitle", { name: agent.displayName })} onClose={onDone}>
      <QueryBoundary query={settings}>
        {(data) => <SettingsForm key={data.revision} name={agent.name} settings={data} onDone={onDone} />}
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
  const saving = useSaving(name, onDone);
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
        {saving.isError ? <ErrorNotice error={saving.error} /> : null}
        <DialogButtons submit={common("save")} isBusy={saving.isPending} onCancel={onDone} />
      </Stack>
    </form>
  );
}

function useSettingsForm({ primaryModel, personality }: SystemAgentSettings) {
  const t = useTranslations("agent");
  return useForm<Values>({
    initialValues: { primaryModel: primaryModel ?? "", personality },
    validate: {
      personality: ({ length }) =>
        length > PERSONALITY_MAX_CHARS ? t("tooLong", { count: length - PERSONALITY_MAX_CHARS }) : null,
    },
  });
}

function useSaving(name: string, onDone: () => void) {
  const api = useApi();
  const queryClient = useQueryClient();
  return useAgentChange(async ({ primaryModel, personality }: Values) => {
    const change = { primaryModel: primaryModel === "" ? null : primaryModel, personality };
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
  const auto = { value: AUTO, label: t("modelAuto", { model: effectiveModel === "" ? t("modelNone") : effectiveModel }) };
  const gone = value === "" || models.includes(value) ? [] : [{ value, label: t("modelGone", { model: value }) }];
  const names = providers.map(({ displayName }) => displayName).join(", ");
  return (
    <Select
      label={t("model")}
      description={providers.length === 0 ? t("noModels") : t("providers", { names })}
      data={[auto, ...gone, ...models.map((model) => ({ value: model, label: model }))]}
      allowDeselect={false}
      searchable={models.length > SEARCHABLE_FROM}
      value={value === "" ? AUTO : value}
      onChange={(chosen) => onChange(chosen === null || chosen === AUTO ? "" : chosen)}
    />
  );
}
