// How my agent thinks: model, fallbacks, personality, when it falls asleep.
import { Button, Group, Paper, Stack, Text } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { useTranslations } from "use-intl";
import type { AgentConfigView } from "../../../../contracts/agent-config/agent-config.ts";
import { agentConfigKeys, agentConfigQuery, updateAgentConfig } from "../../features/agent-config/agent-config-api.ts";
import { agentKeys } from "../../api/cache-keys.ts";
import { agentQuery, isPending } from "../../features/containers/agent-api.ts";
import { useApi } from "../../api/api-context.ts";
import { providersQuery } from "../../features/providers/providers-api.ts";
import { ErrorNotice, Notice } from "../../components/error-notice.tsx";
import { fieldErrors, focusFirst } from "../../components/field-errors.ts";
import { Page } from "../../components/page.tsx";
import { QueryBoundary } from "../../components/query-boundary.tsx";
import { UnsavedNotice } from "../../components/unsaved-notice.tsx";
import { useLeaveQuestion } from "../../components/use-leave-question.ts";
import { useSavedValues, type SavedValues } from "../../components/use-saved-values.ts";
import { IdleField, ModelFields } from "../../features/agent-config/agent-fields.tsx";
import { PersonalityField } from "../../features/agent-config/personality-field.tsx";
import { keepPersonality, readPersonality } from "../../features/agent-config/personality-draft.ts";
import {
  AGENT_FIELDS,
  toUpdate,
  useAgentForm,
  valuesOf,
  type AgentForm,
  type AgentValues,
} from "../../features/agent-config/use-agent-form.ts";
import { useSession } from "../../shell/use-session.ts";

export function AgentPage() {
  const t = useTranslations("agent");
  const config = useQuery(agentConfigQuery(useApi()));
  return (
    <Page title={t("title")} description={t("description")} width="form">
      <QueryBoundary query={config}>{(data) => <AgentEditor config={data} />}</QueryBoundary>
    </Page>
  );
}

function AgentEditor({ config }: { readonly config: AgentConfigView }) {
  const t = useTranslations("agent");
  const { form, isRestored, dropDraft, ...saved } = useEditedAgent(config);
  const saving = useSaveAgent(form, saved);
  const offered = useOfferedModels();
  useLeaveQuestion(saved.isDirty && !saving.isPending, dropDraft);
  return (
    <form noValidate onSubmit={form.onSubmit((values) => saving.mutate(values), focusFirst(form))}>
      <Paper p={{ base: "md", sm: "lg" }}>
        <Stack gap="lg">
          <ModelFields form={form} config={config} offered={offered} />
          <PersonalityField form={form} />
          <IdleField form={form} config={config} />
          {saved.isOutdated ? <UnsavedNotice why="changedElsewhere" onLoad={saved.load} /> : null}
          {isRestored && !saved.isOutdated ? <UnsavedNotice why="draftBack" onLoad={saved.load} /> : null}
          {saving.isError ? <ErrorNotice error={saving.error} /> : null}
          <RevisionNotice revision={config.revision} />
          <Group justify="flex-end">
            <Text size="xs" c="dimmed" flex="1 1 12rem">
              {t("saveHint")}
            </Text>
            <Button type="submit" loading={saving.isPending}>
              {t("save")}
            </Button>
          </Group>
        </Stack>
      </Paper>
    </form>
  );
}

/** What became of the last change: said by the container itself, not by the one who saved. */
function RevisionNotice({ revision }: { readonly revision: number }) {
  const t = useTranslations("agent");
  const agent = useQuery(agentQuery(useApi()));
  if (agent.data === undefined || revision === 0) return null;
  if (agent.data.status !== "running") return <Notice tone="info">{t("sleepingRevision", { revision })}</Notice>;
  if (isPending(agent.data)) return <Notice tone="info">{t("pendingRevision", { revision })}</Notice>;
  return <Notice tone="good">{t("appliedRevision", { revision: agent.data.appliedRevision ?? revision })}</Notice>;
}

/** The form, with the personality that was being written when the session ended or the page was closed. */
function useEditedAgent(config: AgentConfigView) {
  const { user } = useSession();
  // Whose it is does not change while someone is being signed out.
  const [owner] = useState(user.id);
  const [draft] = useState(() => readPersonality(owner));
  const inUse = valuesOf(config);
  const form = useAgentForm({ ...inUse, personality: draft ?? inUse.personality });
  const saved = useSavedValues(form, inUse);
  const { personality } = form.values;
  const isWritten = personality !== saved.base.personality;
  useEffect(() => keepPersonality(owner, isWritten ? personality : null), [owner, isWritten, personality]);
  const dropDraft = (): void => keepPersonality(owner, null);
  return { ...saved, form, isRestored: isWritten && draft !== null, dropDraft };
}

function useSaveAgent(form: AgentForm, { base, settle }: SavedValues<AgentValues>) {
  const api = useApi();
  const queryClient = useQueryClient();
  const refused = useTranslations("fields")("other");
  return useMutation({
    mutationFn: (values: AgentValues) => updateAgentConfig(api, toUpdate(values, base)),
    onSuccess: async (view, sent) => {
      settle(sent, valuesOf(view));
      queryClient.setQueryData(agentConfigKeys.all, view);
      await queryClient.invalidateQueries({ queryKey: agentKeys.all });
    },
    onError: (error) => form.setErrors(fieldErrors(error, AGENT_FIELDS, refused)),
  });
}

function useOfferedModels(): readonly string[] {
  const providers = useQuery(providersQuery(useApi()));
  const active = (providers.data ?? []).filter(({ isActive }) => isActive);
  return active.flatMap(({ name, models }) => models.map(({ id }) => `${name}/${id}`));
}
