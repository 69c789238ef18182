// An administrator disables someone's agent, or enables it again; with a reason, which the owner sees.
import { Button } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslations } from "use-intl";
import type { AdminAgentView } from "../../../../contracts/agents/schema.ts";
import { useApi } from "../../api/api-context.ts";
import { ConfirmDialog } from "../../components/confirm-dialog.tsx";
import { adminAgentKeys, switchAgent } from "./agents-api.ts";

const verbFor = ({ status }: AdminAgentView) => (status === "active" ? "disable" : "enable");

export function SwitchButton({ agent, onClick }: { readonly agent: AdminAgentView; readonly onClick: () => void }) {
  const t = useTranslations("ownAgents");
  const verb = verbFor(agent);
  return (
    <Button
      variant="subtle"
      color={verb === "disable" ? "danger" : "accent"}
      aria-label={`${t(verb)}: ${agent.handle}`}
      onClick={onClick}
    >
      {t(verb)}
    </Button>
  );
}

export function SwitchDialog({ agent, onDone }: { readonly agent: AdminAgentView; readonly onDone: () => void }) {
  const t = useTranslations("ownAgents");
  const all = useTranslations("allAgents");
  const api = useApi();
  const queryClient = useQueryClient();
  const verb = verbFor(agent);
  const switching = useMutation({
    mutationFn: (reason: string) => switchAgent(api, agent.agentUserId, { verb, reason }),
    onSuccess: async () => {
      onDone();
      await queryClient.invalidateQueries({ queryKey: adminAgentKeys.all });
    },
  });
  return (
    <ConfirmDialog
      title={t(`${verb}Title`, { name: agent.handle })}
      body={all(`${verb}Body`)}
      confirm={t(verb)}
      isDangerous={verb === "disable"}
      needsReason
      isBusy={switching.isPending}
      error={switching.error}
      onCancel={onDone}
      onConfirm={(reason) => switching.mutate(reason)}
    />
  );
}
