// Which model answers, and its fallbacks.
import { Anchor, Group, Paper, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslations } from "use-intl";
import type { ProviderView } from "../../../../contracts/providers/provider.ts";
import { Notice } from "../../components/error-notice.tsx";
import { QueryBoundary } from "../../components/query-boundary.tsx";
import { AgentWarnings } from "./agent-warnings.tsx";
import { answeringModels, canAnswer } from "./answering.ts";
import { useOwnerTexts, useProviderOwner } from "./provider-owner.tsx";

export function AnsweringModels({ providers }: { readonly providers: readonly ProviderView[] }) {
  const { calls } = useProviderOwner();
  const choice = useQuery(calls.choice);
  return (
    <QueryBoundary query={choice}>
      {(chosen) => (
        <Stack gap="sm">
          <Answering choice={answeringModels(chosen, providers)} providers={providers} />
          <AgentWarnings warnings={chosen.warnings} />
        </Stack>
      )}
    </QueryBoundary>
  );
}

interface AnsweringProps {
  readonly choice: ReturnType<typeof answeringModels>;
  readonly providers: readonly ProviderView[];
}

function Answering({ choice: { first, isThere, afterwards }, providers }: AnsweringProps) {
  const t = useTranslations("providers");
  const texts = useOwnerTexts();
  if (first === null || !canAnswer(providers)) return <Notice tone="warning">{texts("answersNone")}</Notice>;
  return (
    <Paper p="md" component="section" aria-label={t("answersTitle")}>
      <Group justify="space-between" align="flex-start">
        <Stack gap={4} flex="1 1 16rem" miw={0}>
          <Text fw={600}>{t("answersTitle")}</Text>
          <Text size="sm" style={{ overflowWrap: "anywhere" }}>
            {texts(isThere ? "answersWith" : "answersGone", { model: first })}
          </Text>
          {afterwards.length === 0 ? null : (
            <Text size="sm" c="dimmed" style={{ overflowWrap: "anywhere" }}>
              {t("answersThen", { models: afterwards.join(", ") })}
            </Text>
          )}
        </Stack>
        <ChangeLink />
      </Group>
    </Paper>
  );
}

function ChangeLink() {
  const label = useTranslations("providers")("answersChange");
  const { agent } = useProviderOwner();
  return agent === null ? (
    <Anchor component={Link} to="/settings/agent" size="sm">
      {label}
    </Anchor>
  ) : (
    <Anchor component="button" type="button" size="sm" onClick={agent.chooseModel}>
      {label}
    </Anchor>
  );
}
