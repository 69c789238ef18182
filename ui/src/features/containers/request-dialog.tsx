// Restarts or stops one agent or many, with a reason; for many it shows progress and each agent's result.
import { Button, Group, Progress, Stack, Text } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslations } from "use-intl";
import { useApi } from "../../api/api-context.ts";
import { ApiError } from "../../api/errors.ts";
import { fleetKeys, systemAgentKeys } from "../../api/cache-keys.ts";
import { actOnFleet, type FleetAction } from "./fleet-api.ts";
import { ConfirmDialog } from "../../components/confirm-dialog.tsx";
import { Dialog } from "../../components/dialog.tsx";
import { ErrorNotice } from "../../components/error-notice.tsx";
import { RequestResults, type Outcome } from "./request-results.tsx";

/** Fewer than the api accepts at once, so that the progress is visible. */
const BATCH = 25;

export interface RequestTarget {
  readonly id: string;
  readonly name: string;
}

export interface AgentRequest {
  readonly action: FleetAction;
  readonly targets: readonly RequestTarget[];
}

export interface RequestDialogProps extends AgentRequest {
  readonly onDone: () => void;
}

export function RequestDialog({ action, targets, onDone }: RequestDialogProps) {
  const t = useTranslations("fleetActions");
  const { requesting, outcomes } = useRequest({ action, targets, onDone });
  const [first] = targets;
  const isOne = targets.length === 1 && first !== undefined;
  const title = isOne ? t(`${action}One`, { name: first.name }) : t(`${action}Many`, { count: targets.length });
  if (!isOne && !requesting.isIdle) {
    return (
      <ManyDialog title={title} isBusy={requesting.isPending} onDone={onDone}>
        <Progress value={(outcomes.size / targets.length) * 100} aria-label={t("resultTitle")} />
        <Text className="tabular" aria-live="polite">
          {t("asking", { done: outcomes.size, total: targets.length })}
        </Text>
        {requesting.isError ? <ErrorNotice error={requesting.error} /> : null}
        <RequestResults action={action} targets={targets} outcomes={outcomes} isBusy={requesting.isPending} />
      </ManyDialog>
    );
  }
  return (
    <ConfirmDialog
      title={title}
      body={t(`${action}Body`)}
      confirm={t(action)}
      isDangerous={action === "stop"}
      needsReason
      isBusy={requesting.isPending}
      error={requesting.error}
      onCancel={onDone}
      onConfirm={(reason) => requesting.mutate(reason)}
    />
  );
}

interface ManyDialogProps {
  readonly title: string;
  readonly isBusy: boolean;
  readonly onDone: () => void;
  readonly children: React.ReactNode;
}

/** Stays open until all requests are sent: closing it would not cancel them. */
function ManyDialog({ title, isBusy, onDone, children }: ManyDialogProps) {
  const common = useTranslations("common");
  return (
    <Dialog
      opened
      title={title}
      onClose={() => (isBusy ? undefined : onDone())}
      withCloseButton={false}
      closeOnClickOutside={false}
      closeOnEscape={!isBusy}
    >
      <Stack>
        {children}
        <Group justify="flex-end">
          <Button onClick={onDone} disabled={isBusy}>
            {common("close")}
          </Button>
        </Group>
      </Stack>
    </Dialog>
  );
}

function useRequest({ action, targets, onDone }: RequestDialogProps) {
  const api = useApi();
  const queryClient = useQueryClient();
  const [outcomes, setOutcomes] = useState<ReadonlyMap<string, Outcome>>(new Map());
  const requesting = useMutation({
    mutationFn: async (reason: string) => {
      const ids = targets.map(({ id }) => id);
      for (let at = 0; at < ids.length; at += BATCH) {
        const { accepted, unknown } = await actOnFleet(api, { action, reason, ids: ids.slice(at, at + BATCH) });
        const news: (readonly [string, Outcome])[] = [
          ...accepted.map((id) => [id, "asked"] as const),
          ...unknown.map((id) => [id, "gone"] as const),
        ];
        setOutcomes((before) => new Map([...before, ...news]));
        if (targets.length > 1) continue;
        // One alone has no list of outcomes to say it in.
        if (unknown.length > 0) throw new ApiError({ code: "NOT_FOUND", message: "No such container." });
        onDone();
      }
    },
    onSettled: async () => {
      await queryClient.invalidateQueries({ queryKey: fleetKeys.all });
      await queryClient.invalidateQueries({ queryKey: systemAgentKeys.all });
    },
  });
  return { requesting, outcomes };
}
