// Creates an agent and its first key. Nothing closes it while the request is under way.
import { Stack } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslations } from "use-intl";
import { LEAST_AGENT_SCOPES } from "../../../../contracts/agents/facts.ts";
import type { AgentCreated } from "../../../../contracts/agents/schema.ts";
import { useApi } from "../../api/api-context.ts";
import { DialogButtons } from "../../components/dialog-buttons.tsx";
import { Dialog } from "../../components/dialog.tsx";
import { ErrorNotice } from "../../components/error-notice.tsx";
import { focusFirst } from "../../components/field-errors.ts";
import { AgentFields, isHandle, trimmed, type AgentValues } from "./agent-fields.tsx";
import { createAgent, ownAgentKeys } from "./agents-api.ts";
import { daysOf, LifeSelect, type Life } from "./life-select.tsx";
import { NewAgentKey } from "./new-agent-key.tsx";
import { onlyScopes, ScopeChecks } from "./scope-checks.tsx";

interface Values extends AgentValues {
  readonly scopes: string[];
  readonly life: Life;
}

export interface CreateAgentProps {
  readonly onCancel: () => void;
  /** Its key has been stored. */
  readonly onDone: (agentId: string) => void;
}

/** Asks, then shows the key: together in one file, so that a key is never made before what shows it has been loaded. */
export function CreateAgent({ onCancel, onDone }: CreateAgentProps) {
  const [created, setCreated] = useState<AgentCreated | null>(null);
  if (created === null) return <AgentForm onCancel={onCancel} onCreated={setCreated} />;
  return <NewAgentKey created={created.key} onStored={() => onDone(created.agent.agentUserId)} />;
}

interface AgentFormProps {
  readonly onCancel: () => void;
  readonly onCreated: (created: AgentCreated) => void;
}

function AgentForm({ onCancel, onCreated }: AgentFormProps) {
  const t = useTranslations("ownAgents");
  const creating = useCreating(onCreated);
  const form = useAgentForm();
  const close = (): void => (creating.isPending ? undefined : onCancel());
  return (
    <Dialog opened title={t("createTitle")} onClose={close} withCloseButton={false} closeOnClickOutside={!creating.isPending}>
      <form noValidate onSubmit={form.onSubmit((values) => creating.mutate(values), focusFirst(form))}>
        <Stack>
          <Fields form={form} />
          {creating.isError ? <ErrorNotice error={creating.error} texts={{ CONFLICT: t("handleTaken") }} /> : null}
          <DialogButtons submit={t("create")} isBusy={creating.isPending} onCancel={close} />
        </Stack>
      </form>
    </Dialog>
  );
}

function Fields({ form }: { readonly form: ReturnType<typeof useAgentForm> }) {
  const { scopes, life } = form.values;
  return (
    <>
      <AgentFields getInputProps={form.getInputProps} />
      <ScopeChecks
        value={scopes}
        onChange={(next) => form.setFieldValue("scopes", next)}
        error={typeof form.errors["scopes"] === "string" ? form.errors["scopes"] : undefined}
      />
      <LifeSelect value={life} onChange={(next) => form.setFieldValue("life", next)} />
    </>
  );
}

function useAgentForm() {
  const t = useTranslations("ownAgents");
  return useForm<Values>({
    initialValues: {
      ...{ handle: "", description: "", scopes: [...LEAST_AGENT_SCOPES], life: "90", usesOwnerProviders: true },
    },
    validate: {
      handle: (value) => (isHandle(value) ? null : t("handleWrong")),
      scopes: (value) => (value.length === 0 ? t("scopesMissing") : null),
    },
  });
}

function useCreating(onCreated: (created: AgentCreated) => void) {
  const api = useApi();
  const queryClient = useQueryClient();
  return useMutation({
    // The answer holds the key: it must not stay in the cache.
    gcTime: 0,
    mutationFn: ({ scopes, life, ...values }: Values) =>
      createAgent(api, { ...trimmed(values), scopes: onlyScopes(scopes), expiresInDays: daysOf(life) }),
    onSuccess: async (created) => {
      onCreated(created);
      await queryClient.invalidateQueries({ queryKey: ownAgentKeys.all });
    },
  });
}
