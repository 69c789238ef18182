// Restart, sleep and deletion, each after a question.
import { ActionIcon, Menu } from "@mantine/core";
import IconDots from "@tabler/icons-react/dist/esm/icons/IconDots.mjs";
import IconMoon from "@tabler/icons-react/dist/esm/icons/IconMoon.mjs";
import IconRefresh from "@tabler/icons-react/dist/esm/icons/IconRefresh.mjs";
import IconTrash from "@tabler/icons-react/dist/esm/icons/IconTrash.mjs";
import { lazy, Suspense, useState } from "react";
import { useTranslations } from "use-intl";
import type { ContainerView } from "../../../../contracts/containers/agent-container.ts";
import { restartAgent, stopAgent } from "./agent-api.ts";
import { ConfirmDialog } from "../../components/confirm-dialog.tsx";
import { useAgentAction } from "./use-agent-action.ts";
import { loadFile } from "../../load-file.ts";

// It brings a form along, which the first page does without.
const DeleteAgent = lazy(async () => ({
  default: (await loadFile(() => import("./delete-agent.tsx"))).DeleteAgent,
}));

type Action = "restart" | "stop";

export function AgentActions({ agent }: { readonly agent: ContainerView }) {
  const t = useTranslations("home");
  const [asked, setAsked] = useState<Action | "delete" | null>(null);
  const onDone = () => setAsked(null);
  const isUp = agent.status === "running" || agent.status === "starting";
  if (agent.phase === "never_started") return null;
  return (
    <>
      <Menu position="bottom-end">
        <Menu.Target>
          <ActionIcon variant="default" size={36} aria-label={t("more")}>
            <IconDots size={18} aria-hidden />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item leftSection={<IconRefresh size={16} aria-hidden />} onClick={() => setAsked("restart")}>
            {t("restart")}
          </Menu.Item>
          <Menu.Item leftSection={<IconMoon size={16} aria-hidden />} disabled={!isUp} onClick={() => setAsked("stop")}>
            {t("sleep")}
          </Menu.Item>
          <Menu.Item color="danger" leftSection={<IconTrash size={16} aria-hidden />} onClick={() => setAsked("delete")}>
            {t("delete")}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      {asked === null ? null : asked === "delete" ? (
        <Suspense fallback={null}>
          <DeleteAgent onDone={onDone} />
        </Suspense>
      ) : (
        <AskedAction action={asked} onDone={onDone} />
      )}
    </>
  );
}

function AskedAction({ action, onDone }: { readonly action: Action; readonly onDone: () => void }) {
  const t = useTranslations("home");
  const doing = useAgentAction((api) => (action === "restart" ? restartAgent : stopAgent)(api), onDone);
  const isRestart = action === "restart";
  return (
    <ConfirmDialog
      title={t(isRestart ? "restartTitle" : "stopTitle")}
      body={t(isRestart ? "restartBody" : "stopBody")}
      confirm={t(isRestart ? "restart" : "sleep")}
      isDangerous={false}
      isBusy={doing.isPending}
      error={doing.error}
      onCancel={onDone}
      onConfirm={() => doing.mutate()}
    />
  );
}
