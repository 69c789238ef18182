// The questions before something is done to a system agent.
import { useTranslations } from "use-intl";
import type { SystemAgentView } from "../../../../contracts/containers/fleet.ts";
import { useApi } from "../../api/api-context.ts";
import { deleteSystemAgent, updateSystemAgent } from "./fleet-api.ts";
import { ConfirmDialog } from "../../components/confirm-dialog.tsx";
import { TypedConfirmDialog } from "../../components/typed-confirm-dialog.tsx";
import { EditSystemAgent } from "./system-agent-edit.tsx";
import { SystemAgentSettingsDialog } from "./system-agent-settings.tsx";
import { useAgentChange } from "./use-agent-change.ts";
import { RequestDialog } from "./request-dialog.tsx";

export type AgentAction = "edit" | "settings" | "restart" | "switchOff" | "switchOn" | "delete";

export interface AskedOfAgent {
  readonly agent: SystemAgentView;
  readonly action: AgentAction;
}

export interface SystemAgentDialogProps {
  readonly asked: AskedOfAgent;
  readonly onDone: () => void;
}

export function SystemAgentDialog({ asked: { agent, action }, onDone }: SystemAgentDialogProps) {
  switch (action) {
    case "edit":
      return <EditSystemAgent agent={agent} onDone={onDone} />;
    case "settings":
      return <SystemAgentSettingsDialog agent={agent} onDone={onDone} />;
    case "switchOff":
    case "switchOn":
      return <SwitchDialog agent={agent} isOn={action === "switchOn"} onDone={onDone} />;
    case "delete":
      return <DeleteDialog agent={agent} onDone={onDone} />;
    case "restart": {
      const { container, displayName } = agent;
      if (container === null) return null;
      return <RequestDialog action="restart" targets={[{ id: container.id, name: displayName }]} onDone={onDone} />;
    }
  }
}

interface DialogProps {
  readonly agent: SystemAgentView;
  readonly onDone: () => void;
}

function SwitchDialog({ agent, isOn, onDone }: DialogProps & { readonly isOn: boolean }) {
  const t = useTranslations("systemAgents");
  const api = useApi();
  const { name, displayName } = agent;
  const switching = useAgentChange(() => updateSystemAgent(api, name, { isEnabled: isOn }), onDone);
  return (
    <ConfirmDialog
      title={t(isOn ? "switchOnTitle" : "switchOffTitle", { name: displayName })}
      body={t(isOn ? "switchOnBody" : "switchOffBody")}
      confirm={t(isOn ? "switchOn" : "switchOff")}
      isDangerous={!isOn}
      isBusy={switching.isPending}
      error={switching.error}
      onCancel={onDone}
      onConfirm={() => switching.mutate(undefined)}
    />
  );
}

/** It cannot be taken back, so that the name has to be written. */
function DeleteDialog({ agent: { name, displayName }, onDone }: DialogProps) {
  const t = useTranslations("systemAgents");
  const api = useApi();
  const deleting = useAgentChange(() => deleteSystemAgent(api, name), onDone);
  return (
    <TypedConfirmDialog
      title={t("deleteTitle", { name: displayName })}
      body={t("deleteBody")}
      word={name}
      label={t("deleteConfirm", { name })}
      mismatch={t("deleteMismatch")}
      confirm={t("delete")}
      isBusy={deleting.isPending}
      error={deleting.error}
      onCancel={onDone}
      onConfirm={() => deleting.mutate(undefined)}
    />
  );
}
