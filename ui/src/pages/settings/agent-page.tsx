// How my agent thinks: model, fallbacks, personality, when it falls asleep.
import { Button, Group, Paper, Stack, Text } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useTranslations } from "use-intl";
import type { AgentConfigView } from "../../../../contracts/agent-config.ts";
import { agentConfigKeys, agentConfigQuery, updateAgentConfig } from "../../api/agent-config.ts";
import { agentKeys, agentQuery, isPending } from "../../api/agent.ts";
import { useApi } from "../../api/api-context.ts";
import { providersQuery } from "../../api/providers.ts";
import { ErrorNotice, Notice } from "../../components/error-notice.tsx";
import { fieldErrors, focusFirst } from "../../components/field-errors.ts";
import { Page } from "../../components/page.tsx";
import { QueryBoundary } from "../../components/query-boundary.tsx";
import { useLeaveQuestion } from "../../components/use-leave-question.ts";
import { IdleField, ModelFields } from "../../features/agent/agent-fields.tsx";
import { PersonalityField } from "../../features/agent/personality-field.tsx";
import { AGENT_FIELDS, toUpdate, useAgentForm, type AgentForm, type AgentValues } from "../../features/agent/use-agent-form.ts";

export function AgentPage() {
  const t = useTranslations("agent");
  const config = useQuery(agentConfigQuery(useApi()));
  return (
    <Page title={t("title")} description={t("description")} width="form">
      <QueryBoundary query={config}>{(data) => <AgentEditor key={data.revision} config={data} />}</QueryBoundary>
    </Page>
  );
}

function AgentEditor({ config }: { readonly config: AgentConfigView }) {
  const t = useTranslations("agent");
  const form = useAgentForm(config);
  const saving = useSaveAgent(form);
  const offered = useOfferedModels();
  useLeaveQuestion(form.isDirty() && !saving.isPending && !saving.isSuccess);
  return (
    <form noValidate onSubmit={form.onSubmit((values) => saving.mutate(values), focusFirst(form))}>
      <Paper p={{ base: "md", sm: "lg" }}>
        <Stack gap="lg">
          <ModelFields form={form} config={config} offered={offered} />
          <PersonalityField form={form} />
          <IdleField form={form} config={config} />
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

function useSaveAgent(form: AgentForm) {
  const api = useApi();
  const queryClient = useQueryClient();
  const refused = useTranslations("fields")("other");
  return useMutation({
    mutationFn: (values: AgentValues) => updateAgentConfig(api, toUpdate(values)),
    onSuccess: async (view) => {
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
