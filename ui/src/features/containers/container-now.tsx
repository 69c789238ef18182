// What a container does now, why, and what it will do next: in words that need no knowledge of workflows.
import { Divider, Group, Paper, Stack, Text, Title } from "@mantine/core";
import type { ReactNode } from "react";
import { useTranslations } from "use-intl";
import type { FleetContainerDetail } from "../../../../contracts/containers/fleet.ts";
import { StatusBadge } from "../../components/status-badge.tsx";
import { TimeText } from "../../components/time-text.tsx";
import { BADGE_OF_PHASE } from "./agent-state.ts";
import { newestCause } from "./request-words.tsx";
import { useReasonWords } from "./use-reason-words.ts";
import { ContainerButtons } from "./container-actions.tsx";
import { EventWords } from "./event-words.tsx";

export function ContainerNow({ container }: { readonly container: FleetContainerDetail }) {
  const t = useTranslations("container");
  const { phase, timeline } = container;
  const cause = newestCause(timeline);
  return (
    <Paper p={{ base: "md", sm: "lg" }}>
      <Stack gap="md">
        <Group justify="space-between" align="flex-start">
          <Part title={t("now")}>
            <StatusBadge status={BADGE_OF_PHASE[phase]} />
            <Text size="md">{t(`is.${phase}`)}</Text>
            <Trouble container={container} />
          </Part>
          <ContainerButtons container={container} />
        </Group>
        {cause === undefined ? null : (
          <>
            <Divider />
            <Part title={t("because")}>
              <EventWords event={cause} />
              <Text size="sm" c="dimmed">
                <TimeText at={cause.at} />
              </Text>
            </Part>
          </>
        )}
        <Divider />
        <Part title={t("next")}>
          <Text size="md">
            <NextStep container={container} />
          </Text>
          {isChangeWaiting(container) ? <Text>{t("nextStep.pending")}</Text> : null}
        </Part>
      </Stack>
    </Paper>
  );
}

function Trouble({ container: { phase, reason } }: { readonly container: FleetContainerDetail }) {
  const t = useTranslations("container");
  const wordsOf = useReasonWords();
  if ((phase !== "failed" && phase !== "backing_off") || reason === null) return null;
  return <Text style={{ overflowWrap: "anywhere" }}>{t("failure", { reason: wordsOf(reason) })}</Text>;
}

function Part({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <Stack gap={6} align="flex-start" miw={0}>
      <Title order={2} size="h3">
        {title}
      </Title>
      {children}
    </Stack>
  );
}

/** The running container has older settings than the desired ones. */
export function isChangeWaiting(container: FleetContainerDetail): boolean {
  const { status, appliedRevision, configRevision } = container;
  return status === "running" && appliedRevision !== null && configRevision > appliedRevision;
}

function NextStep({ container: { phase, kind, sleepsAt } }: { readonly container: FleetContainerDetail }) {
  const t = useTranslations("container");
  const isSystem = kind === "system";
  switch (phase) {
    case "never_started":
      return t(isSystem ? "nextStep.neverStartedSystem" : "nextStep.never_started");
    case "creating":
    case "booting":
      return t("nextStep.starting");
    case "ready":
      if (sleepsAt === null) return t("nextStep.staysAwake");
      return t.rich("nextStep.sleeps", { when: () => <TimeText at={sleepsAt} /> });
    case "asleep":
      return t(isSystem ? "nextStep.asleepSystem" : "nextStep.asleep");
    case "failed":
      return t(isSystem ? "nextStep.failedSystem" : "nextStep.failed");
    case "restarting":
    case "backing_off":
    case "stopping":
      return t(`nextStep.${phase}`);
  }
}
