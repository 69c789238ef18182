// Where I am signed in, and the way to end it there.
import { Button, Group, Paper, Stack, Text, Title } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslations } from "use-intl";
import { accountKeys, endOtherSessions, endSession, sessionsQuery, type OwnSession } from "./account-api.ts";
import { useApi } from "../../api/api-context.ts";
import { ConfirmDialog } from "../../components/confirm-dialog.tsx";
import { ErrorNotice } from "../../components/error-notice.tsx";
import { QueryBoundary } from "../../components/query-boundary.tsx";
import { TimeText } from "../../components/time-text.tsx";
import classes from "./sessions-card.module.css";
import { deviceName } from "./device-name.ts";

export function SessionsCard() {
  const t = useTranslations("profile");
  const sessions = useQuery(sessionsQuery(useApi()));
  return (
    <Paper p={{ base: "md", sm: "lg" }} component="section">
      <Stack>
        <div>
          <Title order={2} size="h3">
            {t("sessions")}
          </Title>
          <Text c="dimmed">{t("sessionsHint")}</Text>
        </div>
        <QueryBoundary query={sessions}>{(list) => <SessionList sessions={list} />}</QueryBoundary>
      </Stack>
    </Paper>
  );
}

function SessionList({ sessions }: { readonly sessions: readonly OwnSession[] }) {
  const t = useTranslations("profile");
  const [isRequest, setAsked] = useState(false);
  const hasOthers = sessions.some(({ isCurrent }) => !isCurrent);
  return (
    <Stack>
      <ul className={classes["list"]}>
        {sessions.map((session) => (
          <SessionLine key={session.id} session={session} />
        ))}
      </ul>
      {hasOthers ? (
        <Group justify="flex-end">
          <Button variant="outline" color="danger" onClick={() => setAsked(true)}>
            {t("revokeAll")}
          </Button>
        </Group>
      ) : null}
      {isRequest ? <EndOthersDialog onDone={() => setAsked(false)} /> : null}
    </Stack>
  );
}

function SessionLine({ session }: { readonly session: OwnSession }) {
  const t = useTranslations("profile");
  const { id, userAgent, remoteAddress, lastSeenAt, isCurrent } = session;
  const api = useApi();
  const ending = useEnding(() => endSession(api, id));
  const device = deviceName(userAgent) ?? t("unknownDevice");
  return (
    <li className={classes["line"]}>
      <Group justify="space-between" wrap="nowrap" gap="md">
        <div className={classes["text"]}>
          <Text fw={600}>{device}</Text>
          <Text size="sm" c="dimmed">
            {remoteAddress === null ? null : `${t("from", { address: remoteAddress })} · `}
            {t("lastSeen")} <TimeText at={lastSeenAt} />
          </Text>
        </div>
        {isCurrent ? (
          <Text size="sm" c="dimmed">
            {t("current")}
          </Text>
        ) : (
          <Button
            variant="default"
            flex="none"
            loading={ending.isPending}
            aria-label={t("revokeOne", { device })}
            onClick={() => ending.mutate()}
          >
            {t("revoke")}
          </Button>
        )}
      </Group>
      {ending.isError ? <ErrorNotice error={ending.error} /> : null}
    </li>
  );
}

function EndOthersDialog({ onDone }: { readonly onDone: () => void }) {
  const t = useTranslations("profile");
  const api = useApi();
  const ending = useEnding(() => endOtherSessions(api), onDone);
  return (
    <ConfirmDialog
      title={t("revokeAllTitle")}
      body={t("revokeAllBody")}
      confirm={t("revokeAll")}
      isBusy={ending.isPending}
      error={ending.error}
      onCancel={onDone}
      onConfirm={() => ending.mutate()}
    />
  );
}

function useEnding(end: () => Promise<unknown>, onDone?: () => void) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: end,
    onSuccess: () => onDone?.(),
    onSettled: () => queryClient.invalidateQueries({ queryKey: accountKeys.sessions }),
  });
}
