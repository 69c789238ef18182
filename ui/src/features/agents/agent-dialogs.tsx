// What an owner does to an agent: edit it, disable it, enable it again.
import { Stack } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslations } from "use-intl";
import type { AgentUpdate, AgentView } from "../../../../contracts/agents/schema.ts";
import { useApi } from "../../api/api-context.ts";
import { ConfirmDialog } from "../../components/confirm-dialog.tsx";
import { DialogButtons } from "../../components/dialog-buttons.tsx";
import { Dialog } from "../../components/dialog.tsx";
import { ErrorNotice } from "../../components/error-notice.tsx";
import { focusFirst } from "../../components/field-errors.ts";
import { AgentFields, isHandle, trimmed, type AgentValues } from "./agent-fields.tsx";
import { ownAgentKeys, updateAgent } from "./agents-api.ts";

export type AgentVerb = "edit" | "disable" | "enable";

export interface AgentDialogProps {
  readonly agent: AgentView;
  readonly verb: AgentVerb;
  readonly onDone: () => void;
}

export function AgentDialog(props: AgentDialogProps) {
  return props.verb === "edit" ? <EditAgent {...props} /> : <SwitchAgent {...props} verb={props.verb} />;
}

function EditAgent({ agent, onDone }: AgentDialogProps) {
  const t = useTranslations("ownAgents");
  const common = useTranslations("common");
  const saving = useUpdate(agent, onDone);
  const { handle, description, usesOwnerProviders } = agent;
  const form = useForm({
    initialValues: { handle, description, usesOwnerProviders },
    validate: { handle: (value) => (isHandle(value) ? null : t("handleWrong")) },
  });
  return (
    <Dialog opened title={t("editTitle", { name: handle })} onClose={onDone}>
      <form noValidate onSubmit={form.onSubmit((values) => saving.mutate(changed(agent, values)), focusFirst(form))}>
        <Stack>
          <AgentFields getInputProps={form.getInputProps} />
          {saving.isError ? <ErrorNotice error={saving.error} texts={{ CONFLICT: t("handleTaken") }} /> : null}
          <DialogButtons submit={common("save")} isBusy={saving.isPending} onCancel={onDone} />
        </Stack>
      </form>
    </Dialog>
  );
}

/** Only what differs: the rest may have changed elsewhere meanwhile. */
function changed(agent: AgentView, values: AgentValues): AgentUpdate {
  const { handle, description, usesOwnerProviders } = trimmed(values);
  return {
    ...(handle === agent.handle ? {} : { handle }),
    ...(description === agent.description ? {} : { description }),
    ...(usesOwnerProviders === agent.usesOwnerProviders ? {} : { usesOwnerProviders }),
  };
}

function SwitchAgent({ agent, verb, onDone }: AgentDialogProps & { readonly verb: "disable" | "enable" }) {
  const t = useTranslations("ownAgents");
  const saving = useUpdate(agent, onDone);
  return (
    <ConfirmDialog
      title={t(`${verb}Title`, { name: agent.handle })}
      body={t(`${verb}Body`)}
      confirm={t(verb)}
      isDangerous={verb === "disable"}
      isBusy={saving.isPending}
      error={saving.error}
      errorTexts={{ FORBIDDEN: t("enableRefused") }}
      onCancel={onDone}
      onConfirm={() => saving.mutate({ status: verb === "disable" ? "disabled" : "active" })}
    />
  );
}

function useUpdate(agent: AgentView, onDone: () => void) {
  const api = useApi();
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (change: AgentUpdate) => updateAgent(api, agent.agentUserId, change),
    onSuccess: async () => {
      onDone();
      await queryClient.invalidateQueries({ queryKey: ownAgentKeys.all });
    },
  });
}
