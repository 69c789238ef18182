// Restart and sleep, each after a question.
import { ActionIcon, Menu } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import IconDots from "@tabler/icons-react/dist/esm/icons/IconDots.mjs";
import IconMoon from "@tabler/icons-react/dist/esm/icons/IconMoon.mjs";
import IconRefresh from "@tabler/icons-react/dist/esm/icons/IconRefresh.mjs";
import { useState } from "react";
import { useTranslations } from "use-intl";
import type { ContainerView } from "../../../../contracts/agent-container.ts";
import { OWNER_REASONS } from "../../../../contracts/owner-reasons.ts";
import { agentKeys, restartAgent, stopAgent } from "../../api/agent.ts";
import { useApi } from "../../api/api-context.ts";
import { ConfirmDialog } from "../../components/confirm-dialog.tsx";

type Action = "restart" | "stop";

export function AgentActions({ agent }: { readonly agent: ContainerView }) {
  const t = useTranslations("home");
  const [asked, setAsked] = useState<Action | null>(null);
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
        </Menu.Dropdown>
      </Menu>
      {asked === null ? null : <AskedAction action={asked} onDone={() => setAsked(null)} />}
    </>
  );
}

function AskedAction({ action, onDone }: { readonly action: Action; readonly onDone: () => void }) {
  const t = useTranslations("home");
  const api = useApi();
  const queryClient = useQueryClient();
  const doing = useMutation({
    mutationFn: () => (action === "restart" ? restartAgent : stopAgent)(api, OWNER_REASONS.asked),
    onSuccess: async () => {
      onDone();
      await queryClient.invalidateQueries({ queryKey: agentKeys.all });
    },
  });
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
