// What the container of one of my agents does, and why.
import { Group, Paper, Stack, Text, Title } from "@mantine/core";
import { useTranslations } from "use-intl";
import type { ContainerView } from "../../../../contracts/containers/agent-container.ts";
import { StatusBadge } from "../../components/status-badge.tsx";
import { TimeText } from "../../components/time-text.tsx";
import { useSession } from "../../shell/use-session.ts";
import { AgentFailure } from "../containers/agent-failure.tsx";
import { BADGE_OF_PHASE } from "../containers/agent-state.ts";
import { Timeline } from "../containers/timeline.tsx";

export function AgentContainer({ container }: { readonly container: ContainerView }) {
  const t = useTranslations("ownAgents");
  const selfId = useSession().user.id;
  return (
    <Paper p={{ base: "md", sm: "lg" }} component="section" aria-labelledby="agent-container">
      <Stack>
        <Stack gap={6} align="flex-start">
          <Group gap="sm">
            <Title order={2} size="h3" id="agent-container">
              {t("container")}
            </Title>
            <StatusBadge status={BADGE_OF_PHASE[container.phase]} />
          </Group>
          <Text aria-live="polite">
            <Sentence container={container} />
          </Text>
        </Stack>
        {container.status === "error" ? <AgentFailure agent={container} /> : null}
        <div>
          <Title order={3} fz="sm" mb="xs">
            {t("activity")}
          </Title>
          <Timeline events={container.timeline} selfId={selfId} />
        </div>
      </Stack>
    </Paper>
  );
}

function Sentence({ container: { phase, sleepsAt } }: { readonly container: ContainerView }) {
  const t = useTranslations("ownAgents");
  if (phase !== "ready" || sleepsAt === null) return t(`now.${phase}`);
  return t.rich("awakeUntil", { when: () => <TimeText at={sleepsAt} /> });
}
